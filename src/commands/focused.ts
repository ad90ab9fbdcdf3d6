import type { Uses } from './command.ts';
import { allocationTarget, jobTarget } from './targets.ts';

/** What a key hands over in place of a row, of which it knows none. */
export const focused = 'focused';

/**
 * What a command is about that a key may have called: then the row that has the focus, or nothing at all where none has it, or
 * where that row is of no job. A key that was hit by chance asks nobody for a job.
 */
export async function withFocused(
  { cluster, views }: Uses<'cluster' | 'views'>,
  argument: unknown,
): Promise<{ readonly argument: unknown } | undefined> {
  if (argument !== focused) return { argument };
  const row = await views.focusedRow();
  const isOfSome = jobTarget(cluster.store, row) !== undefined || allocationTarget(row) !== undefined;
  return isOfSome ? { argument: row } : undefined;
}
