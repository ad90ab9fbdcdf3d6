import { sleep, systemClock } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { Backoff } from '../../base/backoff.ts';
import { isNomadError } from '../http/errors.ts';
import type { ReadOptions } from '../http/query.ts';

export interface RetryOptions {
  /** How often to try in all; 4 where undefined. */
  readonly attempts?: number | undefined;
  /** The first pause; 250 where undefined. Pauses double, each shortened at random by up to a half. */
  readonly baseMs?: number | undefined;
  /** No pause is longer; 10,000 where undefined. A server that asks for a longer one is not asked again. */
  readonly capMs?: number | undefined;
  /** Whether to try again after a failure; if undefined, after those that may go away by themselves. */
  readonly again?: ((error: unknown) => boolean) | undefined;
  /** Between 0 and 1; `Math.random` where undefined. */
  readonly random?: (() => number) | undefined;
  readonly clock?: Clock | undefined;
}

/**
 * A read that tries again where that can help: without a leader, at a rate limit, when a connection was lost, or when
 * the server says when to come back. Only for reads, since a write may have happened although it failed; and not for
 * `watch` and the event stream, whose readers have their own way to start over.
 *
 * @param read as of the client: `withRetries((options) => client.jobs.list(options), { attempts: 5 })`
 * @returns the same read; it throws the last failure, or at once the abort reason of the signal in its options
 */
export function withRetries<O extends ReadOptions, T>(
  read: (options: O) => Promise<T>,
  { attempts = 4, baseMs = 250, capMs = 10_000, again = canPass, random, clock = systemClock }: RetryOptions = {},
): (options: O) => Promise<T> {
  return async (options) => {
    const backoff = new Backoff({ baseMs, capMs, ...(random === undefined ? {} : { random }) });
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await read(options);
      } catch (error) {
        const askedMs = isNomadError(error) ? (error.retryAfterMs ?? 0) : 0;
        if (attempt >= attempts || askedMs > capMs || !again(error)) throw error;
        await sleep(Math.max(askedMs, backoff.next()), options.signal, clock);
      }
    }
  };
}

/** True for a failure that may be over when the read is tried again. */
function canPass(error: unknown): boolean {
  if (isNomadError(error, 'noLeader', 'tooManyRequests')) return true;
  // Without a code it was this client that closed the connection.
  if (isNomadError(error, 'closed')) return error.code !== undefined;
  return isNomadError(error) && error.retryAfterMs !== undefined;
}
