import { sleep } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import type { ChangeSet } from '../tables/changes.ts';
import type { JobKey } from '../tables/keys.ts';
import type { Store } from '../tables/store.ts';
import type { BackgroundReads } from './backgroundReads.ts';
import type { Loader } from './loader.ts';

export interface UnclearJobsOptions {
  readonly store: Store;
  readonly loader: Loader;
  readonly background: BackgroundReads;
  readonly clock: Clock;
  readonly onChanges: (changes: ChangeSet) => void;
}

/** So many are read at a time, and no more often than this, whatever happens on the cluster. */
const most = 100;
const gapMs = 1000;

/** Jobs of which allocations changed while others of them are not known. They are read together. */
export class UnclearJobs {
  readonly #options: UnclearJobsOptions;
  readonly #keys = new Set<JobKey>();
  #readMs = -gapMs;

  constructor(options: UnclearJobsOptions) {
    this.#options = options;
  }

  /** One that is not listed yet is read once it is. */
  add(key: JobKey): void {
    this.#keys.add(key);
    if (this.#options.store.jobs.has(key)) this.#ask();
  }

  /** All jobs are listed. */
  listed(): void {
    for (const key of this.#keys) if (!this.#options.store.jobs.has(key)) this.#keys.delete(key);
    if (this.#keys.size > 0) this.#ask();
  }

  #ask(): void {
    this.#options.background.add('read jobs of which allocations changed', (signal) => this.#read(signal));
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { store, loader, clock, onChanges } = this.#options;
    await sleep(Math.max(0, this.#readMs + gapMs - clock.now()), signal, clock);
    this.#readMs = clock.now();
    const keys = [...this.#keys].filter((key) => store.jobs.has(key)).slice(0, most);
    for (const key of keys) this.#keys.delete(key);
    if (keys.length === most) this.#ask();
    if (keys.length > 0) onChanges(await loader.again(keys, signal));
  }
}
