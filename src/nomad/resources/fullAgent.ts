import { AgentApi } from './agent.ts';
import { isNomadError } from '../http/errors.ts';
import type { Answer, ReadOptions } from '../http/query.ts';
import { text } from '../http/shape.ts';
import type { AgentHealth } from '../types/agent.ts';

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
