import { listOf, readRequest, segment } from './query.ts';
import type { Answer, ReadOptions } from './query.ts';
import type { Transport } from './transport.ts';
import type { AllocationStub } from './types/allocation.ts';
import type { Evaluation } from './types/evaluation.ts';

/** Evaluations: `/v1/evaluations`, `/v1/evaluation/:id`. */
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

  read(id: string, options: ReadOptions = {}): Promise<Answer<Evaluation>> {
    return this.#transport.json(readRequest(`/v1/evaluation/${segment('evaluation id', id)}`, options));
  }

  async allocations(id: string, options: ReadOptions = {}): Promise<Answer<AllocationStub[]>> {
    const request = readRequest(`/v1/evaluation/${segment('evaluation id', id)}/allocations`, options);
    return listOf(await this.#transport.json(request), request);
  }
}
