import type { Clock } from '../base/clock.ts';
import type { Disposable } from '../base/lifetime.ts';
import type { Repaint } from './repaint.ts';
import type { Row } from './rows.ts';

/**
 * How long nothing is drawn after rows were handed over or drawn. It is a little longer than VS Code gathers what changed in
 * a tree, so that each redraw is carried out at once and not in the moment of an answer.
 */
export const pauseMs = 250;
/** How long a redraw waits for a slow answer, such as one that is read from the cluster. */
export const patienceMs = 2000;

/**
 * Hands redraws to VS Code at moments when it takes them. A redraw makes the extension host forget the rows below it. Where
 * the window gets it together with an answer about the same rows, it keeps that answer and never asks again: rows stay on
 * the screen that no command finds. So a redraw waits while VS Code waits for rows, and a moment longer.
 */
export class Redraws implements Disposable {
  readonly #clock: Clock;
  readonly #emit: (rows: Repaint) => void;
  #waiting: 'all' | Set<Row> | undefined;
  /** Runs while something waits, and is over when it has waited long enough for answers. */
  #patience: Disposable | undefined;
  #patient = true;
  /** Runs while nothing may be drawn. */
  #pause: Disposable | undefined;
  #asked = 0;
  #ended = false;
  readonly #onDrawn: (() => void)[] = [];

  constructor(clock: Clock, emit: (rows: Repaint) => void) {
    this.#clock = clock;
    this.#emit = emit;
  }

  /** Draws rows anew, or all of them: at once, or together with others a moment later. */
  add(rows: Repaint): void {
    if (this.#ended || rows.length === 0) return;
    if (rows === 'all' || this.#waiting === 'all') this.#waiting = 'all';
    else this.#waiting = new Set([...(this.#waiting ?? []), ...rows]);
    this.#patience ??= this.#clock.timer(patienceMs, () => {
      this.#patient = false;
      this.#flush();
    });
    this.#flush();
  }

  /** What VS Code asks for; the redraws wait until it is answered, with rows or an error. */
  answering<T>(answer: Promise<T>): Promise<T> {
    this.#asked += 1;
    return answer.finally(() => {
      this.#asked -= 1;
      this.answered();
    });
  }

  /** VS Code was given rows. */
  answered(): void {
    this.#hold();
  }

  /** Resolves when VS Code was told of all that waits now. Never rejects. */
  drawn(): Promise<void> {
    if (this.#waiting === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onDrawn.push(resolve);
    });
  }

  #hold(): void {
    if (this.#ended) return;
    this.#pause?.dispose();
    this.#pause = this.#clock.timer(pauseMs, () => {
      this.#pause = undefined;
      this.#flush();
    });
  }

  #flush(): void {
    const waiting = this.#waiting;
    if (waiting === undefined || this.#pause !== undefined || (this.#asked > 0 && this.#patient)) return;
    this.#waiting = undefined;
    this.#patience?.dispose();
    this.#patience = undefined;
    this.#patient = true;
    this.#hold();
    this.#emit(waiting === 'all' ? waiting : [...waiting]);
    this.#tell();
  }

  #tell(): void {
    for (const resolve of this.#onDrawn.splice(0)) resolve();
  }

  dispose(): void {
    this.#ended = true;
    this.#waiting = undefined;
    this.#pause?.dispose();
    this.#patience?.dispose();
    this.#tell();
  }
}
