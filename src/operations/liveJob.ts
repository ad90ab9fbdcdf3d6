import type { Clock } from '../base/clock.ts';
import { sleep, systemClock } from '../base/clock.ts';
import { Emitter } from '../base/events.ts';
import type { Event } from '../base/events.ts';
import { isNomadError } from '../nomad/http/errors.ts';
import type { Answer, ReadOptions } from '../nomad/http/query.ts';
import { watch } from '../nomad/reading/watch.ts';
import { allocationFromStub } from '../state/tables/allocationRecords.ts';
import { Changes } from '../state/tables/changes.ts';
import type { ChangeSet } from '../state/tables/changes.ts';
import type { Cluster } from '../state/clusters/cluster.ts';
import { deploymentRecord } from '../state/tables/deploymentRecords.ts';
import { jobRecord } from '../state/tables/jobRecords.ts';
import { parseJobKey } from '../state/tables/keys.ts';
import type { JobKey } from '../state/tables/keys.ts';
import type { PlacedClient } from '../state/tables/placedClient.ts';
import { Store } from '../state/tables/store.ts';
import { mayPass } from './mayPass.ts';

/** One job, wherever it is: what is known of it, and an event for its changes. */
export interface LiveJob {
  readonly store: Store;
  readonly onDidChange: Event<ChangeSet>;
  /** Whether the store is empty until the first read. */
  readonly startsEmpty: boolean;
  /**
   * Brings the store up to date now.
   *
   * @throws {NomadError}, of kind `notFound` for a job that is gone; the signal's reason
   */
  readNow(signal: AbortSignal): Promise<void>;
  /**
   * Keeps the store up to date until the signal aborts.
   *
   * @throws {NomadError} when that can't be done
   */
  follow(signal: AbortSignal): Promise<void>;
}

/** Through the cluster's own lists and events. */
export function liveJobOf(cluster: Cluster, key: JobKey): LiveJob {
  return {
    store: cluster.store,
    onDidChange: cluster.onDidChange,
    startsEmpty: false,
    readNow: (signal) => cluster.readJob(key, signal),
    // This reads exit codes along with the allocations of the job; a rollout can be followed without.
    follow: (signal) => {
      cluster.hold(signal);
      return cluster.loadJob(key, signal).catch(() => undefined);
    },
  };
}

/** How long the server may hold a question. */
const waitMs = 30_000;
/** However often something changes, requests are at least this far apart. */
const gapMs = 500;

type Read<T> = (options: ReadOptions) => Promise<Answer<T>>;

/**
 * By reads alone, into a store of its own: for a job in a place that the cluster's lists and events don't cover. Four
 * blocking queries stand while it is followed.
 */
export class JobByReads implements LiveJob {
  readonly store = new Store();
  readonly startsEmpty = true;
  readonly onDidChange: Event<ChangeSet>;
  readonly #changed = new Emitter<ChangeSet>();
  readonly #key: JobKey;
  readonly #clock: Clock;
  readonly #parts: readonly ReturnType<JobByReads['part']>[];

  constructor(client: PlacedClient, key: JobKey, region: string | undefined, clock: Clock = systemClock) {
    this.onDidChange = this.#changed.event;
    this.#key = key;
    this.#clock = clock;
    const { store } = this;
    const { namespace, id } = parseJobKey(key);
    const at = (options: ReadOptions) => ({ ...options, namespace, region });
    this.#parts = [
      this.part(
        (options) => client.jobs.read(id, at(options)),
        (job) => store.apply('jobs', jobRecord(job)),
      ),
      this.part(
        (options) => client.jobs.allocations(id, at(options)),
        (list) => this.#within((mark) => store.replaceGroup('allocations', key, list.map(allocationFromStub), mark)),
      ),
      this.part(
        (options) => client.jobs.deployments(id, at(options)),
        (list) => this.#within((mark) => store.replace('deployments', list.map(deploymentRecord), mark)),
      ),
      this.part(
        (options) => client.jobs.evaluations(id, at(options)),
        (list) => this.#within((mark) => store.replace('blocked', list, mark)),
      ),
    ];
  }

  async readNow(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#parts.map((part) => part.once(signal)));
  }

  async follow(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#parts.map((part) => part.follow(signal)));
  }

  /** One of the reads that fill the store. An answer older than the last one is dropped. */
  protected part<T>(read: Read<T>, apply: (value: T) => ChangeSet) {
    let taken = 0;
    const take = ({ value, meta }: Answer<T>) => {
      if (meta.index < taken) return;
      taken = meta.index;
      this.#tell(apply(value));
    };
    return {
      once: async (signal: AbortSignal) => {
        take(await this.#unlessGone(read({ signal })));
      },
      follow: (signal: AbortSignal) => this.#repeat(read, take, signal),
    };
  }

  async #repeat<T>(read: Read<T>, take: (answer: Answer<T>) => void, signal: AbortSignal): Promise<void> {
    const clock = this.#clock;
    const asking = (options: ReadOptions) => this.#unlessGone(read(options));
    // A job that is gone may be registered again, and the caller decides when to stop following.
    const again = (error: unknown) => mayPass(error) || isNomadError(error, 'notFound');
    for await (const answer of watch(asking, { signal, waitMs, again, clock })) {
      take(answer);
      await sleep(gapMs, signal, clock).catch(() => undefined);
    }
  }

  async #unlessGone<T>(reading: Promise<T>): Promise<T> {
    const asked = this.store.jobs.get(this.#key)?.modifyIndex ?? 0;
    try {
      return await reading;
    } catch (error) {
      if (isNomadError(error, 'notFound')) this.#tell(this.store.remove('jobs', this.#key, asked));
      throw error;
    }
  }

  #within(replace: (mark: ReturnType<Store['beginSnapshot']>) => ChangeSet): ChangeSet {
    const mark = this.store.beginSnapshot();
    try {
      return replace(mark);
    } finally {
      this.store.endSnapshot(mark);
    }
  }

  /** Tells every answer as a change of the job, since it may be what somebody waits for. */
  #tell(changes: ChangeSet): void {
    this.#changed.fire(new Changes().add(changes).mark('jobs', this.#key));
  }
}
