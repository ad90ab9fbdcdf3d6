import type { Clock } from '../../base/clock.ts';
import { Lifetime } from '../../base/lifetime.ts';
import type { Cluster } from '../../state/clusters/cluster.ts';
import { allocationRecord } from '../../state/tables/allocationRecords.ts';
import { placeOf } from '../../state/tables/keys.ts';
import type { AllocationRecord } from '../../state/tables/records.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';
import { isAlive } from '../../state/tables/taskState.ts';
import { clean } from '../../state/tables/wire.ts';
import { readAllocation } from '../allocations.ts';
import { JobByReads, liveJobOf } from '../liveJob.ts';
import type { LiveJob } from '../liveJob.ts';
import { followTask } from './followTask.ts';
import { Slots } from '../../base/slots.ts';
import { logsOf, nameOf, taskLife, tasksOf } from './taskLife.ts';
import type {
  FollowedLog,
  FollowLogsOptions,
  LogFollower,
  LogNote,
  LogPosition,
  LogStart,
  LogTarget,
  TaskLog,
} from './types.ts';

/**
 * So many logs are read at once. An agent closes what goes beyond 100 connections of one address
 * (`http_max_conns_per_client`), and the window needs some itself.
 */
export const maxConnections = 64;
const defaultTailBytes = 64 * 1024;
/** Where nothing of a job runs any more, the logs of its last allocations are read. */
const lastAllocations = 5;

/** What following stands on; a cluster has all of it. */
export interface LogSurroundings {
  readonly client: PlacedClient;
  readonly sight: LiveJob;
  readonly clock: Clock;
  /** Ends it as its disposal does. */
  readonly signal: AbortSignal;
  readonly maxConnections?: number | undefined;
}

/**
 * Follows the logs of a job, a group, an allocation or a task together, by arrival. Allocations that are placed later join
 * by themselves; those that are over end with a note of how.
 */
export function followLogs(cluster: Cluster, target: LogTarget, options: FollowLogsOptions): LogFollower {
  const { client, clock, signal } = cluster;
  const { job, region } = target;
  const sight = cluster.covers(placeOf(job, region))
    ? liveJobOf(cluster, job)
    : new JobByReads(client, job, region, clock);
  return followLogsOf({ client, sight, clock, signal }, target, options);
}

/** As {@link followLogs}, with what a cluster has. */
export function followLogsOf(
  surroundings: LogSurroundings,
  target: LogTarget,
  options: FollowLogsOptions,
): LogFollower {
  return new JobLogs(surroundings, target, options);
}

interface Followed {
  readonly source: TaskLog;
  state: FollowedLog['state'];
  from: LogStart | LogPosition;
  /** As it was when it was last looked at. */
  restarts: number;
  /** Whether the task was over since it is not followed any more. What may not be read stays so as long as it runs. */
  wasOver: boolean;
  stop: AbortController | undefined;
}

class JobLogs implements LogFollower {
  readonly #surroundings: LogSurroundings;
  readonly #target: LogTarget;
  readonly #options: FollowLogsOptions;
  readonly #lifetime = new Lifetime();
  readonly #signal: AbortSignal;
  readonly #slots: Slots;
  readonly #followed = new Map<string, Followed>();
  /** Allocations that were over at the start and are none of the last. */
  readonly #passed = new Set<string>();
  readonly ended: Promise<void>;
  #end: () => void = () => undefined;
  #accept: (source: TaskLog) => boolean = () => true;
  /** The first allocations are known: those that come later are new. */
  #begun = false;
  #queued = 0;
  #alone: AllocationRecord | undefined;
  #telling = false;

  constructor(surroundings: LogSurroundings, target: LogTarget, options: FollowLogsOptions) {
    this.#surroundings = surroundings;
    this.#target = target;
    this.#options = options;
    this.#slots = new Slots(surroundings.maxConnections ?? maxConnections);
    this.#signal = AbortSignal.any([surroundings.signal, this.#lifetime.signal()]);
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#signal.addEventListener('abort', this.#end, { once: true });
    this.#lifetime.own(
      surroundings.sight.onDidChange((changes) => {
        // Lists that come before tell of allocations, and not what they are called.
        if (this.#begun && changes.of('jobs').has(target.job)) this.#look();
      }),
    );
    this.#begin().catch((error: unknown) => {
      if (!this.#signal.aborted) this.#say({ kind: 'failed', text: `The logs are not followed: ${reasonOf(error)}` });
    });
  }

  get sources(): readonly FollowedLog[] {
    return [...this.#followed.values()].map(({ source, state }) => ({ source, state }));
  }

  choose(accept: (source: TaskLog) => boolean): void {
    this.#accept = accept;
    for (const one of this.#followed.values()) {
      const wanted = accept(one.source);
      if (!wanted && (one.state === 'following' || one.state === 'queued')) this.#rest(one);
      else if (wanted && one.state === 'left out') this.#start(one);
    }
    this.#tell();
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  async #begin(): Promise<void> {
    const { sight } = this.#surroundings;
    try {
      await sight.readNow(this.#signal);
    } catch (error) {
      if (this.#signal.aborted) return;
      // It is read again while it is followed; what is known until then may be enough.
      this.#say({ kind: 'lost', text: `The allocations can't be read: ${reasonOf(error)}` });
    }
    await this.#readAlone();
    this.#look();
    this.#begun = true;
    this.#endIfOver();
    sight.follow(this.#signal).catch((error: unknown) => {
      if (this.#signal.aborted) return;
      this.#say({ kind: 'failed', text: `New allocations can't be seen: ${reasonOf(error)}` });
    });
  }

  /** Reads an allocation by itself, where its job is gone or may not be read. */
  async #readAlone(): Promise<void> {
    const { client, sight } = this.#surroundings;
    const { allocation, job, region } = this.#target;
    if (allocation === undefined || sight.store.allocations.has(allocation)) return;
    try {
      const read = await readAllocation(client, allocation, placeOf(job, region), this.#signal);
      this.#alone = allocationRecord(read, 0);
    } catch (error) {
      if (this.#signal.aborted) return;
      this.#say({ kind: 'failed', text: `The allocation ${allocation.slice(0, 8)} can't be read: ${reasonOf(error)}` });
    }
  }

  /** Takes up what is new, and what runs again. */
  #look(): void {
    if (this.#signal.aborted) return;
    const { store } = this.#surroundings.sight;
    const { group, allocation: wanted } = this.#target;
    const listed = store.allocationsOf(this.#target.job);
    const all = this.#alone === undefined ? listed : [...listed.filter(({ id }) => id !== wanted), this.#alone];
    const fitting = all.filter((one) => (group ?? one.group) === one.group && (wanted ?? one.id) === one.id);
    if (!this.#begun) this.#passOver(fitting);
    for (const allocation of fitting) if (!this.#passed.has(allocation.id)) this.#lookAt(allocation);
    for (const one of this.#followed.values()) this.#lookAgain(one);
    this.#tell();
  }

  /** Leaves out what was over at the start, unless that is all there is. */
  #passOver(allocations: readonly AllocationRecord[]): void {
    this.#passed.clear();
    if (this.#target.allocation !== undefined) return;
    const over = allocations.filter((one) => !isAlive(one) && one.clientStatus !== 'unknown');
    const kept = over.length < allocations.length ? [] : [...over].sort(newestFirst).slice(0, lastAllocations);
    for (const one of over) if (!kept.includes(one)) this.#passed.add(one.id);
  }

  #lookAt(allocation: AllocationRecord): void {
    const { store } = this.#surroundings.sight;
    const { region, task, streams = ['stdout', 'stderr'] } = this.#target;
    const tasks = tasksOf(store, allocation).filter((name) => (task ?? name) === name);
    const joins =
      this.#begun && ![...this.#followed.values()].some(({ source }) => source.allocation === allocation.id);
    const fresh = logsOf(allocation, { region, tasks }, streams).filter(({ key }) => !this.#followed.has(key));
    const [first] = fresh;
    if (first === undefined) return;
    if (joins) this.#say({ kind: 'joined', source: first, text: joinedText(first, allocation) });
    for (const source of fresh) this.#add(source, joins);
  }

  #add(source: TaskLog, isNew: boolean): void {
    const { from = { tailBytes: defaultTailBytes }, positions } = this.#options;
    const start = positions?.get(source.key) ?? (isNew ? 'start' : from);
    const { restarts } = taskLife(this.#surroundings.sight.store, source);
    const one: Followed = { source, state: 'left out', from: start, restarts, wasOver: false, stop: undefined };
    this.#followed.set(source.key, one);
    if (this.#accept(source)) this.#start(one);
  }

  #lookAgain(one: Followed): void {
    const life = taskLife(this.#surroundings.sight.store, one.source);
    if (life.restarts > one.restarts) {
      one.restarts = life.restarts;
      // Both of its logs go on; one mark is enough.
      if (one.source.stream === this.#markedStream)
        this.#say({ kind: 'restarted', source: one.source, text: restartText(one.source, life.restarts) });
    }
    if (one.state !== 'ended') return;
    if (life.phase === 'over') one.wasOver = true;
    // A task that was over may be started by hand.
    else if (one.wasOver && life.phase === 'running' && this.#accept(one.source)) this.#start(one);
  }

  get #markedStream() {
    const { streams } = this.#target;
    return streams?.[0] ?? 'stdout';
  }

  #start(one: Followed): void {
    const stop = new AbortController();
    one.stop = stop;
    one.wasOver = false;
    one.state = 'queued';
    const signal = AbortSignal.any([this.#signal, stop.signal]);
    const over = taskLife(this.#surroundings.sight.store, one.source).phase === 'over';
    void this.#slots
      .use(signal, over ? 'later' : 'soon', () => this.#follow(one, signal))
      .catch((error: unknown) => {
        if (signal.aborted) return;
        this.#say({
          kind: 'failed',
          source: one.source,
          text: `${nameOf(one.source)} is not followed: ${reasonOf(error)}`,
        });
      })
      .finally(() => {
        if (one.stop !== stop || this.#signal.aborted) return;
        one.state = 'ended';
        one.wasOver = taskLife(this.#surroundings.sight.store, one.source).phase === 'over';
        one.stop = undefined;
        this.#tell();
        this.#endIfOver();
      });
  }

  async #follow(one: Followed, signal: AbortSignal): Promise<void> {
    const { client, sight, clock } = this.#surroundings;
    const { take } = this.#options;
    one.state = 'following';
    this.#tell();
    const life = () => taskLife(sight.store, one.source);
    const shares = () => this.#slots.used;
    const following = { client, log: one.source, from: one.from, signal, clock, take, life, shares };
    const position = await followTask({ ...following, onDidChangeLife: sight.onDidChange });
    one.from = position ?? one.from;
  }

  #rest(one: Followed): void {
    one.state = 'left out';
    one.stop?.abort();
    one.stop = undefined;
  }

  /** Tells once of what happens at once. */
  #tell(): void {
    if (this.#telling) return;
    this.#telling = true;
    queueMicrotask(() => {
      this.#telling = false;
      if (!this.#signal.aborted) this.#tellNow();
    });
  }

  #tellNow(): void {
    const { sources } = this;
    const queued = sources.filter(({ state }) => state === 'queued').length;
    if (queued > 0 && queued > this.#queued) {
      const text = `${String(queued)} of ${String(sources.length)} logs wait: at most ${String(this.#slots.size)} are read at once`;
      this.#say({ kind: 'queued', text });
    }
    this.#queued = queued;
    this.#options.onSources?.(sources);
  }

  #endIfOver(): void {
    if (!this.#begun || this.#target.allocation === undefined) return;
    if ([...this.#followed.values()].every(({ state }) => state === 'ended')) this.#end();
  }

  #say(note: Omit<LogNote, 'atMs'>): void {
    this.#options.take([{ atMs: this.#surroundings.clock.now(), ...note }]);
  }
}

function newestFirst(a: AllocationRecord, b: AllocationRecord): number {
  return (b.createIndex ?? 0) - (a.createIndex ?? 0);
}

function joinedText(source: TaskLog, { nodeName, id }: AllocationRecord): string {
  const where = nodeName === undefined ? '' : ` on ${clean(nodeName)}`;
  const short = id.slice(0, 8);
  return source.name === short ? `${short} joined${where}` : `${source.name} (${short}) joined${where}`;
}

function restartText(source: TaskLog, restarts: number): string {
  return `${nameOf(source)} was started again (restart ${String(restarts)})`;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? clean(error.message).replace(/\.$/, '') : 'unknown';
}
