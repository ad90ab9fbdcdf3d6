import { Backoff } from '../../base/backoff.ts';
import { sleep } from '../../base/clock.ts';
import { Emitter, type Event } from '../../base/events.ts';
import { isAborted } from '../../base/cancel.ts';
import { Lifetime, type Disposable } from '../../base/lifetime.ts';
import { isNomadError } from '../../nomad/http/errors.ts';
import { watch } from '../../nomad/reading/watch.ts';
import type { Allocation } from '../../nomad/types/allocation.ts';
import type { Cluster } from '../../state/clusters/cluster.ts';
import { placeOf, type JobKey } from '../../state/tables/keys.ts';
import type { Place } from '../../state/tables/place.ts';
import { isAlive } from '../../state/tables/taskState.ts';
import type { AllocationState, KnownAllocation, Standing } from '../../wording/allocations/allocationState.ts';
import { mayPass } from '../mayPass.ts';
import { knownAllocation } from './knownAllocation.ts';
import { readChecks, readParts, type Parts, type PartsFrom } from './readParts.ts';
import { refusal } from './refusal.ts';
import { pollUsage } from './usagePoll.ts';

export interface StateTarget {
  readonly job: JobKey;
  /** Undefined for the region that is shown. */
  readonly region: string | undefined;
  /** A whole id. */
  readonly allocation: string;
}

/** However often an allocation changes, it is read no more often than that. */
const gapMs = 500;
/** How long the server may hold a question. */
const waitMs = 30_000;
const nothing: Parts = {
  checks: undefined,
  services: undefined,
  deployment: undefined,
  previous: undefined,
  next: undefined,
  replacedAtMs: undefined,
};

/**
 * Everything about one allocation, as it changes: read when it is asked for and, while somebody looks, after each event of it.
 * A blocking query stands in where the cluster's events don't tell of its place, and once it is over, since none tells that it
 * is collected. Checks, cpu and memory, which nothing tells of, are asked for again and again. While nobody looks nothing is.
 */
export class StateFollower implements Disposable {
  readonly #cluster: Cluster;
  readonly #target: StateTarget;
  readonly #place: Place;
  readonly #lifetime = new Lifetime();
  readonly #signal: AbortSignal;
  readonly #changed = this.#lifetime.own(new Emitter<void>());
  /** Fires with whatever is known anew. */
  readonly onDidChange: Event<void> = this.#changed.event;
  readonly #covered: boolean;
  readonly #fail: (error: unknown) => void;
  #known: KnownAllocation | undefined;
  #parts = nothing;
  #usage: AllocationState['usage'];
  #goodMs: number | undefined;
  #trouble: string | undefined;
  #gone = false;
  #wanted = false;
  #reading = false;
  #checking = false;
  #watched = false;
  /** Up to which all is known that a blocking query could tell. */
  #index: number | undefined;
  #polling: AbortController | undefined;
  #waiting: AbortController | undefined;

  /** @param fail gets faults of ours, which end the following */
  constructor(cluster: Cluster, target: StateTarget, fail: (error: unknown) => void) {
    this.#cluster = cluster;
    this.#target = target;
    this.#place = placeOf(target.job, target.region);
    this.#fail = fail;
    this.#signal = AbortSignal.any([cluster.signal, this.#lifetime.signal()]);
    this.#covered = cluster.covers(this.#place);
    this.#lifetime.onEnd(() => {
      this.#polling?.abort();
      this.#waiting?.abort();
    });
    if (this.#covered) this.#listen();
    else this.#startWaiting();
  }

  get state(): AllocationState {
    return { standing: this.#standing(), known: this.#known, ...this.#parts, usage: this.#usage };
  }

  /** Takes what was read by somebody else just now, so that it need not be waited for. */
  begin(allocation: Allocation): void {
    this.#take(allocation);
    this.#look();
  }

  /** Reads all of it now. */
  refresh(): void {
    if (this.#covered) this.#look();
  }

  /** Whether somebody looks: only then is anything asked for that was not asked for by {@link refresh}. */
  show(visible: boolean): void {
    if (this.#watched === visible) return;
    this.#watched = visible;
    this.#askOrNot();
    if (visible) this.refresh();
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #standing(): Standing {
    const { state } = this.#cluster;
    if (this.#gone) return { kind: 'collected', sinceMs: this.#goodMs };
    if (this.#trouble !== undefined) return { kind: 'stale', sinceMs: this.#goodMs, why: this.#trouble };
    if (this.#covered && (state.kind === 'stale' || state.kind === 'failed')) {
      const sinceMs = state.kind === 'stale' ? state.sinceMs : this.#goodMs;
      return {
        kind: 'stale',
        sinceMs: this.#goodMs === undefined ? undefined : sinceMs,
        why: refusal(state.error, this.#place, 'list-jobs'),
      };
    }
    return { kind: this.#known === undefined ? 'reading' : 'live' };
  }

  #listen(): void {
    const { allocation, job } = this.#target;
    const cluster = this.#cluster;
    cluster.hold(this.#signal);
    this.#lifetime.own(
      cluster.onDidChange((changes) => {
        const allocations = changes.of('allocations');
        const isOwn = allocations.has(allocation) || this.#touches(allocations);
        if (isOwn || changes.of('deployments').has(this.#deployment)) this.#heard();
      }),
    );
    let before = cluster.state.kind;
    this.#lifetime.own(
      cluster.onDidChangeState(({ kind }) => {
        // What happened while nobody was heard is to be read.
        if (kind !== before && (kind === 'live' || kind === 'polling')) this.#heard();
        before = kind;
        this.#changed.fire();
      }),
    );
    // Without events the cluster reads only those jobs again that somebody follows.
    cluster.loadJob(job, this.#signal).catch(() => undefined);
  }

  /** Whether one before or after it changed. */
  #touches(changed: ReadonlySet<string>): boolean {
    const { previousId = '', record } = this.#known ?? {};
    return changed.has(previousId) || changed.has(record?.nextAllocation ?? '');
  }

  get #deployment(): string {
    return this.#known?.record.deploymentId ?? '';
  }

  /** What is first read is read whoever looks; what is new of it, once somebody does. */
  #heard(): void {
    if (this.#watched || this.#known === undefined) this.#look();
  }

  /** Reads soon, and once more where something changes meanwhile. */
  #look(): void {
    if (this.#gone) return;
    this.#wanted = true;
    if (!this.#reading) void this.#guard(this.#readWhileWanted());
  }

  async #readWhileWanted(): Promise<void> {
    const { clock } = this.#cluster;
    const backoff = new Backoff({ baseMs: 2000, capMs: 30_000 });
    this.#reading = true;
    try {
      while (this.#wanted && !this.#gone) {
        this.#wanted = false;
        const again = await this.#read();
        if (again) this.#wanted = true;
        else backoff.reset();
        await sleep(again ? backoff.next() : gapMs, this.#signal, clock);
      }
    } finally {
      this.#reading = false;
    }
  }

  /** @returns whether to try again: it failed, and that may pass */
  async #read(): Promise<boolean> {
    try {
      const options = { ...this.#place, signal: this.#signal };
      const { value, meta } = await this.#cluster.client.allocations.read(this.#target.allocation, options);
      this.#index = meta.index;
      this.#take(value);
      await this.#readParts();
      return false;
    } catch (error) {
      return this.#failed(error);
    }
  }

  #take(allocation: Allocation): void {
    this.#known = knownAllocation(allocation);
    this.#trouble = undefined;
    this.#goodMs = this.#cluster.clock.now();
    this.#askOrNot();
    this.#changed.fire();
  }

  async #readParts(): Promise<void> {
    const known = this.#known;
    if (known === undefined) return;
    this.#parts = await readParts(this.#from, known);
    this.#changed.fire();
  }

  get #from(): PartsFrom {
    const { client, store } = this.#cluster;
    return { client, place: this.#place, store: this.#covered ? store : undefined, signal: this.#signal };
  }

  /** @returns whether it may pass. @throws what is no failure of Nomad's */
  #failed(error: unknown): boolean {
    if (isAborted(this.#signal) || !isNomadError(error)) throw error;
    if (isNomadError(error, 'notFound')) {
      this.#gone = true;
      this.#askOrNot();
    } else this.#trouble = refusal(error, this.#place);
    this.#changed.fire();
    return mayPass(error);
  }

  #askOrNot(): void {
    const known = this.#gone || !this.#watched ? undefined : this.#known;
    const isOver = known !== undefined && !isAlive(known.record);
    if (known === undefined || isOver) {
      this.#polling?.abort();
      this.#polling = undefined;
    } else this.#startPolling();
    if (known !== undefined && (isOver || !this.#covered)) this.#startWaiting();
    else if (this.#known !== undefined) {
      this.#waiting?.abort();
      this.#waiting = undefined;
    }
  }

  #startPolling(): void {
    if (this.#polling !== undefined) return;
    const stop = new AbortController();
    this.#polling = stop;
    void this.#guard(this.#poll(AbortSignal.any([this.#signal, stop.signal])));
  }

  #startWaiting(): void {
    if (this.#waiting !== undefined) return;
    const stop = new AbortController();
    this.#waiting = stop;
    void this.#guard(this.#waitForMore(AbortSignal.any([this.#signal, stop.signal])));
  }

  /** By blocking queries, one after the other. */
  async #waitForMore(signal: AbortSignal): Promise<void> {
    const { client, clock } = this.#cluster;
    const read = (options: object) => client.allocations.read(this.#target.allocation, { ...options, ...this.#place });
    const again = (error: unknown) => this.#failed(error);
    for await (const { value, meta } of watch(read, { signal, index: this.#index, waitMs, again, clock })) {
      this.#index = meta.index;
      this.#take(value);
      await this.#readParts();
      await sleep(gapMs, signal, clock).catch(() => undefined);
    }
  }

  async #poll(signal: AbortSignal): Promise<void> {
    const { client, clock } = this.#cluster;
    await pollUsage(
      {
        ...{ client, clock, id: this.#target.allocation, place: this.#place },
        take: (usage, error) => {
          this.#usage = usage;
          this.#changed.fire();
          // The node knows of it no more, or can't be reached: the servers say which.
          if (isNomadError(error, 'notFound')) this.refresh();
          else void this.#guard(this.#readChecks());
        },
      },
      this.#usage,
      signal,
    );
  }

  async #readChecks(): Promise<void> {
    const known = this.#known;
    if (known === undefined || this.#reading || this.#checking) return;
    this.#checking = true;
    try {
      const checks = await readChecks(this.#from, known);
      if (this.#known !== known) return;
      this.#parts = { ...this.#parts, checks };
      this.#changed.fire();
    } finally {
      this.#checking = false;
    }
  }

  /** Never rejects. */
  async #guard(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (isAborted(this.#signal) || isNomadError(error)) return;
      this.#trouble = 'an unexpected error in the extension; the log says more';
      this.#fail(error);
      this.#changed.fire();
    }
  }
}
