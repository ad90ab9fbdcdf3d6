import { countsOf } from '../state/tables/counts.ts';
import type { Counts } from '../state/tables/counts.ts';
import { culpritOf, isSuperseded } from './deploymentStatus.ts';
import type { AllocationRecord, JobRecord } from '../state/tables/records.ts';
import type { Store } from '../state/tables/store.ts';

/** The allocation that tells why a job, or the newest deployment of it, is in trouble. */
export function culpritOfJob(store: Store, job: JobRecord, nowMs: number): AllocationRecord | undefined {
  const known = culpritAmong(countsOf(store, job, nowMs));
  if (known !== undefined || job.stop) return known;
  const newest = store.deploymentsOf(job.key)[0];
  const tells = newest?.active === true || (newest?.status === 'failed' && !isSuperseded(store, newest));
  return newest === undefined || !tells ? undefined : culpritOf(store, newest, nowMs);
}

/** The same of one group. */
export function culpritOfGroup(
  store: Store,
  job: JobRecord,
  group: string,
  nowMs: number,
): AllocationRecord | undefined {
  return culpritAmong(countsOf(store, job, nowMs, group));
}

function culpritAmong(counts: Counts | undefined): AllocationRecord | undefined {
  return counts?.failure ?? counts?.loops[0];
}
