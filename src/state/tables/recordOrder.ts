import type { AllocationRecord, DeploymentRecord, JobRecord } from './records.ts';

/** By group, then by index, the newest last. */
export function byGroupAndIndex(a: AllocationRecord, b: AllocationRecord): number {
  const first = compare(a.group, b.group) || (a.index ?? 0) - (b.index ?? 0) || a.jobVersion - b.jobVersion;
  return first || (a.createIndex ?? 0) - (b.createIndex ?? 0) || compare(a.id, b.id);
}

export function newestFirst(a: DeploymentRecord, b: DeploymentRecord): number {
  return b.jobVersion - a.jobVersion || b.createIndex - a.createIndex || compare(a.id, b.id);
}

/** By the time of their submission, the newest first. */
export function lastSubmittedFirst(a: JobRecord, b: JobRecord): number {
  return (b.submitTimeMs ?? 0) - (a.submitTimeMs ?? 0) || compare(a.id, b.id);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
