import { flag, listOf, readRequest, segment } from './query.ts';
import type { Answer, ReadOptions } from './query.ts';
import type { Transport } from './transport.ts';
import type { AllocationStub } from './types/allocation.ts';
import type { Evaluation } from './types/evaluation.ts';

/**
 * Evaluations: `/v1/evaluations`, `/v1/evaluation/:id`. Every read blocks on `index` and needs `read-job` in the
 * evaluation's namespace. All are there since 0.1, except where noted. `id` is an evaluation's whole id, `options` are
 * those of every read and what else is named. An unknown id is an error of kind `notFound`, an incomplete one
 * `rejected`.
 */
export class EvaluationsApi {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * All evaluations, oldest first unless `reverse`; of one `job`, or in one `status`, where these are given (since
   * 1.2.4, and not together with `filter`).
   */
  async list(
    options: ReadOptions & { job?: string | undefined; status?: string | undefined } = {},
  ): Promise<Answer<Evaluation[]>> {
    const request = readRequest('/v1/evaluations', options, { job: options.job, status: options.status });
    return listOf(await this.#transport.json(request), request);
  }

  /** How many there are, of those that `filter` takes; namespace `*` counts in all. Since 1.4.3; else `unsupported`. */
  async count(options: ReadOptions = {}): Promise<Answer<{ Count: number }>> {
    return this.#transport.json(readRequest('/v1/evaluations/count', options));
  }

  /** One evaluation. `related` adds those before and after it, in short, since 1.3; older agents leave them out. */
  async read(id: string, options: ReadOptions & { related?: boolean | undefined } = {}): Promise<Answer<Evaluation>> {
    const query = { related: flag(options.related) };
    return this.#transport.json(readRequest(`/v1/evaluation/${segment('evaluation id', id)}`, options, query));
  }

  /** Those that the evaluation made or changed; empty for an unknown one. */
  async allocations(id: string, options: ReadOptions = {}): Promise<Answer<AllocationStub[]>> {
    const request = readRequest(`/v1/evaluation/${segment('evaluation id', id)}/allocations`, options);
    return listOf(await this.#transport.json(request), request);
  }
}
