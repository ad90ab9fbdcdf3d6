import type { AllocationRecord } from '../state/tables/records.ts';
import { hasEnded } from '../state/tables/taskState.ts';
import { allocationStatus } from '../wording/status.ts';
import { isProblem } from '../wording/statusWords.ts';
import { allocationMatches, capped, counting, isFinished, newestFirst } from './arrange.ts';
import type { AllocationPlace, Layout, LayoutContext, Row, RowSource } from './rows.ts';

/** Every allocation that was loaded: those with a problem first, those that have ended last, the newest of each first. */
export const allocationLayout: Layout = { view: 'allocations', roots };

function roots(context: LayoutContext): readonly Row[] {
  const { source, rows, places } = context;
  places.clear();
  const found: Record<AllocationPlace, AllocationRecord[]> = { problems: [], alive: [], ended: [] };
  for (const allocation of source.store.allocations.values()) {
    if (!allocationMatches(source.filter.text, allocation)) continue;
    const place = placeOf(source, allocation);
    if (place !== 'problems' && source.filter.problemsOnly) continue;
    places.set(allocation.id, place);
    found[place].push(allocation);
  }
  const total = source.store.allocations.size;
  const failed = source.loadFailure(undefined) === undefined ? [] : [rows.message('failed', undefined)];
  if (places.size === 0 && total > 0) return [...failed, counting(context, 'hidden', undefined, total)];
  const sorted = [found.problems, found.alive, found.ended].flatMap((some) => some.sort(newestFirst));
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

/** Where an allocation belongs. What failed and was replaced since is no problem. */
export function placeOf(source: RowSource, allocation: AllocationRecord): AllocationPlace {
  const finished = isFinished(source.store.jobs.get(allocation.jobKey), allocation);
  if (!finished && isProblem(allocationStatus(allocation, source.now()))) return 'problems';
  return hasEnded(allocation) ? 'ended' : 'alive';
}
