import { own } from '../../base/own.ts';
import type { Job, TaskGroup, UpdateStrategy } from '../../nomad/types/job.ts';
import type { PlanResponse } from '../../nomad/types/plan.ts';
import { failedCount } from '../placement.ts';
import { atATime, countsOf, leavesAll, some, type Counts } from './planCounts.ts';
import { isSystem, type Surroundings } from './planSurroundings.ts';
import { systemOutcome } from './planSystem.ts';

/** What the scheduler would do to one group. */
export interface GroupOutcome {
  readonly name: string;
  /** What happens, as parts of a sentence: `1 canary beside 3 running, then after promotion 3 replaced`. */
  readonly happening: readonly string[];
  /** Whether all that happens is that missing allocations are started. */
  readonly onlyStarts: boolean;
  /** What ought to happen and can't yet: `none of 2 can be started now`. */
  readonly waiting: readonly string[];
  /** Allocations that are left as they are. */
  readonly count: number;
  /** Allocations that run and are stopped, moved or replaced. */
  readonly lost: number;
  /** How much of what the group wants to place has a node. */
  readonly placement: 'all' | 'some' | 'none';
}

/** What a plan comes to. */
export interface PlanOutcome {
  /** By name. */
  readonly groups: readonly GroupOutcome[];
  readonly changes: boolean;
  /** Whether allocations that run are stopped, moved or replaced. */
  readonly destructive: boolean;
}

/**
 * Whether the job itself has no allocations, whatever its groups say: Nomad makes no evaluation for it. Runs of it are
 * made on a schedule, or on request, or not at all where the schedule is disabled or the job stopped.
 */
export function runsLater(job: Job): 'periodic' | 'disabled' | 'parameterized' | 'stopped' | undefined {
  const parameterized = isBlock(job.ParameterizedJob) && job.Dispatched !== true;
  if (!parameterized && !isBlock(job.Periodic)) return undefined;
  if (job.Stop) return 'stopped';
  if (parameterized) return 'parameterized';
  return job.Periodic?.Enabled === false ? 'disabled' : 'periodic';
}

function isBlock(block: unknown): boolean {
  return typeof block === 'object' && block !== null;
}

/** Works out what running the plan would do. */
export function outcomeOf(plan: PlanResponse, job: Job, around: Surroundings = {}): PlanOutcome {
  const edited = plan.Diff !== null && plan.Diff.Type !== 'None';
  if (runsLater(job) !== undefined) return { groups: [], changes: edited, destructive: false };
  const system = isSystem(job);
  const groups = groupNames(plan, job, system).map((name) =>
    system ? systemOutcome(name, plan, job, around) : groupOutcome(name, plan, job),
  );
  const preempted = plan.Annotations?.PreemptedAllocs?.length ?? 0;
  return {
    groups,
    changes: edited || groups.some(({ happening, waiting }) => happening.length + waiting.length > 0),
    destructive: preempted > 0 || groups.some(({ lost }) => lost > 0),
  };
}

/** Of a system job, a group that has no node at all is missing in the answer. */
function groupNames(plan: PlanResponse, job: Job, system: boolean): string[] {
  const names = new Set(Object.keys(plan.Annotations?.DesiredTGUpdates ?? {}));
  if (system) for (const { Name } of job.TaskGroups ?? []) names.add(Name);
  return [...names].sort();
}

function groupOutcome(name: string, plan: PlanResponse, job: Job): GroupOutcome {
  const counts = countsOf(own(plan.Annotations?.DesiredTGUpdates, name));
  const metric = own(plan.FailedTGAllocs, name);
  const failed = metric === undefined ? 0 : failedCount(metric);
  const { Place, Canary, DestructiveUpdate, Migrate, Stop } = counts;
  const wanted = Place + Canary + DestructiveUpdate + Migrate;
  const placement = failed === 0 ? 'all' : failed >= wanted && wanted > 0 ? 'none' : 'some';
  const always = [
    ...some(counts.InPlaceUpdate, 'updated in place'),
    ...some(Migrate, placement === 'none' ? 'stopped on nodes that are drained' : 'moved to another node'),
    ...some(Stop, 'stopped'),
    ...some(counts.RescheduleNow, 'rescheduled'),
    ...some(counts.RescheduleLater, 'to be rescheduled later'),
    ...some(counts.Disconnect, 'disconnected'),
    ...some(counts.Reconnect, 'reconnected'),
  ];
  return {
    name,
    happening: placement === 'none' ? always : [...placements(counts, updateOf(job, name)), ...always],
    onlyStarts: leavesAll(counts),
    waiting: placement === 'none' ? unplaced(counts) : some(failed, "of these can't be placed now"),
    count: counts.Ignore,
    lost: Stop + Migrate + (placement === 'none' ? 0 : DestructiveUpdate),
    placement,
  };
}

function updateOf(job: Job, groupName: string): UpdateStrategy {
  const group: TaskGroup | undefined = job.TaskGroups?.find((one) => one.Name === groupName);
  return { ...job.Update, ...group?.Update };
}

function placements({ Canary, DestructiveUpdate, Ignore, Place }: Counts, update: UpdateStrategy): string[] {
  return [
    ...(Canary > 0 ? [canaryWords(Canary, Ignore, update)] : []),
    ...some(Place, 'started'),
    ...(DestructiveUpdate > 0 ? [replacedWords(DestructiveUpdate, Ignore)] : []),
  ];
}

/** An allocation whose successor has no node is not stopped. */
function unplaced({ Canary, DestructiveUpdate, Ignore, Migrate, Place }: Counts): string[] {
  const running = DestructiveUpdate + Ignore;
  const stay = running > 0 ? `; ${String(running)} running ${running === 1 ? 'is' : 'are'} left` : '';
  const none = (count: number, kind: string) => (count === 1 ? `1 ${kind}can't be` : `none of ${String(count)} can be`);
  if (Canary > 0) return [`${none(Canary, 'canary ')} started now${stay}`];
  if (DestructiveUpdate > 0) return [`${none(running, '')} replaced now${stay}`];
  return [...(Place > 0 ? [`${none(Place, '')} started now`] : []), ...(Migrate > 0 ? ['no other node has room'] : [])];
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
