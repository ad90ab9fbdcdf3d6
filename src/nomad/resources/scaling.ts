import { segment } from '../http/query.ts';
import type { Answer, ReadOptions } from '../http/query.ts';
import { Resource } from './resource.ts';
import type { ScalingPolicy, ScalingPolicyStub } from '../types/scalingPolicy.ts';

/**
 * Scaling policies, which an autoscaler acts on: `/v1/scaling/…`. All since 0.11. Every read blocks. `options` are
 * those of every read.
 */
export class ScalingApi extends Resource {
  /**
   * All policies, in short; of one `job`, or of one `type` (`horizontal`, `vertical_cpu`, …), where these are given.
   * `list-scaling-policies`, or `list-jobs` with `read-job`.
   */
  policies(
    options: ReadOptions & { job?: string | undefined; type?: string | undefined } = {},
  ): Promise<Answer<ScalingPolicyStub[]>> {
    return this.getList('/v1/scaling/policies', options, { job: options.job, type: options.type });
  }

  /**
   * The policy of that `id`; an unknown one is of kind `notFound`. `read-scaling-policy`, or `list-jobs` with
   * `read-job`.
   */
  async policy(id: string, options: ReadOptions = {}): Promise<Answer<ScalingPolicy>> {
    return this.get(`/v1/scaling/policy/${segment('scaling policy id', id)}`, options);
  }
}
