import type { Log } from '../../base/log.ts';
import { isNomadError } from '../../nomad/http/errors.ts';
import { logFailure } from './failures.ts';
import type { ChangeSet } from '../tables/changes.ts';
import { jobKey } from '../tables/keys.ts';
import type { JobKey } from '../tables/keys.ts';
import type { Loader } from './loader.ts';
import type { JobRecord } from '../tables/records.ts';
import type { Store } from '../tables/store.ts';

export interface DetailsOptions {
  readonly store: Store;
  readonly loader: Loader;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly onChanges: (changes: ChangeSet) => void;
}

const maxAllocations = 5000;
const allocationsPerPage = 500;
/** Jobs that are read again at the same time. */
const readAhead = 4;

/**
 * Everything read apart from the list of jobs: the rest of the cluster once, jobs and allocations when somebody looks
 * at them.
 */
export class Details {
  readonly #options: DetailsOptions;
  readonly #jobs = new Map<JobKey, { done: boolean; loading: Promise<void> }>();
  #allocations: Promise<void> | undefined;
  #allocationsLoaded = false;
  #allocationsTruncated = false;

  constructor(options: DetailsOptions) {
    this.#options = options;
  }

  get allocationsLoaded(): boolean {
    return this.#allocationsLoaded;
  }

  get allocationsTruncated(): boolean {
    return this.#allocationsTruncated;
  }

  isJobLoaded(key: JobKey): boolean {
    return this.#jobs.get(key)?.done === true;
  }

  /** True for a job that was looked at, and for the runs of one: those are read again by themselves. */
  follows(job: JobRecord): boolean {
    if (job.parentId === undefined) return false;
    return this.#jobs.has(job.key) || this.#jobs.has(jobKey(job.namespace, job.parentId));
  }

  loadJob(key: JobKey): Promise<void> {
    const known = this.#jobs.get(key);
    if (known !== undefined) return known.loading;
    const { loader, signal, onChanges } = this.#options;
    const entry = { done: false, loading: loader.job(key, signal, onChanges) };
    this.#jobs.set(key, entry);
    entry.loading.then(
      () => {
        entry.done = true;
      },
      // Whoever asked learns of the failure, and the next one to ask tries again.
      () => this.#jobs.delete(key),
    );
    return entry.loading;
  }

  /** Reads a job now, whether it was before or not. */
  async readJob(key: JobKey): Promise<void> {
    const { loader, signal, onChanges } = this.#options;
    await loader.job(key, signal, onChanges);
  }

  loadAllocations(): Promise<void> {
    this.#allocations ??= this.#readAllocations().catch((error: unknown) => {
      this.#allocations = undefined;
      throw error;
    });
    return this.#allocations;
  }

  /**
   * Reads what belongs to the jobs after they were listed. What can't be read is logged: the jobs are there all the same.
   *
   * @param changed what the list changed, so that only that is read; nothing for everything
   */
  async readAgain(changed: ChangeSet | undefined): Promise<void> {
    const { loader, signal, onChanges } = this.#options;
    await Promise.all([
      this.#try('the deployments', async () => {
        onChanges(await loader.deployments(signal));
      }),
      this.#try('the blocked evaluations', async () => {
        onChanges(await loader.blocked(signal));
      }),
      this.#try('why allocations failed', async () => {
        onChanges(await loader.failures(signal));
      }),
      this.#try('what was started again', async () => {
        onChanges(await loader.restarted(signal));
      }),
      this.#try('which schedules are switched off', async () => {
        onChanges(await loader.schedules(signal));
      }),
      this.#readJobsAgain(changed),
    ]);
    if (changed === undefined && this.#allocationsLoaded) {
      await this.#try('the allocations', () => this.#readAllocations());
    }
  }

  async #readJobsAgain(changed: ChangeSet | undefined): Promise<void> {
    const { loader, signal, onChanges } = this.#options;
    const keys = [...this.#jobs].filter(
      ([key, { done }]) => done && (changed === undefined || changed.of('jobs').has(key)),
    );
    const queue = keys.map(([key]) => key);
    const work = async () => {
      for (let key = queue.shift(); key !== undefined; key = queue.shift()) {
        const again = key;
        await this.#try(`the job ${again}`, async () => {
          try {
            await loader.job(again, signal, onChanges);
          } catch (error) {
            if (!isNomadError(error, 'notFound')) throw error;
            this.#jobs.delete(again);
          }
        });
      }
    };
    await Promise.all(Array.from({ length: readAhead }, work));
  }

  async #readAllocations(): Promise<void> {
    const { loader, signal, onChanges } = this.#options;
    this.#allocationsTruncated = await loader.allocations(maxAllocations, allocationsPerPage, signal, onChanges);
    this.#allocationsLoaded = true;
  }

  async #try(what: string, read: () => Promise<void>): Promise<void> {
    const { signal, log } = this.#options;
    try {
      await read();
    } catch (error) {
      if (signal.aborted) return;
      logFailure(log, 'warn', `Could not read ${what}`, error);
    }
  }
}
