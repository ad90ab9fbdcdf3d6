import { compareText } from '../../base/compareText.ts';
import { jobKey } from './keys.ts';
import type { JobKey } from './keys.ts';
import type { Kind } from './kind.ts';
import { without } from './merge.ts';
import type { JobRecord } from './records.ts';

/** Jobs; the runs of a periodic or parameterized one are its group, and stay when it goes: Nomad leaves them running. */
export const jobs: Kind<JobKey, JobRecord> = {
  key: (job) => job.key,
  index: (job) => job.modifyIndex,
  merge: mergeJob,
  group: {
    by: 'jobs',
    key: (job) => (job.parentId === undefined ? undefined : jobKey(job.namespace, job.parentId)),
    order: lastSubmittedFirst,
    owned: false,
  },
};

/** What was known of an earlier specification of the job is dropped. */
function mergeJob(known: JobRecord, next: JobRecord): JobRecord {
  if (sameSpecification(known, next)) return { ...known, ...next };
  return {
    ...without(known, 'version', 'groups', 'count', 'jobModifyIndex', 'periodicEnabled', 'periodicSpec'),
    ...next,
  };
}

function sameSpecification(known: JobRecord, next: JobRecord): boolean {
  if (known.version !== undefined && next.version !== undefined) return known.version === next.version;
  if (known.jobModifyIndex !== undefined && next.jobModifyIndex !== undefined) {
    return known.jobModifyIndex === next.jobModifyIndex;
  }
  return known.modifyIndex === next.modifyIndex;
}

/** By the time of their submission, the newest first. */
function lastSubmittedFirst(a: JobRecord, b: JobRecord): number {
  return (b.submitTimeMs ?? 0) - (a.submitTimeMs ?? 0) || compareText(a.id, b.id);
}
