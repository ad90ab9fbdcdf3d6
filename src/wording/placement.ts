import type { AllocationMetric, Evaluation } from '../nomad/types/evaluation.ts';
import { clean } from '../state/tables/wire.ts';

/** Why a group could not be placed, in a few words: `memory exhausted`, `missing drivers`, `no nodes`. */
export function placementReason(metric: AllocationMetric): string {
  const [dimension] = largest(metric.DimensionExhausted);
  if (dimension !== undefined) return exhausted(dimension);
  const [quota] = metric.QuotaExhausted ?? [];
  if (quota !== undefined) return `quota ${clean(quota)}`;
  // That a node is of a kind that was ruled out before says nothing of why, so another reason is told where there is one.
  const constraints = largest(metric.ConstraintFiltered);
  const constraint = constraints.find((one) => one !== 'computed class ineligible');
  if (constraint !== undefined) return constraintWords(constraint);
  if (constraints.length > 0) return 'no node fits';
  if ((metric.NodesEvaluated ?? 0) === 0) return 'no eligible nodes';
  return 'no room';
}

/** `memory exhausted` for `memory`; port collisions and the like say it by themselves. */
export function exhausted(dimension: string): string {
  const words = clean(dimension);
  return words.includes(':') || words.includes('exhausted') ? words : `${words} exhausted`;
}

function constraintWords(constraint: string): string {
  const words = clean(constraint);
  return words.startsWith('missing ') ? words : `constraint ${words}`;
}

/** How many allocations an evaluation waits to place, and why the first of its groups can't be. */
export function blockedWords(evaluation: Evaluation): { count: number; reason: string } {
  const failed = Object.entries(evaluation.FailedTGAllocs ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const count = failed.reduce((sum, [, metric]) => sum + failedCount(metric), 0);
  const reason = failed[0] === undefined ? 'waiting for room' : placementReason(failed[0][1]);
  return { count: Math.max(count, 1), reason };
}

/** How many allocations of a group were not placed; the first is not among the coalesced. */
export function failedCount(metric: AllocationMetric): number {
  return (metric.CoalescedFailures ?? 0) + 1;
}

function largest(counts: Record<string, number> | null | undefined): readonly string[] {
  return Object.entries(counts ?? {})
    .sort(([nameA, a], [nameB, b]) => b - a || (nameA < nameB ? -1 : 1))
    .map(([name]) => name);
}
