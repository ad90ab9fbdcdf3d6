import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 50;
/** For what never comes; what is slow has all of it. */
const limitMs = 30_000;

/**
 * Reads again and again until the value fits, and resolves to it. The workbench paints when it likes and says so to
 * nobody, so a page can only be asked.
 *
 * @throws Error with the last value when nothing fitted in time.
 */
export async function eventually<T>(
  what: string,
  read: () => Promise<T> | T,
  fits: (value: T) => boolean,
  timeoutMs = limitMs,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (fits(value)) return value;
    if (Date.now() > deadline) {
      throw new Error(
        `${what}: not within ${String(timeoutMs / 1000)} s; last seen: ${JSON.stringify(value, null, 2)}`,
      );
    }
    await delay(pollMs);
  }
}
