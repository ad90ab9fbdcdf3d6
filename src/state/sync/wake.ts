import type { Clock } from '../../base/clock.ts';

/** A wait that others can cut short with `fire`. If nobody is waiting, `fire` cuts the next wait short. */
export class Wake {
  readonly #clock: Clock;
  #fired = false;
  #end: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  fire(): void {
    this.#fired = true;
    this.#end?.();
  }

  /** Resolves after `delayMs`, or when fired, or when the signal aborts; true unless the whole delay went by. */
  async wait(delayMs: number, signal: AbortSignal): Promise<boolean> {
    if (!this.#fired && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = this.#clock.timer(delayMs, resolve);
        const end = () => {
          timer.dispose();
          signal.removeEventListener('abort', end);
          resolve();
        };
        this.#end = end;
        signal.addEventListener('abort', end, { once: true });
      });
      this.#end?.();
      this.#end = undefined;
    }
    const early = this.#fired || signal.aborted;
    this.#fired = false;
    return early;
  }
}

/** Holds up whoever asks while nothing is wanted. */
export class Rest {
  #resting = false;
  readonly #waiting = new Set<() => void>();

  get resting(): boolean {
    return this.#resting;
  }

  set(resting: boolean): void {
    this.#resting = resting;
    if (resting) return;
    for (const go of this.#waiting) go();
    this.#waiting.clear();
  }

  /** Resolves when there is something to do, or when the signal aborts. */
  async over(signal: AbortSignal): Promise<void> {
    while (this.#resting && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const go = () => {
          signal.removeEventListener('abort', go);
          this.#waiting.delete(go);
          resolve();
        };
        this.#waiting.add(go);
        signal.addEventListener('abort', go, { once: true });
      });
    }
  }
}
