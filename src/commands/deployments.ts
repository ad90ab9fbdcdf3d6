import { parseJobKey, placeOf } from '../model/keys.ts';
import { deploymentRecord } from '../model/deploymentRecords.ts';
import type { DeploymentGroupRecord, DeploymentRecord } from '../model/records.ts';
import { counted } from '../platform/words.ts';
import { withQuietProgress } from '../platform/signals.ts';
import { pickDeployment } from './pickers.ts';
import { followWithProgress } from './rollouts.ts';
import { deploymentPlace, deploymentTarget, regionTarget } from './targets.ts';
import type { Connected } from './workbench.ts';

const promotion = { deed: 'Promote a deployment', none: 'No deployment waits for a promotion' };

/** Promotes all canaries of a deployment. */
export async function promoteDeployment(connected: Connected, argument: unknown): Promise<void> {
  const deployment = await chosen(connected, argument, promotion, (one) => one.needsPromotion);
  if (deployment === undefined) return;
  const groups = waiting(deployment);
  if (groups.length === 0) throw new Error(`${named(deployment)} has no canary that waits for promotion.`);
  if (!(await confirmPromotion(connected, deployment, groups))) return;
  const { value } = await withQuietProgress(`Promoting ${named(deployment)}`, () =>
    connected.cluster.client.deployments.promoteAll(deployment.id, placeOf(deployment.jobKey, regionTarget(argument))),
  );
  followPromotion(connected, deployment, value.DeploymentModifyIndex, regionTarget(argument));
}

/** Promotes the canaries of chosen groups; the others go on waiting. */
export async function promoteGroups(connected: Connected, argument: unknown): Promise<void> {
  const deployment = await chosen(connected, argument, promotion, (one) => one.needsPromotion);
  if (deployment === undefined) return;
  const choices = waiting(deployment).map((group) => ({
    label: group.name,
    description: `canary ${String(healthyCanaries(group))} healthy of ${String(group.desiredCanaries)}`,
    value: group,
  }));
  if (choices.length === 0) throw new Error(`${named(deployment)} has no canary that waits for promotion.`);
  const groups = await connected.ask.pickMany(`Promote groups of ${named(deployment)}`, choices);
  if (groups === undefined || groups.length === 0) return;
  if (!(await confirmPromotion(connected, deployment, groups))) return;
  const names = groups.map((group) => group.name);
  const { value } = await withQuietProgress(`Promoting ${names.join(', ')} of ${named(deployment)}`, () =>
    connected.cluster.client.deployments.promoteGroups(
      deployment.id,
      names,
      placeOf(deployment.jobKey, regionTarget(argument)),
    ),
  );
  followPromotion(connected, deployment, value.DeploymentModifyIndex, regionTarget(argument));
}

function followPromotion(
  connected: Connected,
  { id, jobKey, jobVersion }: DeploymentRecord,
  index: number,
  region: string | undefined,
): void {
  followWithProgress(connected, { jobKey, jobVersion, deploymentId: id, region }, { deployment: id, index });
}

/** Marks a deployment as failed; Nomad reverts the job where its groups say so. */
export async function failDeployment(connected: Connected, argument: unknown): Promise<void> {
  const deployment = await chosen(
    connected,
    argument,
    { deed: 'Fail a deployment', none: 'No deployment is under way' },
    (one) => one.active,
  );
  if (deployment === undefined) return;
  const reverts = deployment.groups.some((group) => group.autoRevert);
  const answer = await connected.ask.confirm({
    question: `Fail the deployment of ${named(deployment)} on ${connected.cluster.label}?`,
    detail: `${canarySentence(deployment)}${reverts ? 'Nomad reverts the job to its last stable version.' : 'The job is not reverted.'}`,
    button: 'Fail deployment',
  });
  if (answer !== 'button') return;
  await withQuietProgress(`Failing ${named(deployment)}`, () =>
    connected.cluster.client.deployments.fail(deployment.id, placeOf(deployment.jobKey, regionTarget(argument))),
  );
}

/** The deployment as the server has it now: a row may be seconds old, and the decision is made on what is asked here. */
async function chosen(
  connected: Connected,
  argument: unknown,
  which: { readonly deed: string; readonly none: string },
  accept: (deployment: DeploymentRecord) => boolean,
): Promise<DeploymentRecord | undefined> {
  const { cluster } = connected;
  const id = deploymentTarget(cluster.store, argument) ?? (await pickDeployment(connected, which, accept));
  if (id === undefined) return undefined;
  const { value } = await withQuietProgress('Reading the deployment', (signal) =>
    cluster.client.deployments.read(id, { ...deploymentPlace(cluster.store, argument, id), signal }),
  );
  const deployment = deploymentRecord(value);
  if (deployment.active) return deployment;
  throw new Error(
    `the deployment of ${named(deployment)} is over: ${deployment.statusDescription || deployment.status}.`,
  );
}

async function confirmPromotion(
  connected: Connected,
  deployment: DeploymentRecord,
  groups: readonly DeploymentGroupRecord[],
): Promise<boolean> {
  const lines = groups.map((group) => {
    const others = Math.max(0, group.desiredTotal - group.desiredCanaries);
    const canaries = `${String(healthyCanaries(group))} of ${counted(group.desiredCanaries, 'canary', 'canaries')} healthy`;
    return `${group.name}: ${canaries}; then ${counted(others, 'more allocation')} of the new version, and the old ones stop.`;
  });
  const answer = await connected.ask.confirm({
    question: `Promote ${named(deployment)} on ${connected.cluster.label}?`,
    detail: [`Namespace ${parseJobKey(deployment.jobKey).namespace}.`, ...lines],
    button: 'Promote',
  });
  return answer === 'button';
}

function waiting(deployment: DeploymentRecord): DeploymentGroupRecord[] {
  return deployment.groups.filter((group) => group.desiredCanaries > 0 && !group.promoted);
}

/** Nomad counts healthy allocations of the group; before a promotion those are canaries. */
function healthyCanaries(group: DeploymentGroupRecord): number {
  return Math.min(group.healthy, group.desiredCanaries);
}

function canarySentence(deployment: DeploymentRecord): string {
  const canaries = waiting(deployment).reduce((sum, group) => sum + group.placedCanaries.length, 0);
  return canaries === 0 ? '' : `${counted(canaries, 'canary', 'canaries')} will be stopped. `;
}

function named(deployment: DeploymentRecord): string {
  return `${deployment.jobId} v${String(deployment.jobVersion)}`;
}
