import { isNomadError } from '../../nomad/http/errors.ts';
import type { Answer, ReadOptions } from '../../nomad/http/query.ts';
import { pages } from '../../nomad/reading/pages.ts';
import { allocationFromStub, allocationRecord } from '../tables/allocationRecords.ts';
import { Changes } from '../tables/changes.ts';
import type { ChangeSet } from '../tables/changes.ts';
import { deploymentRecord } from '../tables/deploymentRecords.ts';
import { jobFromStub, jobRecord } from '../tables/jobRecords.ts';
import { parseJobKey, placeOf } from '../tables/keys.ts';
import type { JobKey } from '../tables/keys.ts';
import type { Place } from '../tables/place.ts';
import type { PlacedClient } from '../tables/placedClient.ts';
import type { AllocationRecord, JobRecord } from '../tables/records.ts';
import type { SnapshotMark } from '../tables/marks.ts';
import type { Store } from '../tables/store.ts';
import { isFollowed } from '../tables/taskState.ts';
import type { Enrichment } from './enrichment.ts';
import { snapshotOf } from './jobList.ts';

/** As many failures as a person would look through, and no answer of many megabytes. */
const failuresPerPage = 200;
/**
 * What was started again may be in the short run between two failures. https://developer.hashicorp.com/nomad/api-docs#filtering
 */
const wasRestarted = 'ClientStatus == "running" and (any TaskStates as _, task { task.Restarts != 0 })';
/** Each of them makes the filter longer. */
const maxUnhealthy = 30;
/** At most this many periodic jobs are read one by one, and this many of them at the same time. */
const maxSchedules = 100;
const readAhead = 4;
/** With more allocations than this, no more are read of jobs that nobody looks at. */
const maxHeld = 20_000;
/** Each of them makes the filter longer. */
const summariesPerRequest = 50;

/** What an allocation in one of these states has to say is in the events of its tasks. */
const unclearStatuses = ['failed', 'pending'] as const;

function isSettled(status: string): boolean {
  return !unclearStatuses.some((unclear) => unclear === status);
}

function jobIs(key: JobKey): string {
  const { namespace, id } = parseJobKey(key);
  return `(ID == ${JSON.stringify(id)} and Namespace == ${JSON.stringify(namespace)})`;
}

function idIs({ id }: AllocationRecord): string {
  return `ID == ${JSON.stringify(id)}`;
}

/** The lists that the loader reads, each into the store and back as what it changed. */
export class Loader {
  readonly #client: PlacedClient;
  readonly #store: Store;
  readonly #namespace: string;
  readonly #enrichment: Enrichment;
  /** Found out once, of agents that can't look through a map, as a filter. */
  #mapFilters = true;

  constructor(client: PlacedClient, store: Store, namespace: string, enrichment: Enrichment) {
    this.#client = client;
    this.#store = store;
    this.#namespace = namespace;
    this.#enrichment = enrichment;
  }

  /** All deployments. */
  async deployments(signal: AbortSignal): Promise<ChangeSet> {
    return this.#within(async (mark) => {
      const { value } = await this.#client.deployments.list(this.#read(signal));
      return this.#store.replace('deployments', value.map(deploymentRecord), mark);
    });
  }

  /** The evaluations that wait for room. */
  async blocked(signal: AbortSignal): Promise<ChangeSet> {
    return this.#within(async (mark) => {
      const { value } = await this.#client.evaluations.list({ ...this.#read(signal), status: 'blocked' });
      return this.#store.replace('blocked', value, mark);
    });
  }

  /**
   * A whole job, its allocations, and its runs if it has some.
   *
   * @throws {NomadError} of kind `notFound` for a job that is gone; it is removed from the store then
   */
  async job(key: JobKey, signal: AbortSignal, emit: (changes: ChangeSet) => void): Promise<void> {
    const record = await this.jobAlone(key, signal, emit);
    if (record.periodic || record.parameterized) emit(await this.runsOf(key, signal));
    else emit(await this.allocationsOf(key, signal));
  }

  /**
   * A job without what belongs to it.
   *
   * @throws {NomadError} as {@link job}
   */
  async jobAlone(key: JobKey, signal: AbortSignal, emit: (changes: ChangeSet) => void): Promise<JobRecord> {
    const { id } = parseJobKey(key);
    // The answer is about the job known at this moment; one registered while the request is under way is another job.
    const asked = this.#store.jobs.get(key)?.modifyIndex ?? 0;
    try {
      const { value } = await this.#client.jobs.read(id, { ...placeOf(key), signal });
      const record = jobRecord(value);
      emit(this.#store.apply('jobs', record));
      return record;
    } catch (error) {
      if (isNomadError(error, 'notFound')) emit(this.#store.remove('jobs', key, asked));
      throw error;
    }
  }

  /** An allocation, as it is now. */
  async allocation(id: string, namespace: string, signal: AbortSignal): Promise<ChangeSet> {
    const { value } = await this.#client.allocations.read(id, { namespace, region: undefined, signal });
    return this.#store.apply('allocations', allocationRecord(value, 0));
  }

  /** A deployment, as it is now. */
  async deployment(id: string, namespace: string, signal: AbortSignal): Promise<ChangeSet> {
    const { value } = await this.#client.deployments.read(id, { namespace, region: undefined, signal });
    return this.#store.apply('deployments', deploymentRecord(value));
  }

  /** An evaluation, as it is now. */
  async evaluation(id: string, namespace: string, signal: AbortSignal): Promise<ChangeSet> {
    const { value } = await this.#client.evaluations.read(id, { namespace, region: undefined, signal });
    return this.#store.apply('blocked', value);
  }

  /** All allocations of one job. */
  async allocationsOf(key: JobKey, signal: AbortSignal): Promise<ChangeSet> {
    const { id } = parseJobKey(key);
    return this.#within(async (mark) => {
      const { value } = await this.#client.jobs.allocations(id, { ...placeOf(key), signal });
      return this.#store.replaceGroup('allocations', key, value.map(allocationFromStub), mark);
    });
  }

  /**
   * What there is to say of jobs of which an allocation changed, without a request for each: their allocations, or where
   * the agent does not list them with the jobs, or too many are held, their summaries.
   */
  async again(keys: readonly JobKey[], signal: AbortSignal): Promise<ChangeSet> {
    if (this.#store.allocations.size >= maxHeld) return this.#summaries(keys, signal);
    return this.#within(async (mark) => {
      const items = await this.#enrichment.read(keys, signal);
      const changes = new Changes();
      changes.add(
        this.#store.takeJobs(
          [...items.values()].map((item) => snapshotOf(item)),
          mark,
          {},
        ),
      );
      const rest = keys.filter((key) => !items.has(key));
      return rest.length === 0 ? changes : changes.add(await this.#summaries(rest, signal));
    });
  }

  async #summaries(keys: readonly JobKey[], signal: AbortSignal): Promise<ChangeSet> {
    const changes = new Changes();
    for (let from = 0; from < keys.length; from += summariesPerRequest) {
      const filter = keys
        .slice(from, from + summariesPerRequest)
        .map(jobIs)
        .join(' or ');
      const { value } = await this.#client.jobs.list({ ...this.#read(signal), filter });
      changes.add(this.#store.applyAll('jobs', value.map(jobFromStub)));
    }
    return changes;
  }

  /** One row of the list of jobs, for the number of its runs. */
  async runCounts(key: JobKey, signal: AbortSignal): Promise<ChangeSet> {
    const { id } = parseJobKey(key);
    // The job itself sorts before everything else that starts with its id.
    const { value } = await this.#client.jobs.list({ ...placeOf(key), prefix: id, perPage: 1, signal });
    const stub = value.find((one) => one.ID === id);
    return stub === undefined ? new Changes() : this.#store.apply('jobs', jobFromStub(stub));
  }

  /**
   * The newest allocations of all jobs, page by page.
   *
   * @param emit told what each page changed
   * @returns whether there are more than `max`
   */
  async allocations(
    max: number,
    perPage: number,
    signal: AbortSignal,
    emit: (changes: ChangeSet) => void,
  ): Promise<boolean> {
    return this.#within(async (mark) => {
      const all: AllocationRecord[] = [];
      const more = await this.#pagesOf(max, { signal, reverse: true, perPage }, (records) => {
        emit(this.#store.applyAll('allocations', records));
        all.push(...records);
      });
      emit(this.#store.retainAllocations(all, mark));
      return more;
    });
  }

  /** @returns whether there are more allocations than the first `max` */
  async #pagesOf(
    max: number,
    options: ReadOptions,
    take: (records: readonly AllocationRecord[]) => void,
  ): Promise<boolean> {
    const list = (page: ReadOptions) =>
      this.#client.allocations.list({ ...page, namespace: this.#namespace, region: undefined });
    let left = max;
    try {
      for await (const { value, meta } of pages(list, options)) {
        take(value.slice(0, left).map(allocationFromStub));
        left -= value.length;
        if (left <= 0) return left < 0 || meta.nextToken !== undefined;
      }
    } catch (error) {
      // Where an older agent's pages start over, the rest comes at once, and may be too much for one answer.
      if (left === max || !isNomadError(error, 'tooLarge')) throw error;
      return true;
    }
    return false;
  }

  /**
   * Why allocations failed, don't start or are unhealthy; the list of jobs says no more than that. The newest ones are
   * enough.
   */
  async failures(signal: AbortSignal): Promise<ChangeSet> {
    const known = this.#store.allocations;
    const vague = [...known.values()].filter((one) => one.modifyIndex === 0);
    const unhealthy = vague.filter((one) => one.healthy === false).slice(0, maxUnhealthy);
    const unclear = unhealthy.length > 0 || vague.some(({ clientStatus }) => !isSettled(clientStatus));
    // Of jobs that are known by their summary, any may be of interest.
    if (!unclear && this.#isWhole()) return new Changes();
    const wanted = [...unclearStatuses.map((status) => `ClientStatus == "${status}"`), ...unhealthy.map(idIs)];
    return this.#newest(wanted.join(' or '), signal);
  }

  /** How often tasks were started again that run now, and why; the newest allocations of them are enough. */
  async restarted(signal: AbortSignal): Promise<ChangeSet> {
    const { allocations } = this.#store;
    const any = !this.#isWhole() || [...allocations.values()].some(({ clientStatus }) => clientStatus === 'running');
    if (!any || !this.#mapFilters) return new Changes();
    try {
      return await this.#newest(wasRestarted, signal);
    } catch (error) {
      if (!isNomadError(error, 'rejected')) throw error;
      this.#mapFilters = false;
      return new Changes();
    }
  }

  /** Of the jobs that are known, the newest allocations that a filter lets through. */
  async #newest(filter: string, signal: AbortSignal): Promise<ChangeSet> {
    const options = { ...this.#read(signal), filter, reverse: true, perPage: failuresPerPage };
    const { value } = await this.#client.allocations.list(options);
    const store = this.#store;
    // Others were placed since the jobs were listed, and come with their own events.
    const concerns = (one: AllocationRecord) =>
      store.hasAllAllocations(one.jobKey)
        ? store.allocations.has(one.id)
        : store.jobs.has(one.jobKey) && !isFollowed(one);
    return this.#store.applyAll('allocations', value.map(allocationFromStub).filter(concerns));
  }

  /** The shortest possible list of jobs, read for its index. */
  async jobIndex(options: ReadOptions): Promise<Answer<unknown>> {
    return this.#client.jobs.list({ ...options, namespace: this.#namespace, region: undefined, perPage: 1 });
  }

  /** Whether the schedules of periodic jobs are switched off, which only the whole job says. */
  async schedules(signal: AbortSignal): Promise<ChangeSet> {
    const changes = new Changes();
    const unclear = (job: JobRecord) => job.periodic && job.periodicEnabled === undefined && !job.stop;
    const queue = [...this.#store.jobs.values()].filter(unclear).slice(0, maxSchedules);
    const work = async () => {
      for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
        try {
          const { value } = await this.#client.jobs.read(job.id, { ...placeOf(job.key), signal });
          changes.add(this.#store.apply('jobs', jobRecord(value)));
        } catch (error) {
          // It is gone by now, or the token may list it but not read it.
          if (!isNomadError(error, 'notFound', 'denied')) throw error;
        }
      }
    };
    await Promise.all(Array.from({ length: readAhead }, work));
    return changes;
  }

  /** All runs of a periodic or parameterized job, which may itself be gone. */
  async runsOf(parent: JobKey, signal: AbortSignal): Promise<ChangeSet> {
    return this.#within(async (mark) => {
      const { id } = parseJobKey(parent);
      const { value } = await this.#client.jobs.list({ ...placeOf(parent), prefix: `${id}/`, signal });
      const runs = value.filter((stub) => stub.ParentID === id).map(jobFromStub);
      return this.#store.replaceGroup('jobs', parent, runs, mark);
    });
  }

  /** Whether the allocations of all jobs are held that have some. */
  #isWhole(): boolean {
    const { jobs } = this.#store;
    const hasOwn = ({ periodic, parameterized }: JobRecord) => !periodic && !parameterized;
    for (const [key, job] of jobs) if (hasOwn(job) && !this.#store.hasAllAllocations(key)) return false;
    return true;
  }

  /** All that is shown. */
  #read(signal: AbortSignal): Place & { signal: AbortSignal } {
    return { namespace: this.#namespace, region: undefined, signal };
  }

  async #within<T>(read: (mark: SnapshotMark) => Promise<T>): Promise<T> {
    const mark = this.#store.beginSnapshot();
    try {
      return await read(mark);
    } finally {
      this.#store.endSnapshot(mark);
    }
  }
}
