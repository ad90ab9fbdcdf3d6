import { raceSignal } from '../../base/cancel.ts';
import { systemClock } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { Emitter, once } from '../../base/events.ts';
import type { Event } from '../../base/events.ts';
import { Lifetime } from '../../base/lifetime.ts';
import type { Disposable } from '../../base/lifetime.ts';
import { placeOfFault, silentLog } from '../../base/log.ts';
import type { Log } from '../../base/log.ts';
import { NomadError } from '../../nomad/http/errors.ts';
import { ChangeCoalescer } from '../tables/changes.ts';
import type { ChangeSet } from '../tables/changes.ts';
import { clusterId, type ClusterId } from './clusterId.ts';
import { sameState, stateOf } from '../sync/clusterState.ts';
import type { ClusterState } from '../sync/clusterState.ts';
import { Details } from '../sync/details.ts';
import { Enrichment } from '../sync/enrichment.ts';
import { JobList } from '../sync/jobList.ts';
import type { JobKey } from '../tables/keys.ts';
import { Loader } from '../sync/loader.ts';
import type { NodeSync } from '../sync/nodeSync.ts';
import type { Place } from '../tables/place.ts';
import type { PlacedClient } from '../tables/placedClient.ts';
import { Store } from '../tables/store.ts';
import { Sync } from '../sync/sync.ts';

/** Exported here as well, since it is the type of a cluster's state. */
export type { ClusterState };

export interface ClusterOptions {
  /** Disposed together with the cluster. */
  readonly client: PlacedClient;
  /** Host and port, or a name, for people. */
  readonly label: string;
  /** `*` for every namespace that the token may see. */
  readonly namespace: string;
  readonly clock?: Clock;
  readonly log?: Log;
  /** How long after nobody holds it any more nothing is asked; without it, it is followed to its end. */
  readonly restAfterMs?: number;
}

const opening: ClusterState = { kind: 'opening' };

/**
 * The live state of one connected cluster. It connects when it is started, tries again by itself when it can't, and
 * keeps what it has while it tries.
 */
export class Cluster implements Disposable {
  readonly id: ClusterId;
  readonly client: PlacedClient;
  readonly store = new Store();
  readonly label: string;
  readonly namespace: string;
  readonly clock: Clock;
  readonly #lifetime = new Lifetime();
  /** Aborts when the cluster is disposed. */
  readonly signal: AbortSignal;
  readonly #log: Log;
  readonly #stateChanged: Emitter<ClusterState>;
  readonly #changed: Emitter<ChangeSet>;
  /** Fires with the state whenever anything is learned, even if it is the same as before. */
  readonly #learned: Emitter<ClusterState>;
  readonly #coalescer: ChangeCoalescer;
  readonly #list: JobList;
  readonly #details: Details;
  readonly #sync: Sync;
  readonly #onChanges: (changes: ChangeSet) => void;
  #nodes: Promise<NodeSync> | undefined;
  #state: ClusterState = { kind: 'connecting' };
  #started = false;
  readonly #restAfterMs: number | undefined;
  #holds = 0;
  #restTimer: Disposable | undefined;
  #region: string | undefined;
  #version: string | undefined;

  constructor(options: ClusterOptions) {
    const { client, label, namespace, clock = systemClock, log = silentLog } = options;
    this.#restAfterMs = options.restAfterMs;
    this.id = clusterId(client.displayAddress, client.connection.region);
    this.client = this.#lifetime.own(client);
    this.label = label;
    this.namespace = namespace;
    this.clock = clock;
    this.#log = log;
    // A failing listener must not stop the cluster from being followed.
    const onFailure = (error: unknown) => {
      log.error(`A listener of ${label} failed: ${placeOfFault(error)}`);
    };
    this.#stateChanged = this.#lifetime.own(new Emitter<ClusterState>(onFailure));
    this.#changed = this.#lifetime.own(new Emitter<ChangeSet>(onFailure));
    this.#learned = this.#lifetime.own(new Emitter<ClusterState>(onFailure));
    const emit = (changes: ChangeSet) => {
      this.#changed.fire(changes);
    };
    this.#coalescer = this.#lifetime.own(new ChangeCoalescer({ emit, clock }));
    this.signal = this.#lifetime.signal();
    const { store, signal } = this;
    const enrichment = new Enrichment(client, namespace, log);
    const loader = new Loader(client, store, namespace, enrichment);
    const list = (this.#list = new JobList({ client, store, namespace, clock, enrichment }));
    const onChanges = (changes: ChangeSet) => {
      this.#coalescer.add(changes);
    };
    this.#onChanges = onChanges;
    this.#details = new Details({ store, loader, signal, log, onChanges });
    this.#sync = new Sync({
      ...{ client, namespace, store, loader, list, clock, log, signal, onChanges },
      onStatus: () => {
        this.#publish();
      },
      listedSeparately: (job) => this.#details.follows(job),
      follows: (job) => this.#details.isJobLoaded(job),
      onListed: (changed) => this.#readRest(changed),
      allAllocations: () => this.#details.allocationsLoaded,
    });
  }

  /** Fires when the state becomes another. What was loaded before is in the store by then. */
  get onDidChangeState(): Event<ClusterState> {
    return this.#stateChanged.event;
  }

  /** Fires with what changed in the store, a short while after it did. */
  get onDidChange(): Event<ChangeSet> {
    return this.#changed.event;
  }

  get state(): ClusterState {
    return this.#state;
  }

  /** The connection's region, or else the agent's; unknown until the agent answered, or if the token may not ask. */
  get region(): string | undefined {
    return this.client.connection.region ?? this.#region;
  }

  /**
   * The name of the agent's own region, asked for where it was not told yet; undefined where it can't be found out.
   *
   * @throws the signal's reason
   */
  async agentRegion(signal?: AbortSignal): Promise<string | undefined> {
    if (this.#region === undefined) await raceSignal(this.#readAgent(), signal);
    return this.#region;
  }

  /** The agent's, as `1.8.4`; unknown until it answered, or if the token may not ask. */
  get version(): string | undefined {
    return this.#version;
  }

  /**
   * Whether what happens at a place is in the store: it is of the region and the namespaces that are shown, and the event
   * stream tells of it.
   */
  covers({ namespace, region }: Place): boolean {
    return (region === undefined || region === this.region) && this.#sync.covers(namespace);
  }

  /** Connects and follows the cluster from now on. */
  start(): void {
    if (this.#started || this.#lifetime.ended) return;
    this.#started = true;
    this.#lifetime.onEnd(() => this.#restTimer?.dispose());
    this.#restSoon();
    this.#sync.run().catch((error: unknown) => {
      if (!this.signal.aborted) this.#log.error(`Following ${this.label} broke off: ${placeOfFault(error)}`);
    });
  }

  /**
   * Keeps the cluster followed until the signal aborts: somebody looks at it, or waits for something. Where nobody does for
   * long enough, nothing is asked of it; whoever comes then gets it caught up.
   */
  hold(signal: AbortSignal): void {
    if (signal.aborted || this.#lifetime.ended) return;
    this.#holds += 1;
    this.#wake();
    const release = () => {
      this.#holds -= 1;
      this.#restSoon();
    };
    signal.addEventListener('abort', release, { once: true });
  }

  /** Whether somebody looks at it, or waits for something. */
  get isHeld(): boolean {
    return this.#holds > 0;
  }

  /** Somebody wants something of it now: what waits to be tried again is tried at once. */
  touch(): void {
    if (this.#lifetime.ended) return;
    this.#wake();
    this.#restSoon();
    this.#sync.retry();
  }

  #wake(): void {
    this.#restTimer?.dispose();
    this.#restTimer = undefined;
    this.#sync.resting = false;
  }

  #restSoon(): void {
    const { clock, signal } = this;
    if (this.#restAfterMs === undefined || this.#holds > 0 || signal.aborted) return;
    this.#restTimer?.dispose();
    this.#restTimer = clock.timer(this.#restAfterMs, () => {
      this.#sync.resting = true;
    });
  }

  /**
   * Reads everything again now.
   *
   * @throws {NomadError} when the jobs can't be listed; the signal's reason
   */
  refresh(signal?: AbortSignal): Promise<void> {
    this.touch();
    return raceSignal(raceSignal(this.#sync.refresh(), this.signal), signal);
  }

  /**
   * Resolves once there are rows, and they are caught up where nobody had looked at them.
   *
   * @throws {NomadError} when the cluster could not be reached, though it goes on trying; the signal's reason
   */
  async ready(signal: AbortSignal): Promise<void> {
    this.touch();
    const isPaused = () => this.#state.kind === 'paused';
    if (this.#sync.status.loaded && !isPaused()) return;
    if (this.#state.kind === 'failed') throw this.#state.error;
    const settled = (state: ClusterState) => state.kind === 'failed' || (this.#sync.status.loaded && !isPaused());
    const both = AbortSignal.any([signal, this.signal]);
    const state = await once(this.#learned.event, both, settled);
    if (state.kind === 'failed') throw state.error;
  }

  /**
   * Resolves once every job is in the store: right after the first rows, more pages of the list are on their way.
   *
   * @throws {NomadError} when the list can't be read; the signal's reason
   */
  async whole(signal: AbortSignal): Promise<void> {
    while (this.jobsArePartial) {
      const { state } = this;
      if (state.kind === 'failed' || state.kind === 'stale') throw state.error;
      const ending = new AbortController();
      const both = AbortSignal.any([signal, this.signal, ending.signal]);
      const news = [once(this.#changed.event, both), once(this.#learned.event, both)];
      try {
        await Promise.race(news);
      } finally {
        ending.abort();
        await Promise.allSettled(news);
      }
    }
  }

  /**
   * Reads a whole job, its allocations and its runs, once; they are kept up to date from then on.
   *
   * @throws {NomadError}, of kind `notFound` for a job that is gone; the signal's reason
   */
  loadJob(key: JobKey, signal?: AbortSignal): Promise<void> {
    return raceSignal(this.#details.loadJob(key), signal);
  }

  /**
   * Reads a job, its allocations and its runs now, for example after a write, whose events may take a while.
   *
   * @throws {NomadError}, of kind `notFound` for a job that is gone; the signal's reason
   */
  readJob(key: JobKey, signal?: AbortSignal): Promise<void> {
    return raceSignal(this.#details.readJob(key), signal);
  }

  isJobLoaded(key: JobKey): boolean {
    return this.#details.isJobLoaded(key);
  }

  /**
   * Reads the newest allocations of all jobs, once; they are kept up to date from then on.
   *
   * @throws {NomadError}; the signal's reason
   */
  loadAllocations(signal?: AbortSignal): Promise<void> {
    return raceSignal(this.#details.loadAllocations(), signal);
  }

  get allocationsLoaded(): boolean {
    return this.#details.allocationsLoaded;
  }

  /** Whether there may be jobs that are not in the store, since the pages of the list are still being read. */
  get jobsArePartial(): boolean {
    return this.#list.isPartial;
  }

  /** Whether the cluster has more allocations than were read. */
  get allocationsTruncated(): boolean {
    return this.#details.allocationsTruncated;
  }

  /** What keeps nodes and servers up; nothing of them is asked for before somebody looks. */
  nodes(): Promise<NodeSync> {
    this.#nodes ??= import('../sync/nodeSync.ts').then(({ NodeSync }) => {
      const [log, onChanges] = [this.#log, this.#onChanges];
      const { client, namespace, store, clock, signal } = this;
      return new NodeSync({ client, namespace, store, clock, log, signal, onChanges });
    });
    return this.#nodes;
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #publish(): void {
    const { status } = this.#sync;
    const hadNothing = this.#state.kind === 'connecting' || this.#state.kind === 'failed';
    const next = stateOf(status) ?? (status.loaded && hadNothing ? opening : this.#state);
    if (!sameState(this.#state, next)) {
      this.#state = next;
      // A listener may look at the store because of the new state, so it first learns what changed there.
      this.#coalescer.flush();
      this.#stateChanged.fire(next);
    }
    this.#learned.fire(next);
  }

  async #readRest(changed: ChangeSet | undefined): Promise<void> {
    await Promise.all([this.#readAgent(), this.#details.readAgain(changed)]);
  }

  async #readAgent(): Promise<void> {
    if (this.#version !== undefined && this.#region !== undefined) return;
    try {
      const { value } = await this.client.agent.self({ signal: this.signal });
      this.#region = value.config.Region;
      this.#version = value.config.Version?.Version;
    } catch (error) {
      if (!(error instanceof NomadError)) throw error;
      this.#log.debug(`The agent does not tell its version: ${error.message}`);
      this.#region ??= await this.#onlyRegion();
    }
  }

  /** If the token may not ask the agent itself: with only one region, it has to be the agent's. */
  async #onlyRegion(): Promise<string | undefined> {
    try {
      const { value } = await this.client.agent.regions({ signal: this.signal });
      return value.length === 1 ? value[0] : undefined;
    } catch (error) {
      if (!(error instanceof NomadError)) throw error;
      return undefined;
    }
  }
}
