import type { Clock } from '../base/clock.ts';
import type { Disposable } from '../base/lifetime.ts';

const intervalMs = 1000;

/** Runs something at most once a second, however often it is asked for. */
export class Throttle implements Disposable {
  readonly #clock: Clock;
  readonly #run: () => void;
  #timer: Disposable | undefined;
  #ended = false;

  constructor(clock: Clock, run: () => void) {
    this.#clock = clock;
    this.#run = run;
  }

  soon(): void {
    if (this.#ended) return;
    this.#timer ??= this.#clock.timer(intervalMs, () => {
      this.#timer = undefined;
      this.#run();
    });
  }

  dispose(): void {
    this.#ended = true;
    this.#timer?.dispose();
  }
}
