import type { ChangeSet } from '../state/tables/changes.ts';
import type { JobKey } from '../state/tables/keys.ts';
import { isJobShown } from './jobLayout.ts';
import { affectedJobs } from './repaint.ts';
import type { RowSource } from './rows.ts';

/** Whether the filter lets any job through. After the first look it looks at what changed only. */
export class ShownJobs {
  readonly #source: Pick<RowSource, 'store' | 'filter' | 'now'>;
  /** One that is let through, nothing where none is, and `unknown` before it was looked for. */
  #found: JobKey | 'unknown' | undefined = 'unknown';

  constructor(source: Pick<RowSource, 'store' | 'filter' | 'now'>) {
    this.#source = source;
  }

  /** The filter is another, or time has passed: all jobs have to be looked at. */
  forget(): void {
    this.#found = 'unknown';
  }

  apply(changes: ChangeSet): void {
    this.#found ??= this.#first(affectedJobs(this.#source.store, changes));
  }

  any(): boolean {
    if (this.#found === undefined) return false;
    if (this.#found === 'unknown' || !this.#isShown(this.#found)) {
      this.#found = this.#first(this.#source.store.jobs.keys());
    }
    return this.#found !== undefined;
  }

  #first(jobs: Iterable<JobKey>): JobKey | undefined {
    for (const key of jobs) if (this.#isShown(key)) return key;
    return undefined;
  }

  #isShown(key: JobKey): boolean {
    const job = this.#source.store.jobs.get(key);
    return job !== undefined && isJobShown({ source: this.#source }, job);
  }
}
