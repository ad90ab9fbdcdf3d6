import { isLooping } from '../state/tables/crashLoop.ts';
import type { AllocationRecord } from '../state/tables/records.ts';
import type { Store } from '../state/tables/store.ts';
import type { TaskCause } from '../state/tables/taskCause.ts';
import { allocationFailure, culpritOf, restartsOf } from '../state/tables/taskState.ts';
import { some } from './statusWords.ts';
import type { Part } from './statusWords.ts';

/** What a row calls it. Ends that were no crash, such as `exit 0` of a service, are none for being many. */
export function loopWord(looping: boolean, cause: TaskCause | undefined): 'crash-looping' | 'restarting' {
  return looping && cause?.crashed === true ? 'crash-looping' : 'restarting';
}

/** `crash-looping · exit 1 · 129 restarts`: what cuts off the end of a row leaves the cause. */
export function loopWords(word: string, restarts: number, cause: string | undefined): readonly Part[] {
  if (word === 'restarting') return [restarts > 0 ? `${word} (${String(restarts)}×)` : word, cause];
  return [word, cause, some(restarts, restarts === 1 ? 'restart' : 'restarts')];
}

/** The allocation that says why this one keeps failing: itself, or the one that it replaced while it has not failed yet. */
export function tellerOf(store: Pick<Store, 'allocations'>, allocation: AllocationRecord): AllocationRecord {
  if (culpritOf(allocation) !== undefined) return allocation;
  return store.allocations.get(allocation.rescheduled?.previous ?? '') ?? allocation;
}

/** What an allocation is called that {@link isFailing}. */
export function failingWord(
  store: Pick<Store, 'allocations'>,
  allocation: AllocationRecord,
  nowMs: number,
): ReturnType<typeof loopWord> {
  return isLooping(allocation, nowMs)
    ? loopWord(true, culpritOf(tellerOf(store, allocation))?.cause)
    : loopWord(false, undefined);
}

/** The same with why and how often. */
export function failingWords(
  store: Pick<Store, 'allocations'>,
  allocation: AllocationRecord,
  nowMs: number,
): readonly [word: string, parts: readonly Part[]] {
  const teller = tellerOf(store, allocation);
  const word = failingWord(store, allocation, nowMs);
  const words = loopWords(word, restartsOf(allocation), allocationFailure(teller));
  const before = allocation.rescheduled?.count ?? 0;
  return [word, [...words, before > 0 ? `rescheduled ${String(before)}×` : undefined]];
}
