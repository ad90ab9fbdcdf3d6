import type { Job, TaskGroup, UpdateStrategy } from '../nomad/types/job.ts';
import type { DesiredUpdates, PlanResponse } from '../nomad/types/plan.ts';

/** What the scheduler would do to one group, in words. */
export interface GroupOutcome {
  readonly name: string;
  /** As a part of a sentence: `1 canary beside 3 running, then 3 replaced, one at a time`. */
  readonly words: string;
}

/** What a plan comes to. */
export interface PlanOutcome {
  /** By name; only of groups to which something happens. */
  readonly groups: readonly GroupOutcome[];
  /** Names of the groups to which nothing happens, with the number of their allocations. */
  readonly unchanged: readonly { readonly name: string; readonly count: number }[];
  readonly changes: boolean;
  /** Whether allocations that run are stopped, moved or replaced. */
  readonly destructive: boolean;
}

/** Whether the job itself has no allocations: runs of it are made on a schedule, or on request. */
export function runsLater(job: Job): 'periodic' | 'parameterized' | undefined {
  if (job.Periodic && job.Periodic.Enabled !== false) return 'periodic';
  return job.ParameterizedJob && job.Dispatched !== true ? 'parameterized' : undefined;
}

/** Works out what running the plan would do. */
export function outcomeOf(plan: PlanResponse, job: Job): PlanOutcome {
  const edited = plan.Diff !== null && plan.Diff.Type !== 'None';
  if (runsLater(job) !== undefined) return { groups: [], unchanged: [], changes: edited, destructive: false };
  const all = Object.entries(plan.Annotations?.DesiredTGUpdates ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const groups: GroupOutcome[] = [];
  const unchanged: { name: string; count: number }[] = [];
  for (const [name, updates] of all) {
    const words = wordsOf(updates, updateOf(job, name));
    if (words === '') unchanged.push({ name, count: number(updates.Ignore) });
    else groups.push({ name, words });
  }
  const sum = (read: (updates: DesiredUpdates) => number | undefined) =>
    all.reduce((total, [, updates]) => total + number(read(updates)), 0);
  const preempted = plan.Annotations?.PreemptedAllocs?.length ?? 0;
  const lost = sum((one) => one.Stop) + sum((one) => one.DestructiveUpdate) + sum((one) => one.Migrate);
  return { groups, unchanged, changes: edited || groups.length > 0, destructive: lost + preempted > 0 };
}

function updateOf(job: Job, groupName: string): UpdateStrategy {
  const group: TaskGroup | undefined = job.TaskGroups?.find((one) => one.Name === groupName);
  return { ...job.Update, ...group?.Update };
}

function wordsOf(updates: DesiredUpdates, update: UpdateStrategy): string {
  const { Canary, DestructiveUpdate, Ignore, Place, Stop, InPlaceUpdate, Migrate } = updates;
  const steps: string[] = [];
  const add = (count: number | undefined, words: string) => {
    if (number(count) > 0) steps.push(`${String(count)} ${words}`);
  };
  if (number(Canary) > 0) steps.push(canaryWords(number(Canary), number(Ignore), update));
  add(Place, 'started');
  if (number(DestructiveUpdate) > 0) steps.push(replacedWords(number(DestructiveUpdate), number(Ignore)));
  add(InPlaceUpdate, 'updated in place');
  add(Migrate, 'moved to another node');
  add(Stop, 'stopped');
  add(updates.RescheduleNow, 'rescheduled');
  add(updates.RescheduleLater, 'to be rescheduled later');
  add(updates.Disconnect, 'disconnected');
  add(updates.Reconnect, 'reconnected');
  return steps.join(', ');
}

function canaryWords(canaries: number, running: number, update: UpdateStrategy): string {
  const started = canaries === 1 ? '1 canary' : `${String(canaries)} canaries`;
  if (running === 0) return started;
  const promotion = update.AutoPromote === true ? 'when healthy' : 'after promotion';
  const pace = update.MaxParallel ?? 0;
  const steps = pace > 0 && pace < running ? `, ${atATime(pace)}` : '';
  return `${started} beside ${String(running)} running, then ${promotion} ${String(running)} replaced${steps}`;
}

/** A plan only counts the first step; what it leaves alone for now is replaced in the steps after it. */
function replacedWords(first: number, later: number): string {
  return later === 0 ? `${String(first)} replaced` : `${String(first + later)} replaced, ${atATime(first)}`;
}

function atATime(count: number): string {
  return `${count === 1 ? 'one' : String(count)} at a time`;
}

function number(count: number | null | undefined): number {
  return count ?? 0;
}
