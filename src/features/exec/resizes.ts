import { systemClock, type Clock } from '../../base/clock.ts';
import type { Disposable } from '../../base/lifetime.ts';
import type { TerminalSize } from '../../nomad/sessions/exec.ts';

/** A program draws all of its screen anew for each size: it is told once a pane is no longer being drawn wider. */
const quietMs = 60;
/** So that it doesn't stand still either while a pane is drawn wider for long. */
const longestMs = 300;

/**
 * Sizes of a terminal, of which a window tells dozens a second while a pane is drawn wider: passes on the first one at
 * once, and of those that follow quickly the last.
 */
export class Resizes implements Disposable {
  readonly #send: (size: TerminalSize) => void;
  readonly #clock: Clock;
  /** As the other side knows it. */
  #told: TerminalSize | undefined;
  #latest: TerminalSize | undefined;
  #sinceMs: number | undefined;
  #timer: Disposable | undefined;

  constructor(send: (size: TerminalSize) => void, clock: Clock = systemClock) {
    this.#send = send;
    this.#clock = clock;
  }

  get latest(): TerminalSize | undefined {
    return this.#latest;
  }

  /** A program was started with the latest size, so that it knows it. */
  started(): void {
    this.#quiet();
    this.#told = this.#latest;
  }

  set(size: TerminalSize): void {
    this.#latest = size;
    if (this.#told === undefined) {
      this.flush();
      return;
    }
    const now = this.#clock.now();
    this.#sinceMs ??= now;
    this.#timer?.dispose();
    const waitMs = Math.max(0, Math.min(quietMs, this.#sinceMs + longestMs - now));
    this.#timer = this.#clock.timer(waitMs, () => {
      this.flush();
    });
  }

  /** Tells at once what waits, as before a command that may ask for it. */
  flush(): void {
    this.#quiet();
    const [latest, told] = [this.#latest, this.#told];
    if (latest === undefined || (latest.rows === told?.rows && latest.columns === told.columns)) return;
    this.#told = latest;
    this.#send(latest);
  }

  dispose(): void {
    this.#quiet();
  }

  #quiet(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    this.#sinceMs = undefined;
  }
}
