import { flag, listOf, readRequest, segment } from './query.ts';
import type { Answer, ReadOptions } from './query.ts';
import type { Transport } from './transport.ts';
import type { AllocationStub } from './types/allocation.ts';
import type { Evaluation } from './types/evaluation.ts';

/** Evaluations: `/v1/evaluations`, `/v1/evaluation/:id`. All reads block on `index` and need `read-job`. */
export class EvaluationsApi {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Of one job, or in one status, where these are given; Nomad takes no `filter` together with them. */
  async list(
    options: ReadOptions & { job?: string | undefined; status?: string | undefined } = {},
  ): Promise<Answer<Evaluation[]>> {
    const request = readRequest('/v1/evaluations', options, { job: options.job, status: options.status });
    return listOf(await this.#transport.json(request), request);
  }

  /** How many there are, of those that `filter` takes; `*` counts in all namespaces. */
  count(options: ReadOptions = {}): Promise<Answer<{ Count: number }>> {
    return this.#transport.json(readRequest('/v1/evaluations/count', options));
  }

  /** `related` adds the evaluations before and after this one, in short. Since 1.3; older agents leave them out. */
  read(id: string, options: ReadOptions & { related?: boolean | undefined } = {}): Promise<Answer<Evaluation>> {
    const query = { related: flag(options.related) };
    return this.#transport.json(readRequest(`/v1/evaluation/${segment('evaluation id', id)}`, options, query));
  }

  /** Those that the evaluation made or changed; empty for an unknown one. */
  async allocations(id: string, options: ReadOptions = {}): Promise<Answer<AllocationStub[]>> {
    const request = readRequest(`/v1/evaluation/${segment('evaluation id', id)}/allocations`, options);
    return listOf(await this.#transport.json(request), request);
  }
}
