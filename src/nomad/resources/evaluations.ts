import { flag, segment } from '../http/query.ts';
import type { Answer, ReadOptions } from '../http/query.ts';
import { Resource } from './resource.ts';
import * as shapes from './shapes.ts';
import type { AllocationStub } from '../types/allocation.ts';
import type { Evaluation } from '../types/evaluation.ts';

/**
 * Evaluations: `/v1/evaluations`, `/v1/evaluation/:id`. Every read blocks on `index` and needs `read-job` in the
 * evaluation's namespace. All are there since 0.1, except where noted. `id` is an evaluation's whole id, `options` are
 * those of every read and what else is named. An unknown id is an error of kind `notFound`, an incomplete one
 * `rejected`.
 */
export class EvaluationsApi extends Resource {
  /**
   * All evaluations, oldest first unless `reverse`; of one `job`, or in one `status`, where these are given (since
   * 1.2.4, and not together with `filter`).
   */
  async list(
    options: ReadOptions & { job?: string | undefined; status?: string | undefined } = {},
  ): Promise<Answer<Evaluation[]>> {
    return this.getList('/v1/evaluations', options, { job: options.job, status: options.status }, shapes.evaluation);
  }

  /** How many there are, of those that `filter` takes; namespace `*` counts in all. Since 1.4.3; else `unsupported`. */
  async count(options: ReadOptions = {}): Promise<Answer<{ Count: number }>> {
    return this.get('/v1/evaluations/count', options);
  }

  /** One evaluation. `related` adds those before and after it, in short, since 1.3; older agents leave them out. */
  async read(id: string, options: ReadOptions & { related?: boolean | undefined } = {}): Promise<Answer<Evaluation>> {
    const query = { related: flag(options.related) };
    return this.get(`/v1/evaluation/${segment('evaluation id', id)}`, options, query, shapes.evaluation);
  }

  /** Those that the evaluation made or changed; empty for an unknown one. */
  async allocations(id: string, options: ReadOptions = {}): Promise<Answer<AllocationStub[]>> {
    const path = `/v1/evaluation/${segment('evaluation id', id)}/allocations`;
    return this.getList(path, options, {}, shapes.allocation);
  }
}
