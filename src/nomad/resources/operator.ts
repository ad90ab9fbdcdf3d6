import { writeRequest } from '../http/query.ts';
import type { Answer, ReadOptions, WriteOptions } from '../http/query.ts';
import { Resource } from './resource.ts';
import type { SchedulerConfigurationResponse } from '../types/operator.ts';

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
