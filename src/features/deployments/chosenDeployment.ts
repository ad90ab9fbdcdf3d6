import { NothingToDo } from '../../base/userError.ts';
import type { Uses } from '../../commands/command.ts';
import { pickDeployment } from '../../commands/pickers.ts';
import { deploymentPlace, deploymentTarget, regionTarget } from '../../commands/targets.ts';
import { readDeployment } from '../../operations/deployments.ts';
import { attempt, type Attempted } from '../../platform/attempt.ts';
import { withQuietProgress } from '../../platform/signals.ts';
import { placeOf } from '../../state/tables/keys.ts';
import type { Place } from '../../state/tables/place.ts';
import type { DeploymentGroupRecord, DeploymentRecord } from '../../state/tables/records.ts';

/** A deployment as the server has it now, and where it is. */
export interface Chosen {
  readonly deployment: DeploymentRecord;
  readonly place: Place;
}

/** What a deployment is chosen for. */
interface Choice {
  /** `Promote a deployment`, to which the cluster is added. */
  readonly deed: string;
  /** `No deployment waits for a promotion`, likewise. */
  readonly none: string;
  readonly accept: (deployment: DeploymentRecord) => boolean;
}

/**
 * The deployment as the server has it now: a row may be seconds old, and the decision is made on what is asked here.
 *
 * @throws NothingToDo where it is over
 */
export async function chooseDeployment(
  given: Uses<'cluster' | 'ask'>,
  argument: unknown,
  { accept, ...which }: Choice,
): Promise<Chosen | undefined> {
  const { client, store, label } = given.cluster;
  const id = deploymentTarget(store, argument) ?? (await pickDeployment(given, which, accept));
  if (id === undefined) return undefined;
  const where = deploymentPlace(store, argument, id);
  const needs = { capability: 'read-job', namespace: where.namespace };
  const deployment = await withQuietProgress('Reading the deployment', (signal) =>
    attempt({ what: `read the deployment ${id.slice(0, 8)}`, needs }, () => readDeployment(client, id, where, signal)),
  );
  if (deployment.active) return { deployment, place: placeOf(deployment.jobKey, regionTarget(argument)) };
  // As of a button of an old message, or of a row that the server is ahead of.
  const why = deployment.statusDescription || deployment.status;
  throw new NothingToDo(`The deployment of ${named(deployment)} on ${label} is over: ${why}.`);
}

/** What a failure of the write says, which names the deployment. */
export function attemptedOn({ deployment, place }: Chosen, verb: 'promote' | 'fail'): Attempted {
  const object = verb === 'fail' ? `the deployment of ${named(deployment)}` : named(deployment);
  return { what: `${verb} ${object}`, needs: { capability: 'submit-job', namespace: place.namespace } };
}

/** Groups with canaries that are not promoted. */
export function unpromoted(deployment: DeploymentRecord): DeploymentGroupRecord[] {
  return deployment.groups.filter((group) => group.desiredCanaries > 0 && !group.promoted);
}

/** Nomad counts healthy allocations of the group; before a promotion those are canaries. */
export function healthyCanaries(group: DeploymentGroupRecord): number {
  return Math.min(group.healthy, group.desiredCanaries);
}

export function named(deployment: DeploymentRecord): string {
  return `${deployment.jobId} v${String(deployment.jobVersion)}`;
}
