import { age, untilWords } from './ages.ts';
import { isTaskLooping } from '../state/tables/crashLoop.ts';
import { countsOf, isBatch, isSystem } from '../state/tables/counts.ts';
import type { Counts } from '../state/tables/counts.ts';
import { because, of, ranks, some, status, version } from './statusWords.ts';
import { failingWord, failingWords, loopWord, loopWords, tellerOf } from './failing.ts';
import { endReason, isSuperseded, rolloutStatus } from './deploymentStatus.ts';
import { isProblem } from './statusWords.ts';
import type { Part, Status, Tone } from './statusWords.ts';
import { blockedWords } from './placement.ts';
import type { AllocationRecord, JobRecord, TaskRecord } from '../state/tables/records.ts';
import type { Store } from '../state/tables/store.ts';
import {
  allocationFailure,
  allocationWait,
  describedFailure,
  isAlive,
  isFailing,
  isTaskRestarting,
  restartsOf,
  taskFailure,
} from '../state/tables/taskState.ts';
import { clean } from '../state/tables/wire.ts';

/** The state of a job as its row tells it: what is wrong first, then what is under way, then how it stands. */
export function jobStatus(store: Store, job: JobRecord, nowMs: number): Status {
  const counts = countsOf(store, job, nowMs);
  if (job.stop)
    return status('stopped', 'stopped', ['stopped', some(counts?.running ?? 0, 'stopping'), version(job.version)]);
  if (job.periodic || job.parameterized || job.children !== undefined) return parentStatus(job);
  const blocked = blockedStatus(store, job, counts);
  if (blocked !== undefined) return blocked;
  const newest = store.deploymentsOf(job.key)[0];
  if (newest?.active === true) return rolloutStatus(store, newest, nowMs);
  const standing = standingStatus(store, job, counts, nowMs, version(job.version));
  if (newest?.status !== 'failed' || isSuperseded(store, newest) || isProblem(standing)) return standing;
  const why = because('deployment failed', endReason(store, newest));
  return status('warning', 'deployment failed', [why, runningOf(counts)]);
}

/** The state of one group of a job. */
export function groupStatus(store: Store, job: JobRecord, groupName: string, nowMs: number): Status {
  if (job.stop) return status('stopped', 'stopped');
  const counts = countsOf(store, job, nowMs, groupName);
  const failed = store.blockedOf(job.key)?.FailedTGAllocs;
  if (failed !== undefined && failed !== null && Object.hasOwn(failed, groupName)) {
    const metric = failed[groupName];
    return blockedIn(metric === undefined ? {} : { [groupName]: metric }, counts);
  }
  const deployment = store.activeDeploymentOf(job.key);
  const group = deployment?.groups.find((one) => one.name === groupName);
  if (deployment !== undefined && group !== undefined && group.healthy < group.desiredTotal) {
    return rolloutStatus(store, deployment, nowMs, group);
  }
  return counts === undefined ? status('unknown', 'unknown', []) : standingStatus(store, job, counts, nowMs);
}

/** A periodic or parameterized job never has allocations of its own: its runs do. */
function parentStatus(job: JobRecord): Status {
  const word = job.periodic ? 'periodic' : job.parameterized ? 'parameterized' : 'waiting for runs';
  const off = job.periodic && job.periodicEnabled === false;
  const { pending = 0, running = 0, dead = 0 } = job.children ?? {};
  const runs = pending + running + dead;
  const parts = [
    word === 'waiting for runs' ? '' : word,
    off ? 'disabled' : undefined,
    runs === 1 ? '1 run' : `${String(runs)} runs`,
    some(running, 'running'),
  ];
  return { ...status(off ? 'stopped' : 'pending', word, parts), rank: ranks.good };
}

function blockedStatus(store: Store, job: JobRecord, counts: Counts | undefined): Status | undefined {
  const evaluation = store.blockedOf(job.key);
  return evaluation === undefined ? undefined : blockedIn(evaluation.FailedTGAllocs, counts);
}

type FailedGroups = NonNullable<ReturnType<Store['blockedOf']>>['FailedTGAllocs'];

function blockedIn(failed: FailedGroups, counts: Counts | undefined): Status {
  const { count, reason } = blockedWords({ ID: '', ...(failed === undefined ? {} : { FailedTGAllocs: failed }) });
  const word = count > 1 ? `${String(count)} blocked` : 'blocked';
  return status('blocked', 'blocked', [because(word, reason), runningOf(counts)]);
}

/** What there is to say when the allocations aren't known. */
function plainStatus(job: JobRecord): Status {
  const parts = [clean(job.status), version(job.version)];
  const tones = new Map<string, Tone>([
    ['running', 'good'],
    ['pending', 'pending'],
    ['dead', 'done'],
  ]);
  return status(tones.get(job.status) ?? 'unknown', clean(job.status), parts);
}

function runningOf(counts: Counts | undefined): string | undefined {
  return counts === undefined ? undefined : `${of(counts.running, counts.total)} running`;
}

/** How the allocations stand while no rollout is under way. */
function standingStatus(
  store: Store,
  job: JobRecord,
  counts: Counts | undefined,
  nowMs: number,
  name?: string,
): Status {
  if (counts === undefined) return plainStatus(job);
  const { total, running, restarting, starting, complete, failed, lost, unknown } = counts;
  const gone = failed + lost;
  const numbers = isBatch(job) && running === 0 && complete > 0 ? `${of(complete, total)} complete` : runningOf(counts);
  const also = isBatch(job) && running > 0 ? some(complete, 'complete') : undefined;
  if (total === 0 && restarting + running + starting === 0) return emptyStatus(job, name);
  if (isBatch(job) && complete === total) return status('done', 'complete', ['complete', name]);
  // While old ones are about to be told to stop, there are more than wanted.
  if (running + complete >= total && restarting === 0) return status('good', 'running', [numbers, also, name]);
  if (gone > 0 && gone >= total) return failedStatus(counts, name);
  const away = some(unknown, clean(counts.unknownWord));
  const [loop, loops] = loopsIn(store, counts, nowMs);
  if (gone > 0) {
    const what = [some(failed, 'failed'), reasonOf(counts.failure), some(lost, 'lost')];
    return status('warning', 'degraded', ['degraded', ...what, numbers, also, some(restarting, loop), away]);
  }
  if (restarting > 0) return status('warning', loop, [...loops, numbers, also, away]);
  if (unknown > 0) {
    const word = clean(counts.unknownWord);
    return status('warning', word, [unknown > 1 ? some(unknown, word) : word, numbers, also]);
  }
  if (job.status === 'dead') return status('done', 'dead', ['dead', name]);
  const word = running === 0 ? 'pending' : 'starting';
  const unplaced = starting > 0 || running === 0 ? undefined : some(counts.unplaced, 'not placed');
  return status('pending', word, [word, counts.waitingFor, numbers, also, unplaced, running === 0 ? name : undefined]);
}

/** `crash-looping · exit 1 · 5 restarts`, `3 restarting · exit 1`, `1 crash-looping · exit 1 · 1 restarting` */
function loopsIn(store: Store, { loops }: Counts, nowMs: number): readonly [word: string, parts: readonly Part[]] {
  const [only] = loops;
  if (only === undefined) return ['restarting', []];
  if (loops.length === 1) return failingWords(store, only, nowMs);
  const words = loops.map((one) => failingWord(store, one, nowMs));
  const word = words.includes('crash-looping') ? 'crash-looping' : 'restarting';
  const loop = loops[words.indexOf(word)] ?? only;
  const same = words.filter((one) => one === word).length;
  const others = some(loops.length - same, 'restarting');
  return [word, [`${String(same)} ${word}`, reasonOf(tellerOf(store, loop)), others]];
}

function reasonOf(allocation: AllocationRecord | undefined): string | undefined {
  return allocation === undefined ? undefined : allocationFailure(allocation);
}

function emptyStatus(job: JobRecord, name: string | undefined): Status {
  if (job.status === 'dead') return status('done', 'dead', ['dead', name]);
  if (job.status === 'pending') return status('pending', 'pending', ['pending', name]);
  if (isSystem(job)) return status('pending', 'no allocations', ['no allocations', name]);
  return status('stopped', 'scaled to 0', ['scaled to 0', name]);
}

function failedStatus(counts: Counts, name: string | undefined): Status {
  const { total, failed, lost } = counts;
  const reason = reasonOf(counts.failure);
  if (failed === 0) return status('bad', 'lost', ['lost', total > 1 ? of(lost, total) : undefined, name]);
  const numbers = total > 1 ? `${of(failed, total)} failed` : undefined;
  return status('bad', 'failed', [
    'failed',
    reason,
    numbers,
    some(lost, 'lost'),
    reason === undefined ? name : undefined,
  ]);
}

const clientTones: ReadonlyMap<string, Tone> = new Map<string, Tone>([
  ['pending', 'pending'],
  ['running', 'good'],
  ['complete', 'done'],
  ['failed', 'bad'],
  ['lost', 'bad'],
  ['unknown', 'unknown'],
]);

/**
 * The state of one allocation.
 *
 * @param store has the allocations that it replaced, one of which may explain why it keeps failing
 */
export function allocationStatus(
  allocation: AllocationRecord,
  nowMs: number,
  store: Pick<Store, 'allocations'> = { allocations: new Map() },
): Status {
  const { clientStatus, nodeName, nodeId, createTimeMs, modifyTimeMs } = allocation;
  const node = clean(nodeName ?? nodeId.slice(0, 8));
  const since = clientStatus === 'running' ? createTimeMs : (modifyTimeMs ?? createTimeMs);
  const ago = since === undefined ? undefined : age(since, nowMs);
  const say = (tone: Tone, word: string, parts: readonly Part[] = [word]) => status(tone, word, [...parts, node, ago]);
  if (isAlive(allocation)) {
    if (allocation.desiredStatus !== undefined && allocation.desiredStatus !== 'run') return say('stopped', 'stopping');
    if (isFailing(allocation, nowMs)) {
      const [word, parts] = failingWords(store, allocation, nowMs);
      return say('warning', word, [...parts, nextTry(allocation.tasks ?? [], nowMs)]);
    }
    if (allocation.paused === true) return say('paused', 'paused');
  }
  const word = clean(clientStatus);
  switch (clientStatus) {
    case 'failed':
      return say('bad', word, [word, allocationFailure(allocation)]);
    case 'running':
      return runningStatus(allocation, [node, version(allocation.jobVersion), ago], nowMs);
    case 'pending':
      return say('pending', word, [word, allocationWait(allocation)]);
    default:
      return say(clientTones.get(clientStatus) ?? 'unknown', word, [word, describedFailure(allocation)]);
  }
}

/** `next try in 4m`, of the first of these tasks that waits for it; nothing where it is due, or not known. */
function nextTry(tasks: readonly TaskRecord[], nowMs: number): string | undefined {
  const waiting = tasks.filter(isTaskRestarting).flatMap(({ nextTryMs = 0 }) => (nextTryMs > nowMs ? [nextTryMs] : []));
  if (waiting.length === 0) return undefined;
  const words = untilWords(Math.min(...waiting), nowMs);
  return `next try ${words}`;
}

/** How long a running allocation is shown as restarted. */
const recentMs = 60 * 60_000;

function hasJustRestarted({ tasks = [] }: AllocationRecord, nowMs: number): boolean {
  return tasks.some(({ restarts, startedAtMs }) => restarts > 0 && nowMs - (startedAtMs ?? 0) < recentMs);
}

function runningStatus(allocation: AllocationRecord, standing: readonly Part[], nowMs: number): Status {
  if (allocation.healthy === false) {
    return status('warning', 'unhealthy', ['unhealthy', allocationFailure(allocation), ...standing]);
  }
  const canary = allocation.canary ? (allocation.healthy === true ? 'canary healthy' : 'canary') : undefined;
  const again = hasJustRestarted(allocation, nowMs) ? `restarted ${String(restartsOf(allocation))}×` : undefined;
  return status('good', 'running', [again, canary, ...standing]);
}

/**
 * The state of one task.
 *
 * @param allocation the task's own; while its client is not heard from, the state of the task is the last that was
 *   heard
 */
export function taskStatus(
  task: TaskRecord,
  nowMs: number,
  { clientStatus, rescheduled }: Partial<Pick<AllocationRecord, 'clientStatus' | 'rescheduled'>> = {},
): Status {
  if ((clientStatus === 'unknown' || clientStatus === 'lost') && task.state !== 'dead') {
    return status('unknown', clientStatus, [clientStatus, `was ${clean(task.state)}`]);
  }
  const reason = taskFailure(task);
  const looping = isTaskLooping(task, nowMs, rescheduled);
  if (looping || isTaskRestarting(task)) {
    const word = loopWord(looping, task.cause);
    return status('warning', word, [...loopWords(word, task.restarts, reason), nextTry([task], nowMs)]);
  }
  if (task.paused === true) return status('paused', 'paused');
  if (task.state === 'running') {
    const restarts = some(task.restarts, task.restarts === 1 ? 'restart' : 'restarts');
    return status('good', 'running', ['running', restarts, task.restarts > 0 ? reason : undefined]);
  }
  if (task.state === 'pending') return status('pending', 'pending', ['pending', task.waitingFor]);
  if (task.state !== 'dead') return status('unknown', clean(task.state));
  if (task.failed) return status('bad', 'failed', ['failed', reason]);
  return status('done', 'complete', ['complete', task.exitCode === 0 ? undefined : reason]);
}
