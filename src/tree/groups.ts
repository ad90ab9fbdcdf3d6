import type { AllocationRecord, JobRecord } from '../state/tables/records.ts';
import type { Store } from '../state/tables/store.ts';
import { byName, capped, counting, isFinished } from './arrange.ts';
import type { GroupRow, JobRow, LayoutContext, Row } from './rows.ts';

/** Names of the groups that get a row of their own: all of them, or none if there is only one. */
export function groupsShown(store: Store, job: JobRecord): readonly string[] {
  const names = new Set(job.groups?.map((group) => group.name) ?? Object.keys(job.summary ?? {}));
  for (const allocation of store.allocationsOf(job.key)) {
    // A group that the job no longer has is worth a row only while something of it runs.
    if (!names.has(allocation.group) && !isFinished(job, allocation)) names.add(allocation.group);
  }
  return names.size > 1 ? [...names] : [];
}

/** All allocations of a group. */
export function inGroup(store: Store, job: AllocationRecord['jobKey'], group: string): readonly AllocationRecord[] {
  return store.allocationsOf(job).filter((allocation) => allocation.group === group);
}

/** Allocations that are directly under their job. */
export function outsideOf(store: Store, job: JobRecord, groups: readonly string[]): readonly AllocationRecord[] {
  return store.allocationsOf(job.key).filter((allocation) => !groups.includes(allocation.group));
}

/** Allocations under their job or group: those that count, and a row that holds what is finished. */
export function allocationRows(
  context: LayoutContext,
  owner: JobRow | GroupRow,
  all: readonly AllocationRecord[],
): readonly Row[] {
  const job = context.source.store.jobs.get(owner.job);
  const current = all.filter((allocation) => !isFinished(job, allocation)).sort(byName);
  const rows = capped(context, owner, current, (allocation) => context.rows.allocation(owner.job, allocation.id));
  const finished = all.length - current.length;
  if (finished > 0) rows.push(counting(context, 'finished', owner, finished));
  return rows;
}
