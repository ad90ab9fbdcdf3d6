import { Backoff } from '../../base/backoff.ts';
import { isAborted, isCancelled, raceSignal } from '../../base/cancel.ts';
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
  /**
   * A server that answers sooner than this with nothing new doesn't support blocking, and is asked no more often than
   * this; 1000 where undefined.
   */
  readonly gapMs?: number | undefined;
  /** Whether to try again after a failure; without it, the first one ends the watch. */
  readonly again?: ((error: unknown) => boolean) | undefined;
  /** How long to wait before that: longer after each failure in a row. From 1000 to 30,000 ms where undefined. */
  readonly pauses?: { readonly baseMs: number; readonly capMs: number } | undefined;
  readonly clock?: Clock | undefined;
}

/**
 * Yields an answer whenever its index changes, by blocking queries. An index that falls, as after a restored snapshot,
 * counts as a change, and so does the first answer after a failure, since nobody knows what was missed. A proxy that ends
 * a long wait with 504 counts as no change.
 *
 * @param read reads with the options it is given, which carry the index, the wait and the signal
 * @throws what `read` throws, unless `again` says otherwise
 */
export async function* watch<T>(
  read: (options: ReadOptions) => Promise<Answer<T>>,
  options: WatchOptions,
): AsyncGenerator<Answer<T>> {
  const { signal, waitMs = 60_000, gapMs = 1000, clock = systemClock, again = () => false } = options;
  const backoff = new Backoff(options.pauses ?? { baseMs: 1000, capMs: 30_000 });
  let index = options.index;
  while (!signal.aborted) {
    const startedMs = clock.now();
    // Index 0 never blocks, so a blocking read sends at least 1.
    const blocking = index === undefined ? { signal } : { signal, index: Math.max(1, index), waitMs };
    let pauseMs: number;
    try {
      const answer = await unlessGatewayTimeout(raceSignal(read(blocking), signal), index !== undefined);
      backoff.reset();
      if (answer !== undefined && answer.meta.index !== index) {
        index = answer.meta.index;
        yield answer;
        continue;
      }
      pauseMs = startedMs + gapMs - clock.now();
    } catch (error) {
      if (isAborted(signal) && (isCancelled(error) || error === signal.reason)) return;
      if (!again(error)) throw error;
      index = undefined;
      pauseMs = backoff.next();
    }
    if (pauseMs > 0) await sleep(pauseMs, signal, clock).catch(() => undefined);
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
