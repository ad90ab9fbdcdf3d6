import { afterTest } from './servers.ts';

const real = { setTimeout, clearTimeout, now: Date.now };

/** A timer of the time that passes by turns, with what programs ask of one. */
class Timer {
  dueMs = Infinity;
  readonly run: () => void;
  readonly #delayMs: number;
  readonly #time: Time;

  constructor(time: Time, run: () => void, delayMs: number) {
    this.#time = time;
    this.run = run;
    this.#delayMs = Math.max(1, delayMs);
    this.refresh();
  }

  refresh(): this {
    this.dueMs = this.#time.nowMs + this.#delayMs;
    this.#time.timers.add(this);
    return this;
  }

  close(): void {
    this.#time.timers.delete(this);
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

interface Time {
  nowMs: number;
  readonly timers: Set<Timer>;
}

/**
 * Until the end of the current test a millisecond passes with each turn of the event loop, and no other way. What goes from
 * one end of a connection to the other within this process takes a few turns, however busy the machine is, so that a limit
 * of some milliseconds comes after it; and a long one comes soon.
 */
export function timeByTurns(): void {
  const time: Time = { nowMs: real.now(), timers: new Set() };
  let next = setImmediate(pass);
  function pass(): void {
    time.nowMs += 1;
    const due = [...time.timers].filter(({ dueMs }) => dueMs <= time.nowMs);
    for (const timer of due.sort((one, other) => one.dueMs - other.dueMs)) {
      if (time.timers.delete(timer)) timer.run();
    }
    next = setImmediate(pass);
  }
  const start = (run: (...args: unknown[]) => void, delayMs = 1, ...args: unknown[]) =>
    new Timer(
      time,
      () => {
        run(...args);
      },
      delayMs,
    );
  globalThis.setTimeout = start as unknown as typeof setTimeout;
  globalThis.clearTimeout = stop;
  Date.now = () => time.nowMs;
  afterTest(() => {
    clearImmediate(next);
    globalThis.setTimeout = real.setTimeout;
    Date.now = real.now;
  });
}

/** Stays in place, since what was started while time passed by turns may be stopped later. */
function stop(timer: unknown): void {
  if (timer instanceof Timer) timer.close();
  else real.clearTimeout(timer as NodeJS.Timeout | undefined);
}
