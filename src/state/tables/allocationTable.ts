import { compareText } from '../../base/compareText.ts';
import type { Kind } from './kind.ts';
import { without } from './merge.ts';
import type { AllocationRecord } from './records.ts';

export const allocations: Kind<string, AllocationRecord> = {
  key: (allocation) => allocation.id,
  index: (allocation) => allocation.modifyIndex,
  merge: mergeAllocation,
  group: { by: 'jobs', key: (allocation) => allocation.jobKey, order: byGroupAndIndex, owned: true },
};

/** A summary changes what it knows of and leaves the rest. */
function mergeAllocation(known: AllocationRecord, next: AllocationRecord): AllocationRecord {
  if (next.modifyIndex > 0) return { ...known, ...next };
  if (known.clientStatus === next.clientStatus) return { ...known, ...next, modifyIndex: known.modifyIndex };
  return { ...without(known, 'tasks', 'clientDescription'), ...next, modifyIndex: known.modifyIndex };
}

/** By group, then by index, the newest last. */
function byGroupAndIndex(a: AllocationRecord, b: AllocationRecord): number {
  const first = compareText(a.group, b.group) || (a.index ?? 0) - (b.index ?? 0) || a.jobVersion - b.jobVersion;
  return first || (a.createIndex ?? 0) - (b.createIndex ?? 0) || compareText(a.id, b.id);
}
