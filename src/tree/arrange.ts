import { compareText } from '../base/compareText.ts';
import type { AllocationRecord, JobRecord } from '../state/tables/records.ts';
import { hasEnded } from '../state/tables/taskState.ts';
import { matches } from './filter.ts';
import type { LayoutContext, Row } from './rows.ts';

/** More rows than this under one parent help nobody and slow the tree down; the rest is counted in a last row. */
export const maxRowsPerParent = 1000;

/** Whether an allocation has run its course and something newer took its place, or nothing was to. */
export function isFinished(job: JobRecord | undefined, allocation: AllocationRecord): boolean {
  if (!hasEnded(allocation)) return false;
  if (allocation.nextAllocation !== undefined && allocation.nextAllocation !== '') return true;
  if (job?.version !== undefined && allocation.jobVersion < job.version) return true;
  return allocation.desiredStatus !== undefined && allocation.desiredStatus !== 'run';
}

/** The first rows, and one that counts the rest. */
export function capped<T>(
  context: LayoutContext,
  owner: Row | undefined,
  items: readonly T[],
  toRow: (item: T) => Row,
): Row[] {
  const rows = items.slice(0, maxRowsPerParent).map(toRow);
  if (items.length > maxRowsPerParent) rows.push(counting(context, 'more', owner, items.length - maxRowsPerParent));
  return rows;
}

/** A message row that stands for `count` things. */
export function counting(
  context: LayoutContext,
  topic: 'more' | 'finished' | 'hidden' | 'parentGone',
  owner: Row | undefined,
  count: number,
): Row {
  const row = context.rows.message(topic, owner);
  context.counts.set(row.id, count);
  return row;
}

/** Whether the text filter lets an allocation through. */
export function allocationMatches(text: string, allocation: AllocationRecord): boolean {
  return matches(text, [
    allocation.name,
    allocation.id,
    allocation.jobId,
    allocation.namespace,
    allocation.group,
    allocation.nodeName,
    allocation.nodeId,
  ]);
}

/** By group and index, then the newest first: the order within a job, which doesn't move while states change. */
export function byName(a: AllocationRecord, b: AllocationRecord): number {
  return compareText(a.group, b.group) || (a.index ?? 0) - (b.index ?? 0) || newestFirst(a, b);
}

/** The newest first. Ids decide between equals, so that the order is always the same. */
export function newestFirst(
  a: { readonly id: string; readonly createIndex?: number },
  b: { readonly id: string; readonly createIndex?: number },
): number {
  return (b.createIndex ?? 0) - (a.createIndex ?? 0) || compareText(a.id, b.id);
}
