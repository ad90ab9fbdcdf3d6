import type { Clock } from '../../src/base/clock.ts';
import type { Disposable } from '../../src/base/lifetime.ts';

interface Timer {
  dueAtMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  readonly #timers = new Set<Timer>();
  readonly #settle: () => Promise<void>;
  #nowMs: number;
  #order = 0;

  /** @param settle resolves when all that was under way has got to its next timer; one turn of the event loop by default */
  constructor(startMs = Date.UTC(2026, 0, 1), settle = turn) {
    this.#nowMs = startMs;
    this.#settle = settle;
  }

  /** Number of timers that have not run yet. */
  get pending(): number {
    return this.#timers.size;
  }

  /** When the next timer is due. */
  get nextMs(): number | undefined {
    return this.#next(Infinity)?.dueAtMs;
  }

  now(): number {
    return this.#nowMs;
  }

  timer(delayMs: number, run: () => void): Disposable {
    const timer: Timer = { dueAtMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, run };
    this.#timers.add(timer);
    return {
      dispose: () => {
        this.#timers.delete(timer);
      },
    };
  }

  /** Lets the machine sleep for `ms`: the time is another, and no timer has come nearer. */
  skip(ms: number): void {
    this.#nowMs += ms;
    for (const timer of this.#timers) timer.dueAtMs += ms;
  }

  /** Lets `ms` pass: runs every timer that falls due, in order, and what their promises lead to. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await this.until(() => false, ms);
    this.#nowMs = untilMs;
    await this.#settle();
  }

  /**
   * Lets time pass, timer by timer, until something holds.
   *
   * @returns false when it did not hold within `limitMs`, and then the time is that of the last timer
   */
  async until(holds: () => boolean, limitMs: number): Promise<boolean> {
    const untilMs = this.#nowMs + limitMs;
    for (;;) {
      await this.#settle();
      if (holds()) return true;
      const next = this.#next(untilMs);
      if (next === undefined) return false;
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.dueAtMs);
      next.run();
    }
  }

  #next(untilMs: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueAtMs > untilMs) continue;
      if (first === undefined || timer.dueAtMs < first.dueAtMs) first = timer;
      else if (timer.dueAtMs === first.dueAtMs && timer.order < first.order) first = timer;
    }
    return first;
  }
}

/** One turn of the event loop, so that promise chains of any usual length get to their next timer. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
