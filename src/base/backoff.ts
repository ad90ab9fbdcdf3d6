/** How long to wait between attempts. */
export interface BackoffOptions {
  /** First delay, in milliseconds. */
  readonly baseMs: number;
  /** No delay is longer than this, in milliseconds. */
  readonly capMs: number;
  /** Between 0 and 1; `Math.random` unless a test says otherwise. */
  readonly random?: () => number;
}

/** Delays that double up to a cap, each between half and the whole of its step, so that clients don't retry in step. */
export class Backoff {
  readonly #options: BackoffOptions;
  #attempt = 0;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /** The next delay, in milliseconds. */
  next(): number {
    const { baseMs, capMs, random = Math.random } = this.#options;
    const step = Math.min(capMs, baseMs * 2 ** Math.min(this.#attempt, 30));
    this.#attempt += 1;
    return Math.round(step / 2 + (step / 2) * random());
  }

  /** Starts over, after a success. */
  reset(): void {
    this.#attempt = 0;
  }
}
