import type { DesiredUpdates } from '../../nomad/types/plan.ts';

/** No cluster has this many allocations; a higher or a negative count is an error of the server. */
const most = 1_000_000_000;

/** A count of the server's where it can be one; 0 otherwise. Every count of a plan is read through this. */
export function countOf(count: number | null | undefined): number {
  return isCount(count) ? count : 0;
}

export function isCount(count: number | null | undefined): count is number {
  return typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= most;
}

/** How many allocations of one group the scheduler would treat in which way. */
export type Counts = Readonly<Record<keyof DesiredUpdates, number>>;

/** The counts of one group; all are 0 where the plan says nothing of it. */
export function countsOf(updates: Partial<DesiredUpdates> | undefined): Counts {
  return {
    Ignore: countOf(updates?.Ignore),
    Place: countOf(updates?.Place),
    Migrate: countOf(updates?.Migrate),
    Stop: countOf(updates?.Stop),
    InPlaceUpdate: countOf(updates?.InPlaceUpdate),
    DestructiveUpdate: countOf(updates?.DestructiveUpdate),
    Canary: countOf(updates?.Canary),
    Preemptions: countOf(updates?.Preemptions),
    Disconnect: countOf(updates?.Disconnect),
    Reconnect: countOf(updates?.Reconnect),
    RescheduleNow: countOf(updates?.RescheduleNow),
    RescheduleLater: countOf(updates?.RescheduleLater),
  };
}

/** Whether nothing happens to existing allocations: at most, others are started. */
export function leavesAll(counts: Counts): boolean {
  const touched = { ...counts, Ignore: 0, Place: 0, Preemptions: 0 };
  return Object.values(touched).every((count) => count === 0);
}

/** `2 started`, and nothing for none. */
export function some(count: number, words: string): string[] {
  return count > 0 ? [`${String(count)} ${words}`] : [];
}

/** `one at a time` */
export function atATime(count: number): string {
  return `${count === 1 ? 'one' : String(count)} at a time`;
}
