import { compareText } from '../../base/compareText.ts';
import type { AllocationRecord, DeploymentRecord, JobRecord } from './records.ts';

/** By group, then by index, the newest last. */
export function byGroupAndIndex(a: AllocationRecord, b: AllocationRecord): number {
  const first = compareText(a.group, b.group) || (a.index ?? 0) - (b.index ?? 0) || a.jobVersion - b.jobVersion;
  return first || (a.createIndex ?? 0) - (b.createIndex ?? 0) || compareText(a.id, b.id);
}

export function newestFirst(a: DeploymentRecord, b: DeploymentRecord): number {
  return b.jobVersion - a.jobVersion || b.createIndex - a.createIndex || compareText(a.id, b.id);
}

/** By the time of their submission, the newest first. */
export function lastSubmittedFirst(a: JobRecord, b: JobRecord): number {
  return (b.submitTimeMs ?? 0) - (a.submitTimeMs ?? 0) || compareText(a.id, b.id);
}
