import { systemClock, type Clock } from '../../base/clock.ts';
import type { Disposable } from '../../base/lifetime.ts';

export interface OutputQueueOptions {
  /** Takes one piece of text. */
  readonly write: (text: string) => void;
  /** Called when too much waits, and again when all of it is written. */
  readonly hold: () => void;
  readonly release: () => void;
  readonly clock?: Clock;
}

/** Between two writes, so that the terminal can paint while a task floods it. */
const writeEveryMs = 8;
const pieceLength = 64 * 1024;
/** What waits longer than the young garbage is kept by the runtime for long: so no more waits than is written in a moment. */
const holdAboveLength = 4 * pieceLength;

/** Writes text in pieces that a terminal can handle, and asks the source to pause while too much is waiting. */
export class OutputQueue implements Disposable {
  readonly #options: OutputQueueOptions;
  readonly #clock: Clock;
  #waiting = '';
  #held = false;
  #timer: Disposable | undefined;
  #isDue = false;

  constructor(options: OutputQueueOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  push(text: string): void {
    if (text === '') return;
    this.#waiting += text;
    if (!this.#held && this.#waiting.length > holdAboveLength) {
      this.#held = true;
      this.#options.hold();
    }
    if (this.#timer !== undefined || this.#isDue) return;
    // What comes after a pause, as the echo of a key, is written at the end of this turn.
    this.#isDue = true;
    queueMicrotask(this.#writePiece);
  }

  /** Writes all that waits, at once. */
  flush(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    const text = this.#waiting;
    this.#waiting = '';
    if (text !== '') this.#options.write(text);
    this.#resume();
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    this.#waiting = '';
  }

  readonly #writePiece = (): void => {
    this.#isDue = false;
    this.#timer = undefined;
    const text = this.#waiting.slice(0, pieceLength);
    if (text === '') return;
    this.#waiting = this.#waiting.slice(pieceLength);
    // What follows soon is joined, however small its parts.
    this.#timer = this.#clock.timer(writeEveryMs, this.#writePiece);
    this.#options.write(text);
    if (this.#waiting.length <= pieceLength) this.#resume();
  };

  #resume(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#options.release();
  }
}
