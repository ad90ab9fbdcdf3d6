import { sleep } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import type { Answer, ReadOptions } from '../../nomad/http/query.ts';
import { namespacedPages } from '../../nomad/reading/namespacedPages.ts';
import type { PageChoice } from '../../nomad/reading/namespacedPages.ts';
import type { JobStatusItem, JobStub } from '../../nomad/types/job.ts';
import { allocationFromSummary } from '../tables/allocationRecords.ts';
import type { ChangeSet } from '../tables/changes.ts';
import { deploymentFromSummary } from '../tables/deploymentRecords.ts';
import { jobFromStatusItem, jobFromStub } from '../tables/jobRecords.ts';
import { jobKey } from '../tables/keys.ts';
import type { JobKey } from '../tables/keys.ts';
import type { SnapshotMark } from '../tables/marks.ts';
import type { PlacedClient } from '../tables/placedClient.ts';
import type { JobListing, JobSnapshot, Store } from '../tables/store.ts';
import type { Enrichment } from './enrichment.ts';

export interface JobListOptions {
  readonly client: PlacedClient;
  readonly store: Store;
  readonly namespace: string;
  readonly clock: Clock;
  readonly enrichment: Enrichment;
}

/** Told of each part of the list, as soon as it is in the store. */
export interface ListReader {
  /** The first page, and the index that it was made at. */
  first(changes: ChangeSet, index: number): void;
  further(changes: ChangeSet): void;
}

/** As many rows as a tall window shows, in a small answer. */
const firstSize = 50;
const pageSize = 500;
/** The rest comes in the background, and leaves the server and this process time for other things. */
const pauseMs = 50;
/** Without being asked, no more is read of jobs than this; others say what their summary says until they are opened. */
const maxEnriched = 500;
const maxAllocations = 5000;
/** The runs of jobs that are there are skipped where a page ends with one; pages beyond these are not read. */
const maxRunPages = 20;

/** https://developer.hashicorp.com/nomad/api-docs#filtering */
const noRuns = 'ParentID is empty';
const runs = 'ParentID is not empty';

/**
 * The list of all jobs: `/v1/jobs`, in pages by namespace and id. It alone says which jobs there are; what
 * `/v1/jobs/statuses` has to say of some of them is added.
 */
export class JobList {
  readonly #options: JobListOptions;
  #isPartial = true;

  constructor(options: JobListOptions) {
    this.#options = options;
  }

  /** Whether jobs may be missing, since not all pages were ever read. */
  get isPartial(): boolean {
    return this.#isPartial;
  }

  /**
   * Reads the list into the store, page by page, and drops what is not in it. Nothing is dropped before all is read.
   *
   * @throws {NomadError} where a page can't be read; the signal's reason
   */
  async read(signal: AbortSignal, own: Pick<JobListing, 'listedSeparately' | 'follows'>, reader: ListReader) {
    const { store } = this.#options;
    const mark = store.beginSnapshot();
    try {
      const { listed, index } = await this.#readJobs(signal, own, mark, reader);
      this.#isPartial = false;
      reader.further(store.retainJobs(listed, mark, { except: (job) => job.parentId !== undefined, index }));
      await this.#readRuns(signal, own, mark, reader);
    } finally {
      store.endSnapshot(mark);
    }
  }

  async #readJobs(
    signal: AbortSignal,
    own: Pick<JobListing, 'follows'>,
    mark: SnapshotMark,
    reader: ListReader,
  ): Promise<{ listed: ReadonlySet<JobKey>; index: number }> {
    const { store, clock } = this.#options;
    const listed = new Set<JobKey>();
    let index: number | undefined;
    for await (const { value, meta } of this.#pages(noRuns, signal, { firstSize })) {
      const stubs = value.filter(({ ParentID }) => !ParentID);
      const wanted = this.#wanted(stubs);
      if (index === undefined) {
        index = meta.index;
        // What is known looks as before until all of its page is here; what isn't known is wanted at once.
        const isNew = stubs.every((stub) => !store.jobs.has(keyOf(stub)));
        reader.first(isNew ? store.takeJobs(stubs.map(listedJob), mark, {}) : store.takeJobs([], mark, {}), index);
      } else await sleep(pauseMs, signal, clock);
      const items = await this.#options.enrichment.read(wanted, signal);
      reader.further(store.takeJobs(snapshots(stubs, items), mark, own));
      for (const stub of stubs) listed.add(keyOf(stub));
    }
    return { listed, index: index ?? 0 };
  }

  /** Reads which runs have lost their parent; those of others are read with it. */
  async #readRuns(
    signal: AbortSignal,
    { listedSeparately }: Pick<JobListing, 'listedSeparately'>,
    mark: SnapshotMark,
    reader: ListReader,
  ): Promise<void> {
    const { store } = this.#options;
    const listed = new Set<JobKey>();
    let pages = 0;
    for await (const { value } of this.#pages(runs, signal, { skip: (last) => this.#behindRuns(last) })) {
      const orphans = value.filter((stub) => stub.ParentID && !store.jobs.has(parentKey(stub)));
      reader.further(store.takeJobs(orphans.map(listedJob), mark, {}));
      for (const stub of orphans) listed.add(keyOf(stub));
      pages += 1;
      if (pages >= maxRunPages) return;
    }
    const except = (job: Parameters<typeof listedSeparately>[0]) => job.parentId === undefined || listedSeparately(job);
    reader.further(store.retainJobs(listed, mark, { except }));
  }

  #pages(filter: string, signal: AbortSignal, choice: PageChoice<JobStub>): AsyncGenerator<Answer<JobStub[]>> {
    const { client, namespace } = this.#options;
    const list = (page: ReadOptions) => client.jobs.list({ ...page, namespace, region: undefined });
    return namespacedPages(list, { filter, perPage: pageSize, signal }, choice);
  }

  /** Where the list goes on behind the runs of a job that is there: their ids begin with its own and a slash. */
  #behindRuns(run: JobStub): string | undefined {
    const { Namespace = 'default', ParentID, ID } = run;
    if (!ID.startsWith(`${ParentID}/`) || !this.#options.store.jobs.has(parentKey(run))) return undefined;
    return `${Namespace}.${ParentID}0`;
  }

  /** The jobs of which more is to be read than the list says. */
  #wanted(stubs: readonly JobStub[]): readonly JobKey[] {
    const { store } = this.#options;
    let left = store.allocations.size < maxAllocations ? maxEnriched - store.wholeJobs : 0;
    return stubs.flatMap((stub) => {
      if (stub.Periodic || stub.ParameterizedJob) return [];
      const key = keyOf(stub);
      // What was read before is read again, so that its row does not say less for a moment.
      if (store.hasAllAllocations(key)) return [key];
      left -= 1;
      return left < 0 ? [] : [key];
    });
  }
}

function parentKey({ Namespace, ParentID }: JobStub): JobKey {
  return jobKey(Namespace, ParentID);
}

function keyOf(stub: JobStub): JobKey {
  return jobKey(stub.Namespace, stub.ID);
}

function listedJob(stub: JobStub): JobSnapshot {
  return { job: jobFromStub(stub) };
}

function snapshots(stubs: readonly JobStub[], items: ReadonlyMap<JobKey, JobStatusItem>): readonly JobSnapshot[] {
  return stubs.map((stub) => {
    const item = items.get(keyOf(stub));
    return item === undefined ? listedJob(stub) : snapshotOf(item, stub);
  });
}

/** What a status says of a job, beside what a list did. */
export function snapshotOf(item: JobStatusItem, stub?: JobStub): JobSnapshot {
  // The job may have changed between the two answers.
  const listed = stub?.ModifyIndex === item.ModifyIndex ? jobFromStub(stub) : undefined;
  const job = { ...listed, ...jobFromStatusItem(item, listed) };
  const deployment = item.LatestDeployment;
  return {
    job,
    allocations: (item.Allocs ?? []).map((allocation) => allocationFromSummary(allocation, job)),
    ...(deployment === null ? {} : { deployment: deploymentFromSummary(deployment, job) }),
  };
}
