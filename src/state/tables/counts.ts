import type { TaskGroupSummary } from '../../nomad/types/job.ts';
import { allocationWait, isFailing, isFollowed, restartsOf } from './taskState.ts';
import { countIn } from './wire.ts';
import type { AllocationRecord, JobRecord } from './records.ts';
import type { Store } from './store.ts';

/** How the allocations of a job or a group stand against what is wanted. */
export interface Counts {
  /** Wanted; for system jobs the nodes that have an allocation. */
  readonly total: number;
  readonly running: number;
  /** Started, but waiting for a task to be started again, or in the short run between two failures. */
  readonly restarting: number;
  readonly starting: number;
  readonly complete: number;
  readonly failed: number;
  readonly lost: number;
  /** On a node that is away, or in a state that this program doesn't know. */
  readonly unknown: number;
  /** The server's word for those. */
  readonly unknownWord: string;
  /** Wanted, but without any allocation. */
  readonly unplaced: number;
  /** Of those that count as failed, the newest. */
  readonly failure?: AllocationRecord;
  /** Those that are restarting, the ones that failed most often first. */
  readonly loops: readonly AllocationRecord[];
  /** What the first of those that have not started waits for. */
  readonly waitingFor?: string;
}

/** Allocations of the job that are meant to be there; canaries of a rollout under way are counted by its deployment. */
export function countsOf(store: Store, job: JobRecord, nowMs: number, group?: string): Counts | undefined {
  const wanted = wantedCount(job, group);
  if (store.hasAllAllocations(job.key)) {
    const deployment = store.activeDeploymentOf(job.key);
    const canaries = deployment?.needsPromotion === true ? deployment.jobVersion : undefined;
    const allocations = store
      .allocationsOf(job.key)
      .filter((one) => (group === undefined || one.group === group) && !isReplaced(store, one))
      .filter((one) => !(one.canary && one.jobVersion === canaries));
    return fromAllocations(allocations, job, wanted, nowMs);
  }
  const summaries = Object.entries(job.summary ?? {}).filter(([name]) => group === undefined || name === group);
  if (summaries.length === 0) return undefined;
  const known = store.allocationsOf(job.key).filter((one) => group === undefined || one.group === group);
  return fromSummaries(
    summaries.map(([, summary]) => summary),
    known.filter((one) => !isReplaced(store, one) && (job.version === undefined || one.jobVersion === job.version)),
    job,
    wanted,
    nowMs,
  );
}

/**
 * Told to stop, or replaced by another one, so not part of the job's present state. An allocation whose node was away
 * for a while still names its replacement although it is the one that runs again; newer servers stop the replacement
 * before that is known.
 */
function isReplaced(store: Store, allocation: AllocationRecord): boolean {
  if (isToldToStop(allocation)) return true;
  if (!isFollowed(allocation)) return false;
  return allocation.clientStatus !== 'unknown' || isStoodInFor(store, allocation);
}

function isToldToStop({ desiredStatus = 'run' }: AllocationRecord): boolean {
  return desiredStatus !== 'run';
}

/** Whether any of those that replaced it, one after the other, is still meant to run; one that isn't known may be. */
function isStoodInFor(store: Store, allocation: AllocationRecord): boolean {
  const seen = new Set([allocation.id]);
  for (let id = allocation.nextAllocation; id !== undefined && !seen.has(id);) {
    const next = store.allocations.get(id);
    if (next === undefined || !isToldToStop(next)) return true;
    seen.add(id);
    id = next.nextAllocation;
  }
  return false;
}

function wantedCount(job: JobRecord, group: string | undefined): number | undefined {
  if (isSystem(job)) return undefined;
  return group === undefined ? job.count : job.groups?.find((one) => one.name === group)?.count;
}

export function isSystem(job: JobRecord): boolean {
  return job.type === 'system' || job.type === 'sysbatch';
}

export function isBatch(job: JobRecord): boolean {
  return job.type === 'batch' || job.type === 'sysbatch';
}

const knownStatuses: ReadonlySet<string> = new Set(['running', 'pending', 'complete', 'failed', 'lost']);

function fromAllocations(
  allocations: readonly AllocationRecord[],
  job: JobRecord,
  wanted: number | undefined,
  nowMs: number,
): Counts {
  const by = (status: string) => allocations.filter((one) => one.clientStatus === status);
  const loops = new Set(allocations.filter((one) => isFailing(one, nowMs)));
  const restarting = loops.size;
  const running = by('running').filter((one) => !loops.has(one)).length;
  const starting = by('pending').filter((one) => !loops.has(one)).length;
  const ended = [...by('failed'), ...by('lost'), ...(isBatch(job) ? by('complete') : [])].sort(newestFirst);
  // Without a wanted number, every place that is, or was, taken counts: for system jobs that is one for each node.
  const places = new Set(allocations.map((one) => (isSystem(job) ? `${one.nodeId} ${one.group}` : one.id))).size;
  const total = wanted ?? places;
  const strange = allocations.filter((one) => !knownStatuses.has(one.clientStatus));
  const unknown = strange.length;
  const free = Math.max(0, total - running - starting - restarting - unknown);
  const filling = ended.slice(0, free);
  const failure = filling.find((one) => one.clientStatus === 'failed');
  const count = (status: string) => filling.filter((one) => one.clientStatus === status).length;
  return {
    total,
    running,
    restarting,
    starting,
    unknown,
    unknownWord: strange[0]?.clientStatus ?? 'unknown',
    complete: count('complete'),
    failed: count('failed'),
    lost: count('lost'),
    unplaced: free - filling.length,
    ...telling(failure, [...loops], allocations),
  };
}

function failuresOf(allocation: AllocationRecord): number {
  return restartsOf(allocation) + (allocation.rescheduled?.count ?? 0);
}

/** The allocations that say why. */
function telling(
  failure: AllocationRecord | undefined,
  loops: readonly AllocationRecord[],
  all: readonly AllocationRecord[],
): Pick<Counts, 'failure' | 'loops' | 'waitingFor'> {
  const waitingFor = all.map(allocationWait).find((wait) => wait !== undefined);
  return {
    ...(failure === undefined ? {} : { failure }),
    loops: [...loops].sort((a, b) => failuresOf(b) - failuresOf(a)),
    ...(waitingFor === undefined ? {} : { waitingFor }),
  };
}

/** A newer version first; of the same one complete before failed before lost, as in Nomad's own reckoning. */
function newestFirst(a: AllocationRecord, b: AllocationRecord): number {
  const order = ['complete', 'failed', 'lost'];
  const byStatus = order.indexOf(a.clientStatus) - order.indexOf(b.clientStatus);
  return b.jobVersion - a.jobVersion || byStatus || (b.createIndex ?? 0) - (a.createIndex ?? 0);
}

/** @param known allocations of the job that happen to be known; they tell what the summaries don't */
function fromSummaries(
  summaries: readonly TaskGroupSummary[],
  known: readonly AllocationRecord[],
  job: JobRecord,
  wanted: number | undefined,
  nowMs: number,
): Counts {
  const sum = (read: (summary: TaskGroupSummary) => unknown) =>
    summaries.reduce((all, summary) => all + countIn(read(summary)), 0);
  const running = sum((one) => one.Running);
  const starting = sum((one) => one.Starting);
  const unknown = sum((one) => one.Unknown);
  const queued = sum((one) => one.Queued);
  const ended = { complete: isBatch(job) ? sum((one) => one.Complete) : 0, failed: sum((one) => one.Failed) };
  const present = running + starting + unknown + queued;
  // The summary counts allocations that were replaced long ago too, so they only fill what is left over.
  const total = wanted ?? (present > 0 ? present + ended.complete : Math.max(ended.complete, ended.failed > 0 ? 1 : 0));
  let free = Math.max(0, total - running - starting - unknown - queued);
  const take = (count: number) => {
    const taken = Math.min(free, count);
    free -= taken;
    return taken;
  };
  const complete = take(ended.complete);
  const failed = take(ended.failed);
  const lost = take(sum((one) => one.Lost));
  const rest = { total, unknown, unknownWord: 'unknown', complete, failed, lost, unplaced: free + queued };
  return { ...rest, ...ofKnown(known, { running, starting, failed }, nowMs) };
}

/** Summaries count what restarts as running or starting, and don't say why anything failed. */
function ofKnown(
  known: readonly AllocationRecord[],
  { running, starting, failed }: Pick<Counts, 'running' | 'starting' | 'failed'>,
  nowMs: number,
): Pick<Counts, 'running' | 'starting' | 'restarting' | 'failure' | 'loops' | 'waitingFor'> {
  const loops = known.filter((one) => isFailing(one, nowMs));
  const up = loops.filter((one) => one.clientStatus === 'running').length;
  const [failure] = failed > 0 ? known.filter((one) => one.clientStatus === 'failed').sort(newestFirst) : [];
  return {
    running: Math.max(0, running - up),
    starting: Math.max(0, starting - (loops.length - up)),
    restarting: Math.min(loops.length, running + starting),
    ...telling(failure, loops, known),
  };
}
