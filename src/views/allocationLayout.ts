import type { AllocationRecord } from '../model/records.ts';
import { allocationStatus } from '../model/status.ts';
import { isProblem } from '../model/statusWords.ts';
import { allocationMatches, capped, counting, isFinished, newestFirst, taskRows } from './arrange.ts';
import type { Layout, LayoutContext, Row, RowSource } from './rows.ts';

/** Every allocation that was loaded: those with a problem first, then the newest. */
export const allocationLayout: Layout = { view: 'allocations', roots, children, parent };

function roots(context: LayoutContext): readonly Row[] {
  const { source, rows, troubled } = context;
  troubled.clear();
  const problems: AllocationRecord[] = [];
  const others: AllocationRecord[] = [];
  for (const allocation of source.store.allocations.values()) {
    if (!allocationMatches(source.filter.text, allocation)) continue;
    if (isTroubled(source, allocation)) {
      troubled.add(allocation.id);
      problems.push(allocation);
    } else if (!source.filter.problemsOnly) others.push(allocation);
  }
  const total = source.store.allocations.size;
  const failed = source.loadFailure(undefined) === undefined ? [] : [rows.message('failed', undefined)];
  if (problems.length + others.length === 0 && total > 0) {
    return [...failed, counting(context, 'hidden', undefined, total)];
  }
  const sorted = [...problems.sort(newestFirst), ...others.sort(newestFirst)];
  const shown = capped(context, undefined, sorted, (one) => rows.allocation(one.jobKey, one.id));
  // How many the server holds back is not known, so the row has no count of its own.
  if (source.allocationsTruncated && shown.length === sorted.length) shown.push(uncounted(context));
  return [...failed, ...shown];
}

function uncounted(context: LayoutContext): Row {
  const row = context.rows.message('more', undefined);
  context.counts.delete(row.id);
  return row;
}

/** Whether an allocation needs a look: what failed and was replaced since doesn't. */
export function isTroubled(source: RowSource, allocation: AllocationRecord): boolean {
  if (!isProblem(allocationStatus(allocation, source.now()))) return false;
  return !isFinished(source.store.jobs.get(allocation.jobKey), allocation);
}

function children(context: LayoutContext, row: Row): readonly Row[] {
  if (row.kind !== 'allocation') return [];
  return taskRows(context, context.source.store.allocations.get(row.allocation));
}

function parent(context: LayoutContext, row: Row): Row | undefined {
  return row.kind === 'task' ? context.rows.allocation(row.job, row.allocation) : undefined;
}
