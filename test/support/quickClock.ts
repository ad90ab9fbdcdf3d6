import { systemClock } from '../../src/base/clock.ts';
import type { Clock } from '../../src/base/clock.ts';

/** The machine's clock with timers that are so many times shorter, for who waits for a simulator whose times are, too. */
export function quickClock(times: number): Clock {
  return {
    now: () => systemClock.now(),
    timer: (delayMs, run) => systemClock.timer(delayMs / times, run),
  };
}
