import { NomadError } from './errors.ts';
import { listOf, readRequest, segment, writeRequest } from './query.ts';
import type { Answer, ReadOptions, WriteOptions } from './query.ts';
import type { Transport } from './transport.ts';
import type { AllocationStub } from './types/allocation.ts';
import type { Deployment, DeploymentWriteResponse } from './types/deployment.ts';

/** Deployments: `/v1/deployments`, `/v1/deployment/…`. */
export class DeploymentsApi {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Oldest first, unless `reverse`. */
  async list(options: ReadOptions = {}): Promise<Answer<Deployment[]>> {
    const request = readRequest('/v1/deployments', options);
    return listOf(await this.#transport.json(request), request);
  }

  read(id: string, options: ReadOptions = {}): Promise<Answer<Deployment>> {
    return this.#transport.json(readRequest(`/v1/deployment/${segment('deployment id', id)}`, options));
  }

  /** Empty for an unknown deployment. */
  async allocations(id: string, options: ReadOptions = {}): Promise<Answer<AllocationStub[]>> {
    const request = readRequest(`/v1/deployment/allocations/${segment('deployment id', id)}`, options);
    return listOf(await this.#transport.json(request), request);
  }

  /** Promotes the canaries of every group. */
  promoteAll(id: string, options: WriteOptions = {}): Promise<Answer<DeploymentWriteResponse>> {
    return this.#write('promote', id, options, { All: true });
  }

  /**
   * Promotes the canaries of some groups. Nomad passes over names that it doesn't know.
   *
   * @throws {NomadError} of kind `rejected` without sending for an empty list, to which Nomad would answer with success
   */
  async promoteGroups(
    id: string,
    groups: readonly string[],
    options: WriteOptions = {},
  ): Promise<Answer<DeploymentWriteResponse>> {
    if (groups.length === 0) throw new NomadError('rejected', 'No group to promote was named.');
    return this.#write('promote', id, options, { Groups: groups });
  }

  fail(id: string, options: WriteOptions = {}): Promise<Answer<DeploymentWriteResponse>> {
    return this.#write('fail', id, options);
  }

  /** Pauses a deployment, or resumes it. */
  pause(id: string, pause: boolean, options: WriteOptions = {}): Promise<Answer<DeploymentWriteResponse>> {
    return this.#write('pause', id, options, { Pause: pause });
  }

  /** Lets a multi-region deployment go on. */
  unblock(id: string, options: WriteOptions = {}): Promise<Answer<DeploymentWriteResponse>> {
    return this.#write('unblock', id, options);
  }

  /** Sets the health of allocations by hand; both lists hold allocation ids. */
  setHealth(
    id: string,
    health: { healthy?: readonly string[]; unhealthy?: readonly string[] },
    options: WriteOptions = {},
  ): Promise<Answer<DeploymentWriteResponse>> {
    const body = { HealthyAllocationIDs: health.healthy ?? [], UnhealthyAllocationIDs: health.unhealthy ?? [] };
    return this.#write('allocation-health', id, options, body);
  }

  async #write(
    action: string,
    id: string,
    options: WriteOptions,
    body: object = {},
  ): Promise<Answer<DeploymentWriteResponse>> {
    const path = `/v1/deployment/${action}/${segment('deployment id', id)}`;
    return this.#transport.json(writeRequest(path, options, { DeploymentID: id, ...body }));
  }
}
