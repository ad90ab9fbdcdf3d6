import { CancelledError } from './cancel.ts';

interface Waiting {
  readonly begin: () => void;
  readonly rank: 'soon' | 'later';
}

/** Lets so much work run at once; what is over its number waits. */
export class Slots {
  readonly size: number;
  readonly #waiting = new Set<Waiting>();
  #used = 0;

  constructor(size: number) {
    this.size = size;
  }

  /** How many run. */
  get used(): number {
    return this.#used;
  }

  /**
   * Does `work` when there is room; what is `later` yields to what is `soon`.
   *
   * @throws what the work throws; the signal's reason, where it aborts before there was room
   */
  async use<T>(signal: AbortSignal, rank: Waiting['rank'], work: () => Promise<T>): Promise<T> {
    if (this.#used >= this.size || this.#waiting.size > 0) await this.#room(signal, rank);
    else this.#used += 1;
    try {
      return await work();
    } finally {
      this.#used -= 1;
      this.#next();
    }
  }

  #room(signal: AbortSignal, rank: Waiting['rank']): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#waiting.delete(waiting);
        reject(signal.reason instanceof Error ? signal.reason : new CancelledError());
      };
      const waiting = {
        rank,
        begin: () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      if (signal.aborted) onAbort();
      else {
        this.#waiting.add(waiting);
        signal.addEventListener('abort', onAbort, { once: true });
      }
    });
  }

  #next(): void {
    const all = [...this.#waiting];
    const next = all.find(({ rank }) => rank === 'soon') ?? all[0];
    if (next === undefined || this.#used >= this.size) return;
    this.#waiting.delete(next);
    this.#used += 1;
    next.begin();
  }
}
