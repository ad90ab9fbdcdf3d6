import { segment } from './query.ts';
import type { Answer, ReadOptions } from './query.ts';
import { Resource } from './resource.ts';
import type { ScalingPolicy, ScalingPolicyStub } from './types/scalingPolicy.ts';

/** Scaling policies, which an autoscaler acts on: `/v1/scaling/…`. Since 0.11. Both block. */
export class ScalingApi extends Resource {
  /** Of one job, or of one type, where these are given. `list-scaling-policies`. */
  policies(
    options: ReadOptions & { job?: string | undefined; type?: string | undefined } = {},
  ): Promise<Answer<ScalingPolicyStub[]>> {
    return this.getList('/v1/scaling/policies', options, { job: options.job, type: options.type });
  }

  /** `read-scaling-policy`. */
  policy(id: string, options: ReadOptions = {}): Promise<Answer<ScalingPolicy>> {
    return this.get(`/v1/scaling/policy/${segment('scaling policy id', id)}`, options);
  }
}
