import { isLooping } from '../state/tables/crashLoop.ts';
import type { AllocationRecord } from '../state/tables/records.ts';
import type { Store } from '../state/tables/store.ts';
import type { TaskCause } from '../state/tables/taskCause.ts';
import { allocationFailure, culpritOf, restartsOf } from '../state/tables/taskState.ts';
import { join } from './statusWords.ts';

/** What a row calls it. Ends that were no crash, such as `exit 0` of a service, are none for being many. */
export function loopWord(looping: boolean, cause: TaskCause | undefined): string {
  return looping && cause?.deed !== undefined && cause.deed !== 'exited 0' ? 'crash-looping' : 'restarting';
}

/** The allocation that says why this one keeps failing: itself, or the one that it replaced while it has not failed yet. */
export function tellerOf(store: Pick<Store, 'allocations'>, allocation: AllocationRecord): AllocationRecord {
  if (culpritOf(allocation) !== undefined) return allocation;
  return store.allocations.get(allocation.rescheduled?.previous ?? '') ?? allocation;
}

/** What an allocation is called that {@link isFailing}, and how often it did: `crash-looping (129×) · exit 1`. */
export function failingWords(
  store: Pick<Store, 'allocations'>,
  allocation: AllocationRecord,
  nowMs: number,
): readonly [word: string, words: string] {
  const teller = tellerOf(store, allocation);
  const word = loopWord(isLooping(allocation, nowMs), culpritOf(teller)?.cause);
  const restarts = restartsOf(allocation);
  const count = restarts > 0 ? `${word} (${String(restarts)}×)` : word;
  const before = allocation.rescheduled?.count ?? 0;
  return [word, join(count, allocationFailure(teller), before > 0 ? `rescheduled ${String(before)}×` : undefined)];
}
