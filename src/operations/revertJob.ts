import { NothingToDo, UserError } from '../base/userError.ts';
import { isNomadError } from '../nomad/http/errors.ts';
import type { Job } from '../nomad/types/job.ts';
import type { PlanResponse } from '../nomad/types/plan.ts';
import type { Cluster } from '../state/clusters/cluster.ts';
import type { Place } from '../state/tables/place.ts';
import type { PlacedClient } from '../state/tables/placedClient.ts';
import type { Surroundings } from '../wording/plan/planSurroundings.ts';
import { readSurroundings } from './readSurroundings.ts';

/** The versions that Nomad keeps of a job, the newest, which is the present one, first. */
export interface Versions {
  readonly current: Job;
  readonly all: readonly Job[];
}

/**
 * Reads the versions of a job.
 *
 * @throws UserError where there is no such job; NothingToDo where there is no version to go back to; NomadError; the
 *   signal's reason
 */
export async function readVersions(
  client: PlacedClient,
  id: string,
  place: Place,
  signal: AbortSignal,
): Promise<Versions> {
  const all = await versionsOf(client, id, { ...place, signal });
  const [current] = all;
  if (current === undefined || all.length < 2) {
    throw new NothingToDo(`${id} has only version ${String(current?.Version ?? 0)}: there is no other to revert to.`);
  }
  return { current, all };
}

async function versionsOf(
  client: PlacedClient,
  id: string,
  options: Place & { readonly signal: AbortSignal },
): Promise<readonly Job[]> {
  try {
    return (await client.jobs.versions(id, options)).value.Versions;
  } catch (error) {
    if (isNomadError(error, 'notFound')) throw new UserError('the job is no longer there.');
    throw error;
  }
}

/** @throws UserError where Nomad keeps it no more; NothingToDo where it is the present one */
export function versionOf({ current, all }: Versions, version: number): Job {
  const target = all.find((one) => one.Version === version);
  if (target === undefined) throw new UserError(`${current.ID} has no version ${String(version)} any more.`);
  if (version === current.Version) throw new NothingToDo(`${current.ID} is at version ${String(version)} already.`);
  return target;
}

/** What going back to a version would do. */
export interface RevertPlan {
  /** The old version as it would be registered. */
  readonly job: Job;
  readonly plan: PlanResponse;
  readonly around: Surroundings;
}

/**
 * Plans an old version as if it were submitted now. Nothing is changed.
 *
 * @throws NomadError; the signal's reason
 */
export async function planRevert(
  cluster: Cluster,
  target: Job,
  place: Place,
  signal: AbortSignal,
): Promise<RevertPlan> {
  const job: Job = { ...target, Stop: false };
  const [{ value: plan }, around] = await Promise.all([
    cluster.client.jobs.plan(job, { diff: true, ...place, signal }),
    readSurroundings(cluster, job, place, signal),
  ]);
  return { job, plan, around };
}

/** Which version to go back to, and from which: Nomad refuses where the job has another by now. */
interface Step {
  readonly from: number;
  readonly to: number;
}

/**
 * Reverts a job. Not cancellable.
 *
 * @throws NomadError, a `conflict` or `rejected` where somebody registered the job meanwhile
 */
export async function revertJob(
  client: PlacedClient,
  id: string,
  place: Place,
  { from, to }: Step,
): Promise<{ readonly index: number; readonly evalId: string }> {
  const { value } = await client.jobs.revert(id, to, { ...place, enforcePriorVersion: from });
  return { index: value.JobModifyIndex, evalId: value.EvalID };
}
