import type { Job, TaskGroup } from '../../../src/nomad/types/job.ts';
import { jobKey, namespaceOf } from '../state/records.ts';
import type { Store } from '../state/store.ts';

/** A version of a job that is not the newest, as far as it says what is placed. */
export interface Older {
  readonly job: Job;
  readonly group: TaskGroup;
  /** Empty where the version was never rolled out. */
  readonly deploymentId: string;
}

/**
 * The version of which allocations are replaced while canaries of a newer one wait: the one that was rolled out last, or
 * the one given where no deployment was ever made.
 *
 * @returns undefined where there is none of at least that version, so that the newest has to do
 */
export function olderVersion(store: Store, job: Job, group: string, since: number): Older | undefined {
  const key = jobKey(namespaceOf(job), job.ID);
  const version = (number: number) => store.versions.get(key)?.find(({ Version }) => Version === number);
  const deployments = [...store.deploymentsOf(key)].sort((a, b) => b.JobVersion - a.JobVersion);
  const rolledOut = deployments.find(({ TaskGroups }) => {
    const state = TaskGroups?.[group];
    return state !== undefined && (state.Promoted || state.DesiredCanaries === 0);
  });
  const before = version(rolledOut?.JobVersion ?? since);
  const found = before?.TaskGroups?.find(({ Name }) => Name === group);
  if (before === undefined || found === undefined || before.Version < since) return undefined;
  if (rolledOut === undefined && (before.Update?.MaxParallel ?? 0) > 0) return undefined;
  return { job: before, group: found, deploymentId: rolledOut?.ID ?? '' };
}
