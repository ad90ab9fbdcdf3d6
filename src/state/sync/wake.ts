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
