import { type Clock, systemClock } from '../../../../src/base/clock.ts';
import type { Disposable } from '../../../../src/base/lifetime.ts';

interface Timer {
  readonly dueAtMs: number;
  readonly run: () => void;
  handle: Disposable;
}

/** The machine's clock, which can be put forward. */
export class ForwardClock implements Clock {
  readonly #timers = new Set<Timer>();
  #aheadMs = 0;

  now(): number {
    return systemClock.now() + this.#aheadMs;
  }

  timer(delayMs: number, run: () => void): Disposable {
    const timer: Timer = { dueAtMs: this.now() + delayMs, run, handle: { dispose: () => undefined } };
    this.#timers.add(timer);
    this.#start(timer);
    return {
      dispose: () => {
        timer.handle.dispose();
        this.#timers.delete(timer);
      },
    };
  }

  /** What was to happen in the time that is left out happens now. */
  putForward(ms: number): void {
    this.#aheadMs += ms;
    for (const timer of this.#timers) {
      timer.handle.dispose();
      this.#start(timer);
    }
  }

  #start(timer: Timer): void {
    timer.handle = systemClock.timer(Math.max(0, timer.dueAtMs - this.now()), () => {
      this.#timers.delete(timer);
      timer.run();
    });
  }
}
