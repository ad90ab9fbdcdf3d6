import type { TaskGroup } from '../../../src/nomad/types/job.ts';
import type { NomadVersion } from '../job/versions.ts';
import type { AllocationRecord } from '../state/records.ts';
import { type GroupPlan, type Snapshot, stopReason } from './plan.ts';
import { rescheduling } from './reschedule.ts';
import { numberOf, recordOf } from './resources.ts';

/*
 * Allocations whose client is away and may come back: what `disconnect` says, and `max_client_disconnect` of older
 * servers.
 */

/** What is due within that is done now. */
const soonMs = 1000;

function groupOf({ Job: job, TaskGroup: name }: AllocationRecord): TaskGroup | undefined {
  return job.TaskGroups?.find(({ Name }) => Name === name);
}

/** For how long an allocation may be away until it is lost, in milliseconds of the job; 0 where it may not. */
export function lostAfterMs(allocation: AllocationRecord, nomad: NomadVersion): number {
  const group = recordOf(groupOf(allocation));
  const value = nomad === '1.6' ? group['MaxClientDisconnect'] : recordOf(group['Disconnect'])['LostAfter'];
  return numberOf(value) / 1e6;
}

/** Whether another one may stand in for it meanwhile. */
function mayBeReplaced(allocation: AllocationRecord): boolean {
  return recordOf(recordOf(groupOf(allocation))['Disconnect'])['Replace'] !== false;
}

/** Whether it was away, and its return is not settled. */
export function awaitsReturn({ AllocStates = [] }: AllocationRecord): boolean {
  return AllocStates.at(-1)?.Value === 'unknown';
}

export function hasExpired(
  allocation: AllocationRecord,
  { nomad, nowMs, paceMs }: Pick<Snapshot, 'nomad' | 'nowMs' | 'paceMs'>,
): boolean {
  const since = allocation.AllocStates?.findLast(({ Value }) => Value === 'unknown')?.Time;
  if (allocation.ClientStatus !== 'unknown' || since === undefined) return false;
  return Date.parse(since) + paceMs(lostAfterMs(allocation, nomad)) <= nowMs;
}

/** What becomes of an allocation whose node is away: it is lost, or is waited for with or without a replacement. */
export function whileAway(
  snapshot: Snapshot,
  allocation: AllocationRecord,
): 'lost' | 'unknown' | 'disconnecting' | 'replaced' {
  if (hasExpired(allocation, snapshot)) return 'lost';
  if (allocation.ClientStatus === 'unknown') {
    const isDue = snapshot.evaluationId !== undefined && allocation.FollowupEvalID === snapshot.evaluationId;
    return isDue && allocation.NextAllocation === '' ? 'replaced' : 'unknown';
  }
  if (allocation.ClientStatus === 'pending') return 'lost';
  return lostAfterMs(allocation, snapshot.nomad) > 0 ? 'disconnecting' : 'lost';
}

/**
 * Marks an allocation as unknown, with the evaluations that come of it: when it is replaced, and when it is lost.
 *
 * @param held of a rollout under way, which decides about replacements itself
 * @returns whether it is replaced at once
 */
export function disconnect(
  snapshot: Snapshot,
  allocation: AllocationRecord,
  group: TaskGroup,
  held: boolean,
  out: GroupPlan,
): boolean {
  out.disconnect.push({ allocation, sinceMs: snapshot.nowMs, lostAfterMs: lostAfterMs(allocation, snapshot.nomad) });
  out.updates.Disconnect += 1;
  const { eligible, delayMs } = rescheduling(allocation, group, snapshot.nowMs);
  if (!eligible || held || !mayBeReplaced(allocation)) return false;
  if (delayMs <= soonMs) return true;
  out.delayed.push({ allocation, delayMs });
  out.updates.RescheduleLater += 1;
  return false;
}

/** Whether an allocation is back: newer servers look at the node, older ones wait until its client has told of it. */
export function isBack(allocation: AllocationRecord, nomad: NomadVersion): boolean {
  if (!awaitsReturn(allocation)) return false;
  const { ClientStatus } = allocation;
  return ClientStatus === 'running' || ClientStatus === 'failed' || (ClientStatus === 'unknown' && nomad !== '1.6');
}

/** Settles which of those that are back go on and which of their replacements do; returns those that are stopped. */
export function reconnect(
  snapshot: Snapshot,
  all: readonly AllocationRecord[],
  back: readonly AllocationRecord[],
  out: GroupPlan,
): Set<string> {
  const stopped = new Set<string>();
  const stop = (allocation: AllocationRecord, description: string, clientStatus?: string) => {
    if (stopped.has(allocation.ID)) return;
    stopped.add(allocation.ID);
    out.stop.push({ allocation, description, ...(clientStatus === undefined ? {} : { clientStatus }) });
    out.updates.Stop += 1;
  };
  for (const original of back) {
    if (original.ClientStatus === 'failed') stop(original, stopReason.rescheduled, 'failed');
    else if (isUnwanted(original, snapshot)) stop(original, stopReason.notNeeded);
    else {
      for (const replacement of replacementsOf(original, all, snapshot.nomad)) {
        if (prefersReplacement(original, replacement)) stop(original, stopReason.notNeeded);
        else if (snapshot.nomad !== '1.6' || replacement.ClientStatus !== 'failed')
          stop(replacement, stopReason.reconnected);
      }
    }
  }
  out.reconnect.push(...back.filter(({ ID, ClientStatus }) => !stopped.has(ID) && ClientStatus === 'running'));
  out.updates.Reconnect += out.reconnect.length;
  return stopped;
}

function isUnwanted(
  { DesiredTransition: transition, Job: job }: AllocationRecord,
  { job: current }: Snapshot,
): boolean {
  const moved = [transition.Migrate, transition.Reschedule, transition.ForceReschedule].includes(true);
  return moved || current === undefined || job.Version < current.Version || job.CreateIndex < current.CreateIndex;
}

/** Those that are meant to run; older servers know the first one only. */
function replacementsOf(
  original: AllocationRecord,
  all: readonly AllocationRecord[],
  nomad: NomadVersion,
): AllocationRecord[] {
  const found: AllocationRecord[] = [];
  let next = all.find(({ ID }) => ID === original.NextAllocation);
  while (next !== undefined) {
    if (next.DesiredStatus === 'run') found.push(next);
    const { NextAllocation } = next;
    next = nomad === '1.6' ? undefined : all.find(({ ID }) => ID === NextAllocation);
  }
  return found;
}

/** All places are as good here, so a better score decides nothing. */
function prefersReplacement(original: AllocationRecord, replacement: AllocationRecord): boolean {
  if (replacement.Job.Version > original.Job.Version || replacement.Job.CreateIndex > original.Job.CreateIndex)
    return true;
  const strategy = recordOf(recordOf(groupOf(original))['Disconnect'])['Reconcile'];
  if (strategy === 'keep_replacement') return true;
  if (strategy !== 'longest_running') return false;
  const [first, second] = [startOf(original), startOf(replacement)];
  if (first === undefined) return second !== undefined;
  return second !== undefined && first >= second;
}

function startOf({ TaskStates }: AllocationRecord): number | undefined {
  const starts = Object.values(TaskStates ?? {}).map(({ Restarts, LastRestart, StartedAt }) =>
    Restarts > 0 ? LastRestart : StartedAt,
  );
  const known = starts.flatMap((start) => (start ? [Date.parse(start)] : []));
  return known.length === 0 ? undefined : Math.min(...known);
}

/** Whether anything on a node may be away for some time yet. */
export function canDisconnect(
  allocations: readonly AllocationRecord[],
  times: Pick<Snapshot, 'nomad' | 'nowMs' | 'paceMs'>,
): boolean {
  return allocations.some(
    (one) => lostAfterMs(one, times.nomad) > 0 && one.DesiredStatus === 'run' && !hasExpired(one, times),
  );
}
