import { refused } from '../http/errors.ts';
import { segment, sendable } from '../http/query.ts';
import type { Answer, ReadOptions, WriteOptions } from '../http/query.ts';
import { Resource } from './resource.ts';
import * as shapes from './shapes.ts';
import type { AllocationStub } from '../types/allocation.ts';
import type { Deployment, DeploymentWriteResponse } from '../types/deployment.ts';

/**
 * Deployments: `/v1/deployments`, `/v1/deployment/…`. For those who know python-nomad:
 *
 * | python-nomad                                     | here                                   |
 * | ------------------------------------------------ | -------------------------------------- |
 * | `deployments.get_deployments`                    | `list`                                 |
 * | `deployment.get_deployment`                      | `read`                                 |
 * | `deployment.get_deployment_allocations`          | `allocations`                          |
 * | `deployment.fail_deployment`                     | `fail`                                 |
 * | `deployment.pause_deployment(id, True or False)` | `pause(id, true)`, `pause(id, false)`  |
 * | `deployment.promote_deployment_all`              | `promoteAll`                           |
 * | `deployment.promote_deployment_groups`           | `promoteGroups`                        |
 * | `deployment.deployment_allocation_health`        | `setHealth`                            |
 * | none                                             | `unblock`                              |
 *
 * Every read blocks on `index` and needs `read-job` in the deployment's namespace; every write needs `submit-job` or,
 * since 1.11.2, the capability that its text names, and gives the evaluation that it made. All are there since 0.6,
 * except where noted. `id` is a deployment's whole id, `options` are those of every read or write. Reading an unknown
 * id is an error of kind `notFound`; a write on one, on an incomplete one, or on a deployment that is over is
 * `rejected`. There is no request to cancel a deployment.
 */
export class DeploymentsApi extends Resource {
  /** All deployments, oldest first unless `reverse`; `prefix` is an even number of hex digits of the id. */
  async list(options: ReadOptions = {}): Promise<Answer<Deployment[]>> {
    return this.getList('/v1/deployments', options, {}, shapes.deployment);
  }

  /** One deployment, by its full id. */
  async read(id: string, options: ReadOptions = {}): Promise<Answer<Deployment>> {
    return this.get(`/v1/deployment/${segment('deployment id', id)}`, options, {}, shapes.deployment);
  }

  /** Those that the deployment made or changed; empty for an unknown one. */
  async allocations(id: string, options: ReadOptions = {}): Promise<Answer<AllocationStub[]>> {
    const path = `/v1/deployment/allocations/${segment('deployment id', id)}`;
    return this.getList(path, options, {}, shapes.allocation);
  }

  /** Promotes the canaries of every group; refused while some aren't healthy. `promote-deployment`. */
  promoteAll(id: string, options: WriteOptions = {}): Promise<Answer<DeploymentWriteResponse>> {
    return this.#write('promote', id, options, { All: true });
  }

  /**
   * Promotes the canaries of some groups. `promote-deployment`.
   *
   * @param groups names; Nomad passes over those that it doesn't know, and refuses where none is left
   * @throws {NomadError} of kind `rejected` without sending for an empty list or name, which Nomad would pass over
   */
  async promoteGroups(
    id: string,
    groups: readonly string[],
    options: WriteOptions = {},
  ): Promise<Answer<DeploymentWriteResponse>> {
    if (groups.length === 0) throw refused('groups', 'No group to promote was named.');
    for (const group of groups) sendable('group name', group);
    return this.#write('promote', id, options, { Groups: groups });
  }

  /** Ends a deployment as failed; groups with `AutoRevert` go back to the last stable version. `fail-deployment`. */
  fail(id: string, options: WriteOptions = {}): Promise<Answer<DeploymentWriteResponse>> {
    return this.#write('fail', id, options);
  }

  /** Pauses a deployment, or resumes it where `pause` is false; pausing makes no evaluation. `pause-deployment`. */
  pause(id: string, pause: boolean, options: WriteOptions = {}): Promise<Answer<DeploymentWriteResponse>> {
    return this.#write('pause', id, options, { Pause: pause });
  }

  /**
   * Lets a multi-region deployment go on; one of one region has nothing to go on with. `unblock-deployment`. Since
   * 0.12.
   */
  unblock(id: string, options: WriteOptions = {}): Promise<Answer<DeploymentWriteResponse>> {
    return this.#write('unblock', id, options);
  }

  /**
   * Sets the health of allocations by hand. `set-alloc-health-deployment`.
   *
   * @param health whole allocation ids, at least one in all and none twice, or the server refuses it
   */
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
    return this.send(path, options, { DeploymentID: id, ...body }, {}, shapes.deploymentWrite);
  }
}
