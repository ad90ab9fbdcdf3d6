import type { DeploymentWriteResponse } from '../nomad/types/deployment.ts';
import { deploymentRecord } from '../state/tables/deploymentRecords.ts';
import type { DeploymentRecord } from '../state/tables/records.ts';
import type { Place } from '../state/tables/place.ts';
import type { PlacedClient } from '../state/tables/placedClient.ts';

/**
 * Reads a deployment as the server has it now; `*` finds one whose namespace nobody knows by its id.
 *
 * @throws NomadError; the signal's reason
 */
export async function readDeployment(
  client: PlacedClient,
  id: string,
  place: Place,
  signal: AbortSignal,
): Promise<DeploymentRecord> {
  const { value } = await client.deployments.read(id, { ...place, signal });
  return deploymentRecord(value);
}

/**
 * Promotes the canaries of a deployment: of the groups that are named, or of all. Not cancellable.
 *
 * @throws NomadError, as `rejected` where a canary is not healthy
 */
export async function promote(
  client: PlacedClient,
  id: string,
  place: Place,
  groups?: readonly string[],
): Promise<DeploymentWriteResponse> {
  const { value } =
    groups === undefined
      ? await client.deployments.promoteAll(id, place)
      : await client.deployments.promoteGroups(id, groups, place);
  return value;
}

/**
 * Marks a deployment as failed; Nomad reverts the job where its groups say so, and says to which version. Not cancellable.
 *
 * @throws NomadError
 */
export async function failDeployment(client: PlacedClient, id: string, place: Place): Promise<DeploymentWriteResponse> {
  const { value } = await client.deployments.fail(id, place);
  return value;
}
