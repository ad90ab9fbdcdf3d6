/** Where one of several that work side by side writes to. */
export interface Turn {
  readonly write: (text: string) => void;
  /** Says that this one writes no more. */
  readonly end: () => void;
}

/**
 * Lets several that work side by side write one after the other: what the first says is written at once, what the others
 * say when all before them have ended.
 */
export class Turns {
  readonly #write: (text: string) => void;
  readonly #waiting: { text: string; ended: boolean }[] = [];

  /** @param write takes what is said, in order */
  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** The turn after those that were taken before. */
  take(): Turn {
    const mine = { text: '', ended: false };
    this.#waiting.push(mine);
    return {
      write: (text) => {
        mine.text += text;
        this.#advance();
      },
      end: () => {
        mine.ended = true;
        this.#advance();
      },
    };
  }

  #advance(): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      if (first.text !== '') this.#write(first.text);
      first.text = '';
      if (!first.ended) return;
      this.#waiting.shift();
    }
  }
}
