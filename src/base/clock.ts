import type { Disposable } from './lifetime.ts';

/** Time as a dependency, so that tests can own it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `run` once after `delayMs`, unless disposed before. */
  timer(delayMs: number, run: () => void): Disposable;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  timer: (delayMs, run) => {
    const handle = setTimeout(run, delayMs);
    return {
      dispose: () => {
        clearTimeout(handle);
      },
    };
  },
};

/** Resolves after `delayMs`; rejects with the signal's reason when aborted before. */
export function sleep(delayMs: number, signal?: AbortSignal, clock: Clock = systemClock): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason as Error);
      return;
    }
    const onAbort = () => {
      timer.dispose();
      reject(signal?.reason as Error);
    };
    const timer = clock.timer(delayMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
