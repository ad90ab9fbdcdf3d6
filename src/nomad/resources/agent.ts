import { NomadError } from '../http/errors.ts';
import { fileParts } from './logs.ts';
import { readRequest } from '../http/query.ts';
import type { Answer, ReadOptions } from '../http/query.ts';
import { Resource } from './resource.ts';
import { listOf, maybe, object, text } from '../http/shape.ts';
import * as shapes from './shapes.ts';
import type { Open } from '../types/open.ts';
import type { AgentMembers, AgentSelf, NamespaceStub, TokenSelf } from '../types/agent.ts';

export interface MonitorOptions {
  /** The least that is sent; `info` where undefined. */
  level?: Open<'trace' | 'debug' | 'info' | 'warn' | 'error'> | undefined;
  /** Each line as a JSON object. */
  json?: boolean | undefined;
  /** With the place in Nomad's source. Since 1.6.3; older agents ignore it. */
  includeLocation?: boolean | undefined;
  /** Of another agent: a client's node id, or a server's name or `leader`. Not both. */
  nodeId?: string | undefined;
  /** See `nodeId`. */
  serverId?: string | undefined;
  region?: string | undefined;
  /** Tells each sign of life as well, which comes once a second: an empty piece. */
  heartbeats?: boolean | undefined;
  /** Ends the iteration. */
  signal: AbortSignal;
}

/**
 * The agent, the cluster around it, and the token: `/v1/agent/…`, `/v1/status/…`, `/v1/acl/token/self`. `options` are
 * those of every read. Each method's text ends with whether it blocks on `index`, what the token needs, and since when
 * it is there.
 */
export class AgentApi extends Resource {
  /**
   * The agent's configuration and version. Doesn't block. The policy `agent:read`. Since 0.1.
   *
   * @throws {NomadError} of kind `notNomad` for an answer without a configuration
   */
  async self(options: ReadOptions = {}): Promise<Answer<AgentSelf>> {
    const request = readRequest('/v1/agent/self', options);
    const answer = await this.transport.json<AgentSelf>(request);
    // Whatever else answers JSON on that path is no agent.
    if (shapes.agentSelf(answer.value) === undefined) return answer;
    const { displayAddress } = this.transport.address;
    throw new NomadError('notNomad', `${displayAddress} answers, but not as a Nomad agent does.`, {
      path: request.path,
    });
  }

  /**
   * The token in use, without its secret. What an agent without ACL, or an unknown token, gets differs by version.
   * Doesn't block. Needs no capability. Since 0.7.
   */
  async tokenSelf(options: ReadOptions = {}): Promise<Answer<TokenSelf>> {
    const request = readRequest('/v1/acl/token/self', options);
    const shape = maybe(shapes.tokenSelf);
    const answer = await this.transport.json<(TokenSelf & { SecretID?: string }) | null>({ ...request, shape });
    const token = { ...(answer.value ?? { AccessorID: '' }) };
    delete token.SecretID;
    return { value: token, meta: answer.meta };
  }

  /** The leader's RPC address; empty where there is none. Doesn't block. Needs no token. Since 0.1. */
  async leader(options: ReadOptions = {}): Promise<Answer<string>> {
    const answer = await this.get<string | null>('/v1/status/leader', options, {}, maybe(text));
    return { value: answer.value ?? '', meta: answer.meta };
  }

  /** The names of all regions. Doesn't block. Needs no token. Since 0.2. */
  async regions(options: ReadOptions = {}): Promise<Answer<string[]>> {
    return this.getList('/v1/regions', options, {}, text);
  }

  /** Those in which the token has any right; needs no other. Blocks. Since 1.0; before that Enterprise only. */
  async namespaces(options: ReadOptions = {}): Promise<Answer<NamespaceStub[]>> {
    return this.getList('/v1/namespaces', options, {}, shapes.named);
  }

  /** The servers. Doesn't block. The policy `node:read`. Since 0.1. */
  async members(options: ReadOptions = {}): Promise<Answer<AgentMembers>> {
    return this.get('/v1/agent/members', options, {}, object({ Members: maybe(listOf(shapes.named)) }));
  }

  /**
   * The agent's own log from now on, piece by piece, until the signal of the `options` aborts, which is no error.
   * Doesn't block. The policy `agent:read`. Since 0.10.2.
   *
   * @throws {NomadError} of kind `closed` when the stream breaks off or falls silent
   */
  async *monitor(options: MonitorOptions): AsyncGenerator<Uint8Array> {
    const { level, json, includeLocation, nodeId, serverId, region, heartbeats, signal } = options;
    const target = { node_id: nodeId, server_id: serverId };
    const query = { log_level: level, log_json: json, log_include_location: includeLocation, ...target };
    const common = { follow: true, region, heartbeats, signal };
    for await (const { data } of fileParts(this.transport, '/v1/agent/monitor', common, query)) yield data;
  }
}
