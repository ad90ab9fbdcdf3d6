import { isCancelled, raceSignal } from '../../base/cancel.ts';
import { sleep, systemClock } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { isNomadError } from '../http/errors.ts';
import type { Answer, ReadOptions } from '../http/query.ts';

export interface WatchOptions {
  /** Ends the watch at once; it then ends without an error. */
  readonly signal: AbortSignal;
  /** Where to go on from; without it the first answer comes at once. */
  readonly index?: number | undefined;
  /** How long the server may hold each read; 60,000 where undefined, below the idle limits of common proxies. */
  readonly waitMs?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** A server that answers sooner than this with nothing new doesn't block; it is asked no more often than this. */
const unchangedPauseMs = 1000;

/**
 * Yields an answer whenever its index changes, by blocking queries. An index that falls, as after a restored snapshot,
 * counts as a change. A proxy that ends a long wait with 504 counts as no change.
 *
 * @param read reads with the options it is given, which carry the index, the wait and the signal
 * @throws what `read` throws; trying again, and how soon, is the caller's choice
 */
export async function* watch<T>(
  read: (options: ReadOptions) => Promise<Answer<T>>,
  options: WatchOptions,
): AsyncGenerator<Answer<T>> {
  const { signal, waitMs = 60_000, clock = systemClock } = options;
  let index = options.index;
  while (!signal.aborted) {
    const startedMs = clock.now();
    // Index 0 never blocks, so a blocking read sends at least 1.
    const blocking = index === undefined ? { signal } : { signal, index: Math.max(1, index), waitMs };
    try {
      const answer = await unlessGatewayTimeout(raceSignal(read(blocking), signal), index !== undefined);
      if (answer !== undefined && answer.meta.index !== index) {
        index = answer.meta.index;
        yield answer;
        continue;
      }
      const spentMs = clock.now() - startedMs;
      if (spentMs < unchangedPauseMs) await sleep(unchangedPauseMs - spentMs, signal, clock);
    } catch (error) {
      if (wasAborted(signal) && (isCancelled(error) || error === signal.reason)) return;
      throw error;
    }
  }
}

async function unlessGatewayTimeout<T>(read: Promise<Answer<T>>, blocking: boolean): Promise<Answer<T> | undefined> {
  try {
    return await read;
  } catch (error) {
    if (blocking && isNomadError(error) && error.status === 504) return undefined;
    throw error;
  }
}

function wasAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
