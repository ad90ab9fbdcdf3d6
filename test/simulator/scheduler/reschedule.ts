import type { TaskGroup } from '../../../src/nomad/types/job.ts';
import type { AllocationRecord, RescheduleEvent } from '../state/records.ts';
import { numberOf, recordOf } from './resources.ts';

/** Whether, and after how long, a failed allocation is replaced by a new one elsewhere. */
export interface Rescheduling {
  readonly eligible: boolean;
  readonly delayMs: number;
}

export function rescheduling(allocation: AllocationRecord, group: TaskGroup, nowMs: number): Rescheduling {
  const policy = recordOf(group.ReschedulePolicy);
  const events = allocation.RescheduleTracker?.Events ?? [];
  const delayMs = nextDelayMs(policy, events);
  if (policy['Unlimited'] === true) return { eligible: true, delayMs };
  const intervalMs = numberOf(policy['Interval']) / 1e6;
  const recent = events.filter((event) => nowMs - event.RescheduleTime / 1e6 < intervalMs);
  return { eligible: recent.length < numberOf(policy['Attempts']), delayMs };
}

function nextDelayMs(policy: Record<string, unknown>, events: readonly RescheduleEvent[]): number {
  const base = numberOf(policy['Delay']) / 1e6;
  const cap = numberOf(policy['MaxDelay']) / 1e6;
  if (policy['DelayFunction'] === 'constant' || events.length === 0) return base;
  const grown = policy['DelayFunction'] === 'fibonacci' ? fibonacci(events.length) : 2 ** events.length;
  return cap > 0 ? Math.min(cap, base * grown) : base * grown;
}

function fibonacci(step: number): number {
  let [a, b] = [1, 1];
  for (let at = 1; at < step; at += 1) [a, b] = [b, a + b];
  return b;
}

/** The tracker of a replacement. */
export function trackerAfter(
  previous: AllocationRecord,
  group: TaskGroup,
  nowMs: number,
): NonNullable<AllocationRecord['RescheduleTracker']> {
  const { delayMs } = rescheduling(previous, group, nowMs);
  const event: RescheduleEvent = {
    RescheduleTime: nowMs * 1e6,
    PrevAllocID: previous.ID,
    PrevNodeID: previous.NodeID,
    Delay: delayMs * 1e6,
  };
  return { Events: [...(previous.RescheduleTracker?.Events ?? []), event].slice(-5) };
}
