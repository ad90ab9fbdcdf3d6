import { AgentApi } from './agent.ts';
import { isNomadError } from '../http/errors.ts';
import { fileParts } from './logs.ts';
import type { Answer, ReadOptions } from '../http/query.ts';
import { text } from '../http/shape.ts';
import type { AgentHealth } from '../types/agent.ts';
import type { Open } from '../types/open.ts';

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
  /** Ends the iteration. */
  signal: AbortSignal;
}

/** The agent with all that it tells: `/v1/agent/…`, `/v1/status/…`. `options` are those of every read. */
export class FullAgentApi extends AgentApi {
  /** Whether the agent's parts work; one that doesn't is no error. Doesn't block. Needs no token. Since 0.7. */
  async health(options: ReadOptions & { type?: 'server' | 'client' | undefined } = {}): Promise<Answer<AgentHealth>> {
    try {
      return await this.get('/v1/agent/health', options, { type: options.type });
    } catch (error) {
      const value = isNomadError(error) && error.status === 500 ? healthIn(error.body ?? '') : undefined;
      if (value === undefined) throw error;
      return { value, meta: { index: 0, knownLeader: false, lastContactMs: 0 } };
    }
  }

  /** The RPC addresses of the servers. Doesn't block. Needs no token. Since 0.1. */
  async peers(options: ReadOptions = {}): Promise<Answer<string[]>> {
    return this.getList('/v1/status/peers', options, {}, text);
  }

  /**
   * The agent's own log from now on, piece by piece, until the signal of the `options` aborts, which is no error.
   * Doesn't block. The policy `agent:read`. Since 0.10.2.
   *
   * @throws {NomadError} of kind `closed` when the stream breaks off or falls silent
   */
  async *monitor(options: MonitorOptions): AsyncGenerator<Uint8Array> {
    const { level, json, includeLocation, nodeId, serverId, region, signal } = options;
    const target = { node_id: nodeId, server_id: serverId };
    const query = { log_level: level, log_json: json, log_include_location: includeLocation, ...target };
    const common = { follow: true, region, signal };
    for await (const { data } of fileParts(this.transport, '/v1/agent/monitor', common, query)) yield data;
  }
}

function healthIn(body: string): AgentHealth | undefined {
  try {
    const value = JSON.parse(body) as unknown;
    const known = typeof value === 'object' && value !== null && ('server' in value || 'client' in value);
    return known ? (value as AgentHealth) : undefined;
  } catch {
    return undefined;
  }
}
