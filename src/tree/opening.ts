import type { Row } from './rows.ts';

/** What a row hands over when it is clicked, once for each click. */
export interface Click {
  readonly clicked: Row;
}

/** How far apart the clicks of a double click may be. VS Code doesn't say what the system's setting is. */
const doubleClickMs = 500;

/**
 * Tells a double click from single ones: VS Code calls a row's command for each click, and says nothing about the
 * click.
 */
export class DoubleClick {
  readonly #now: () => number;
  #last: { readonly row: Row; readonly ms: number } | undefined;

  /** @param now milliseconds since the epoch */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether this click on a row is the second of two. */
  isSecond(row: Row): boolean {
    const ms = this.#now();
    const last = this.#last;
    const second = last?.row === row && Math.abs(ms - last.ms) <= doubleClickMs;
    this.#last = second ? undefined : { row, ms };
    return second;
  }
}
