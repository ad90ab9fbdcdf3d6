import type { Clock } from '../../base/clock.ts';
import { sleep } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { logFailure } from './failures.ts';

export interface BackgroundOptions {
  /** Ends everything. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: Log;
  /** How long to wait before reading, so that a burst of events causes one read, in milliseconds. */
  readonly delayMs?: number;
  /** How many run at a time. */
  readonly limit?: number;
}

type Work = (signal: AbortSignal) => Promise<void>;

/**
 * Reads that an event calls for, done in the background so that later events don't wait for them. A read that is
 * already waiting under the same name is not added again. A failure is only logged: the next list sets things right.
 */
export class BackgroundReads {
  readonly #options: BackgroundOptions;
  readonly #waiting = new Map<string, Work>();
  #running = 0;

  constructor(options: BackgroundOptions) {
    this.#options = options;
  }

  add(name: string, work: Work): void {
    if (this.#options.signal.aborted || this.#waiting.has(name)) return;
    this.#waiting.set(name, work);
    if (this.#running < (this.#options.limit ?? 2)) void this.#drain();
  }

  async #drain(): Promise<void> {
    const { signal, clock, delayMs = 200 } = this.#options;
    this.#running += 1;
    try {
      await sleep(delayMs, signal, clock);
      for (let next = this.#take(); next !== undefined; next = this.#take()) {
        await this.#run(...next);
        if (signal.aborted) return;
      }
    } catch {
      // Only the end of the signal gets here.
    } finally {
      this.#running -= 1;
    }
  }

  #take(): [string, Work] | undefined {
    for (const entry of this.#waiting) {
      this.#waiting.delete(entry[0]);
      return entry;
    }
    return undefined;
  }

  async #run(name: string, work: Work): Promise<void> {
    const { signal, log } = this.#options;
    try {
      await work(signal);
    } catch (error) {
      logFailure(log, 'debug', `Could not ${name}`, error);
    }
  }
}
