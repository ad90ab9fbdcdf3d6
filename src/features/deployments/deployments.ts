import { NothingToDo } from '../../base/userError.ts';
import { deploymentRecord } from '../../state/tables/deploymentRecords.ts';
import { placeOf } from '../../state/tables/keys.ts';
import { placeWords, type Place } from '../../state/tables/place.ts';
import type { DeploymentGroupRecord, DeploymentRecord } from '../../state/tables/records.ts';
import type { DeploymentWriteResponse } from '../../nomad/types/deployment.ts';
import { attempt } from '../../platform/attempt.ts';
import { commands } from '../../platform/contributions.ts';
import { commandAction } from '../../platform/report.ts';
import { withQuietProgress } from '../../platform/signals.ts';
import { counted } from '../../platform/words.ts';
import { shownOf } from '../../state/clusters/places.ts';
import { pickDeployment } from '../../commands/pickers.ts';
import { followWithProgress } from '../../commands/rollouts.ts';
import { deploymentPlace, deploymentTarget, regionTarget } from '../../commands/targets.ts';
import type { Connected } from '../../commands/workbench.ts';

/** A deployment as the server has it now, and where it is. */
interface Chosen {
  readonly deployment: DeploymentRecord;
  readonly place: Place;
}

const promotion = { deed: 'Promote a deployment', none: 'No deployment waits for a promotion' };

/** Promotes all canaries of a deployment. */
export async function promoteDeployment(connected: Connected, argument: unknown): Promise<void> {
  const chosen = await choose(connected, argument, promotion, (one) => one.needsPromotion);
  if (chosen === undefined) return;
  const groups = waiting(connected, chosen.deployment);
  if (!(await confirmPromotion(connected, chosen, groups))) return;
  const { deployment, place } = chosen;
  const { value } = await changing(chosen, 'promote', `Promoting ${named(deployment)}`, () =>
    connected.cluster.client.deployments.promoteAll(deployment.id, place),
  );
  followPromotion(connected, chosen, value.DeploymentModifyIndex);
}

/** Promotes the canaries of chosen groups; the others go on waiting. */
export async function promoteGroups(connected: Connected, argument: unknown): Promise<void> {
  const chosen = await choose(connected, argument, promotion, (one) => one.needsPromotion);
  if (chosen === undefined) return;
  const { deployment, place } = chosen;
  const groups = await chooseGroups(connected, deployment);
  if (groups === undefined || groups.length === 0) return;
  if (!(await confirmPromotion(connected, chosen, groups))) return;
  const names = groups.map((group) => group.name);
  const { value } = await changing(chosen, 'promote', `Promoting ${names.join(', ')} of ${named(deployment)}`, () =>
    connected.cluster.client.deployments.promoteGroups(deployment.id, names, place),
  );
  followPromotion(connected, chosen, value.DeploymentModifyIndex);
}

/** Those that are ready are ticked from the start; a single group is not asked for. */
async function chooseGroups(
  connected: Connected,
  deployment: DeploymentRecord,
): Promise<readonly DeploymentGroupRecord[] | undefined> {
  const groups = waiting(connected, deployment);
  if (groups.length === 1) return groups;
  const choices = groups.map((group) => ({
    label: group.name,
    description: `canary ${String(healthyCanaries(group))} healthy of ${String(group.desiredCanaries)}`,
    picked: healthyCanaries(group) >= group.desiredCanaries,
    value: group,
  }));
  return connected.ask.pickMany(`Promote groups of ${named(deployment)} on ${connected.cluster.label}`, choices);
}

function followPromotion(connected: Connected, { deployment, place }: Chosen, index: number): void {
  const { id, jobKey, jobVersion } = deployment;
  followWithProgress(
    connected,
    { jobKey, jobVersion, deploymentId: id, region: place.region },
    { deployment: id, index },
  );
}

/** Marks a deployment as failed; Nomad reverts the job where its groups say so. */
export async function failDeployment(connected: Connected, argument: unknown): Promise<void> {
  const which = { deed: 'Fail a deployment', none: 'No deployment is under way' };
  const chosen = await choose(connected, argument, which, (one) => one.active);
  if (chosen === undefined) return;
  const { deployment, place } = chosen;
  const { cluster } = connected;
  const reverts = deployment.groups.some((group) => group.autoRevert);
  const answer = await connected.ask.confirm({
    question: `Fail the deployment of ${named(deployment)} on ${cluster.label}?`,
    detail: [
      placeWords(place, await shownOf(cluster)),
      ...canarySentence(deployment),
      reverts ? 'Nomad reverts the job to its last stable version.' : 'The job is not reverted.',
    ],
    button: 'Fail deployment',
  });
  if (answer !== 'button') return;
  const { value } = await changing(chosen, 'fail', `Failing ${named(deployment)}`, () =>
    cluster.client.deployments.fail(deployment.id, place),
  );
  tellFailed(connected, chosen, value);
}

/** What Nomad made of it: a rollback is followed, and where there is none the way to one is offered. */
function tellFailed(connected: Connected, { deployment, place }: Chosen, answer: DeploymentWriteResponse): void {
  const { report, cluster } = connected;
  const failed = `The deployment of ${named(deployment)} is failed on ${cluster.label}`;
  const key = deployment.jobKey;
  const { EvalID, RevertedJobVersion: revertedTo } = answer;
  if (revertedTo === undefined || revertedTo === null) {
    const target = { job: key, ...(place.region === undefined ? {} : { region: place.region }) };
    const revert = commandAction('Revert', commands.revertJob, target);
    void report.done(`${failed}. The job is not reverted: what runs of it goes on`, [revert]);
    return;
  }
  void report.done(`${failed}. Nomad goes back to what v${String(revertedTo)} was`);
  followWithProgress(connected, { jobKey: key, region: place.region, evalId: EvalID });
}

/** The deployment as the server has it now: a row may be seconds old, and the decision is made on what is asked here. */
async function choose(
  connected: Connected,
  argument: unknown,
  which: { readonly deed: string; readonly none: string },
  accept: (deployment: DeploymentRecord) => boolean,
): Promise<Chosen | undefined> {
  const { cluster } = connected;
  const id = deploymentTarget(cluster.store, argument) ?? (await pickDeployment(connected, which, accept));
  if (id === undefined) return undefined;
  const where = deploymentPlace(cluster.store, argument, id);
  const needs = { capability: 'read-job', namespace: where.namespace };
  const { value } = await withQuietProgress('Reading the deployment', (signal) =>
    attempt({ what: `read the deployment ${id.slice(0, 8)}`, needs }, () =>
      cluster.client.deployments.read(id, { ...where, signal }),
    ),
  );
  const deployment = deploymentRecord(value);
  if (deployment.active) return { deployment, place: placeOf(deployment.jobKey, regionTarget(argument)) };
  // As of a button of an old message, or of a row that the server is ahead of.
  const why = deployment.statusDescription || deployment.status;
  throw new NothingToDo(`The deployment of ${named(deployment)} on ${cluster.label} is over: ${why}.`);
}

/** Does what changes a deployment; a failure names it. */
function changing<T>(
  { deployment, place }: Chosen,
  verb: string,
  title: string,
  work: () => PromiseLike<T>,
): PromiseLike<T> {
  const needs = { capability: 'submit-job', namespace: place.namespace };
  const what = verb === 'fail' ? `fail the deployment of ${named(deployment)}` : `${verb} ${named(deployment)}`;
  return withQuietProgress(title, () => attempt({ what, needs }, work));
}

async function confirmPromotion(
  connected: Connected,
  { deployment, place }: Chosen,
  groups: readonly DeploymentGroupRecord[],
): Promise<boolean> {
  const lines = groups.map((group) => {
    const others = Math.max(0, group.desiredTotal - group.desiredCanaries);
    const canaries = `${String(healthyCanaries(group))} of ${counted(group.desiredCanaries, 'canary', 'canaries')} healthy`;
    return `${group.name}: ${canaries}; then ${counted(others, 'more allocation')} of the new version, and the old ones stop.`;
  });
  const answer = await connected.ask.confirm({
    question: `Promote ${named(deployment)} on ${connected.cluster.label}?`,
    detail: [placeWords(place, await shownOf(connected.cluster)), ...lines],
    button: 'Promote',
  });
  return answer === 'button';
}

/** @throws NothingToDo where no group waits */
function waiting({ cluster }: Connected, deployment: DeploymentRecord): DeploymentGroupRecord[] {
  const groups = unpromoted(deployment);
  if (groups.length > 0) return groups;
  const had = deployment.groups.some((group) => group.promoted);
  const state = had ? 'is promoted already' : 'has no canary that waits for a promotion';
  throw new NothingToDo(`${named(deployment)} ${state} on ${cluster.label}.`);
}

function unpromoted(deployment: DeploymentRecord): DeploymentGroupRecord[] {
  return deployment.groups.filter((group) => group.desiredCanaries > 0 && !group.promoted);
}

/** Nomad counts healthy allocations of the group; before a promotion those are canaries. */
function healthyCanaries(group: DeploymentGroupRecord): number {
  return Math.min(group.healthy, group.desiredCanaries);
}

/** How many canaries are lost, as far as there are some. */
function canarySentence(deployment: DeploymentRecord): string[] {
  const canaries = unpromoted(deployment).reduce((sum, group) => sum + group.placedCanaries.length, 0);
  return canaries === 0 ? [] : [`${counted(canaries, 'canary', 'canaries')} will be stopped.`];
}

function named(deployment: DeploymentRecord): string {
  return `${deployment.jobId} v${String(deployment.jobVersion)}`;
}
