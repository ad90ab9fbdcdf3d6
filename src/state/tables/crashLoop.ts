import type { AllocationStub, TaskEvent } from '../../nomad/types/allocation.ts';
import type { AllocationRecord, TaskRecord } from './records.ts';
import { filled } from '../../base/filled.ts';
import { objectsIn } from './wire.ts';

/** Failures in a row, each but the first soon after a restart. */
export interface Failures {
  readonly count: number;
  /** The longest time it stayed up before one of them, as far as known. */
  readonly longestMs: number;
}

/** Failures of allocations that were replaced by each other; Nomad remembers the last five. */
export interface Reschedules extends Failures {
  /** Id of the allocation that failed last. */
  readonly previous?: string;
}

/**
 * What failed twice has to stay up this long at least before it counts as healthy again. It is as long as Nomad by
 * default lets a new allocation take to become healthy
 * (https://developer.hashicorp.com/nomad/docs/job-specification/update). The interval of the restart policy would be no
 * better: neither lists nor events have it, and many are of a day.
 */
const leastMs = 5 * 60_000;
/** What stayed up this long fails now and then, but is in no loop. */
const mostMs = 60 * 60_000;

/** How long it has to stay up: twice as long as it did before it failed, within limits. */
export function steadyMs({ longestMs }: Failures): number {
  return Math.min(mostMs, Math.max(leastMs, 2 * longestMs));
}

/**
 * The failures after which the restart policy let a task be started again.
 *
 * @param lives events of the task from one start to the next, oldest first; the last one has not ended
 * @param restarts how often it was started again, which may be more than the events tell, of which a client keeps ten
 */
export function failuresIn(lives: readonly (readonly TaskEvent[])[], restarts: number): Failures | undefined {
  const ended = lives.slice(0, -1);
  const own = ended.filter((life) => !wasOrdered(life)).reverse();
  const { count, longestMs, all } = inARow(own.map(runOf));
  // Restarts that the client no longer lists are assumed to be like those that it does.
  const more = all && own.length === ended.length ? Math.max(0, restarts - ended.length) : 0;
  return count === 0 ? undefined : { count: count + more, longestMs };
}

/** Of an allocation that replaced one that failed, from any answer that has its `RescheduleTracker`. */
export function reschedulesIn(tracker: AllocationStub['RescheduleTracker']): Reschedules | undefined {
  const events = [...objectsIn(tracker?.Events)].reverse();
  const [newest] = events;
  if (newest === undefined) return undefined;
  const runs = events.map((event, at) => {
    const before = events[at + 1];
    return before === undefined ? undefined : (event.RescheduleTime - event.Delay - before.RescheduleTime) / 1e6;
  });
  const { count, longestMs } = inARow(runs);
  const previous = filled(newest.PrevAllocID);
  return { count, longestMs, ...(previous === undefined ? {} : { previous }) };
}

/** @param runs how long each stayed up, the newest first */
function inARow(runs: readonly (number | undefined)[]): Failures & { all: boolean } {
  let longestMs = 0;
  for (const [at, run] of runs.entries()) {
    if (run === undefined || Number.isNaN(run)) continue;
    if (run >= mostMs) return { count: at + 1, longestMs, all: false };
    longestMs = Math.max(longestMs, run);
  }
  return { count: runs.length, longestMs, all: true };
}

/** A person, a template or a new secret had it started again, which is no failure: Nomad gives no reason then. */
export function wasOrdered(life: readonly TaskEvent[]): boolean {
  return life.at(-1)?.Details?.['restart_reason'] === '';
}

function runOf(life: readonly TaskEvent[]): number | undefined {
  const started = life.find(({ Type }) => Type === 'Started');
  const end = life.at(-1);
  return started === undefined || end === undefined ? undefined : (end.Time - started.Time) / 1e6;
}

/**
 * Whether a task fails again and again. That it runs between two failures does not mean that it is well.
 *
 * @param before of allocations that this one's replaced
 */
export function isTaskLooping(task: TaskRecord, nowMs: number, before?: Failures): boolean {
  const { failures, state, paused } = task;
  if (failures === undefined || state === 'dead' || paused === true) return false;
  return failures.count + (before?.count ?? 0) > 1 && !isSteady(task, failures, nowMs);
}

/** The same of an allocation: a task of it does, or those did that it replaced and it may be the next. */
export function isLooping({ tasks = [], rescheduled, ...allocation }: AllocationRecord, nowMs: number): boolean {
  const { clientStatus, desiredStatus = 'run' } = allocation;
  if (desiredStatus !== 'run' || (clientStatus !== 'running' && clientStatus !== 'pending')) return false;
  if (tasks.some((task) => isTaskLooping(task, nowMs, rescheduled))) return true;
  if (rescheduled === undefined || rescheduled.count < 2) return false;
  const steady = (task: TaskRecord) => task.state === 'dead' || isSteady(task, rescheduled, nowMs);
  return tasks.length === 0 || !tasks.every(steady);
}

function isSteady({ state, startedAtMs = 0 }: TaskRecord, failures: Failures, nowMs: number): boolean {
  return state === 'running' && nowMs - startedAtMs >= steadyMs(failures);
}
