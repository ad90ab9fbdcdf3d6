import { isNomadError } from '../http/errors.ts';
import { writeRequest } from '../http/query.ts';
import type { Answer, ReadOptions, WriteOptions } from '../http/query.ts';
import { Resource } from './resource.ts';
import type { AutopilotHealth, SchedulerConfigurationResponse } from '../types/operator.ts';

/**
 * The cluster as its operators see it: `/v1/operator/…`, `/v1/system/…`. None of them blocks. `options` are those of
 * every read or write.
 */
export class OperatorApi extends Resource {
  /** How the scheduler works. The policy `operator:read`. Since 0.9. */
  schedulerConfiguration(options: ReadOptions = {}): Promise<Answer<SchedulerConfigurationResponse>> {
    return this.get('/v1/operator/scheduler/configuration', options);
  }

  /**
   * How the servers are, as autopilot sees them; one that is unhealthy is no error. The policy `operator:read`. Since
   * 0.8.
   */
  async autopilotHealth(options: ReadOptions = {}): Promise<Answer<AutopilotHealth>> {
    try {
      return await this.get('/v1/operator/autopilot/health', options);
    } catch (error) {
      const value = isNomadError(error) && error.status === 429 ? healthIn(error.body ?? '') : undefined;
      if (value === undefined) throw error;
      return { value, meta: { index: 0, knownLeader: false, lastContactMs: 0 } };
    }
  }

  /**
   * Forgets what is over: jobs, evaluations, deployments, nodes. Goes on after the answer. A management token. Since
   * 0.3.
   */
  async collectGarbage(options: WriteOptions = {}): Promise<Answer<null>> {
    // These know PUT only.
    return this.transport.json(writeRequest('/v1/system/gc', options, undefined, {}, 'PUT'));
  }

  /** Counts the summaries of all jobs anew. A management token. Since 0.4.1. */
  async reconcileSummaries(options: WriteOptions = {}): Promise<Answer<null>> {
    return this.transport.json(writeRequest('/v1/system/reconcile/summaries', options, undefined, {}, 'PUT'));
  }
}

/** What a status of 429 comes with where a server is unhealthy; from a proxy it is something else. */
function healthIn(body: string): AutopilotHealth | undefined {
  try {
    const value = JSON.parse(body) as unknown;
    const known = typeof value === 'object' && value !== null && 'Healthy' in value && 'Servers' in value;
    return known ? (value as AutopilotHealth) : undefined;
  } catch {
    return undefined;
  }
}
