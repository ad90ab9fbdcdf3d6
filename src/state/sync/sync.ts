import { isAborted } from '../../base/cancel.ts';
import { Backoff } from '../../base/backoff.ts';
import type { Clock } from '../../base/clock.ts';
import { sleep } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { isNomadError } from '../../nomad/http/errors.ts';
import { watch } from '../../nomad/reading/watch.ts';
import type { EventBatch } from '../../nomad/types/event.ts';
import { BackgroundReads } from './backgroundReads.ts';
import { Changes } from '../tables/changes.ts';
import type { ChangeSet } from '../tables/changes.ts';
import type { SyncStatus } from './clusterState.ts';
import { applyBatch } from './eventChanges.ts';
import { eventQuestions } from './eventQuestions.ts';
import type { BackgroundQuestions } from './eventQuestions.ts';
import { EventStream } from './eventStream.ts';
import { asNomadError, logFault } from './failures.ts';
import { leaderSeenMs } from './leader.ts';
import type { JobKey } from '../tables/keys.ts';
import { SyncStatusTracker, momentMs } from './syncStatus.ts';
import type { JobList } from './jobList.ts';
import type { Loader } from './loader.ts';
import { Namespaces } from './namespaces.ts';
import type { PlacedClient } from '../tables/placedClient.ts';
import type { JobRecord } from '../tables/records.ts';
import type { Store } from '../tables/store.ts';
import { Rest, Wake } from './wake.ts';

export interface SyncOptions {
  readonly client: PlacedClient;
  readonly namespace: string;
  readonly store: Store;
  readonly loader: Loader;
  readonly list: JobList;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly onChanges: (changes: ChangeSet) => void;
  readonly onStatus: () => void;
  /** Jobs that the list of jobs may leave out, because they are listed in another way. */
  readonly listedSeparately: (job: JobRecord) => boolean;
  /** Jobs whose allocations are read again by themselves. */
  readonly follows: (job: JobKey) => boolean;
  /**
   * Called after the jobs were listed, to read the rest again: what belongs to the `changed` jobs, or everything where
   * undefined.
   */
  readonly onListed: (changed: ChangeSet | undefined, signal: AbortSignal) => Promise<void>;
  readonly allAllocations: () => boolean;
}

/**
 * A server that has lost its leader still sends heartbeats but no events, so it is asked this often whether it has one,
 * and once more shortly after a "no", since electing a new leader takes only a moment.
 */
const leaderCheckMs = 15_000;
/** No event says that Nomad garbage-collected a job, so the jobs are listed this often even with events. */
const liveRelistMs = 10 * 60_000;
/** How often the jobs are listed without events, and how soon after the last list at the earliest. */
const pollMs = 10_000;
const pollGapMs = 2000;
const deniedPauseMs = 30_000;
/** New namespaces are collected for a moment, and the stream is not reopened for them more often than this. */
const togetherMs = 500;
const reopenGapMs = 5000;

/**
 * Keeps the store in step with the cluster: it lists the jobs and opens the event stream at the same time, then lists
 * again whenever that is needed: after a reconnect or a missed event, for garbage-collected jobs, and for agents
 * without events.
 */
export class Sync {
  readonly #options: SyncOptions;
  readonly #stream: EventStream;
  readonly #background: BackgroundReads;
  readonly #wake: Wake;
  readonly #questions: BackgroundQuestions;
  readonly #status: SyncStatusTracker;
  /** Only where the stream is of all namespaces. */
  readonly #namespaces: Namespaces | undefined;
  readonly #rest = new Rest();
  /** Until there are rows, whose index is where the stream begins. */
  readonly #untilRows = new Rest();
  #wanted = false;
  #waiters: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  #listIndex = 0;
  #listTookMs = 0;
  #wasLive = false;
  #pollIndex = 0;
  #reopenedMs = 0;
  /** When the server was last known to follow its leader. */
  #ledMs = 0;

  constructor(options: SyncOptions) {
    this.#options = options;
    const { client, store, loader, namespace, clock, log, signal, onChanges, onStatus } = options;
    const wants = () => {
      this.#want();
    };
    this.#wake = new Wake(clock);
    this.#untilRows.set(true);
    this.#background = new BackgroundReads({ signal, clock, log });
    const background = this.#background;
    this.#questions = eventQuestions({ store, loader, background, clock, log, onChanges, onLost: wants });
    this.#status = new SyncStatusTracker({ clock, signal, onStatus, onUnsure: wants });
    const onNew = () => {
      this.#reopen();
    };
    this.#namespaces = namespace === '*' ? new Namespaces({ client, clock, log, signal, onNew }) : undefined;
    this.#stream = this.#makeStream();
  }

  get status(): SyncStatus {
    return this.#status.now;
  }

  /** Whether events of this namespace arrive, or its jobs are in the lists that stand for them. */
  covers(namespace: string): boolean {
    if (this.#namespaces === undefined) return namespace === this.#options.namespace;
    return this.status.stream.kind !== 'open' || this.#namespaces.hears(namespace);
  }

  /** Runs until the signal aborts. */
  async run(): Promise<void> {
    await Promise.all([this.#list(), this.#listen(), this.#namespaces?.run()]);
    const { signal } = this.#options;
    for (const waiter of this.#waiters.splice(0)) waiter.reject(signal.reason);
  }

  /** Asks nothing for a while, or goes on from where it was. */
  set resting(resting: boolean) {
    if (this.#rest.resting === resting) return;
    if (resting) this.#wasLive = this.status.stream.kind === 'open' && this.status.stream.caughtUp;
    this.#rest.set(resting);
    if (this.#namespaces !== undefined && resting) this.#namespaces.open = false;
    this.#status.rest(resting);
    this.#stream.resting = resting;
    this.#wake.fire();
  }

  /** Tries at once what waits to be tried again. */
  retry(): void {
    const { stream, listError } = this.status;
    if (stream.kind === 'none') this.#stream.retry();
    if (stream.kind === 'none' || listError !== undefined) this.#wake.fire();
  }

  /** Lists everything now; settles with that list. */
  refresh(): Promise<void> {
    const done = new Promise<void>((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
    });
    this.#want();
    this.#stream.retry();
    return done;
  }

  #want(): void {
    this.#wanted = true;
    this.#wake.fire();
  }

  async #listen(): Promise<void> {
    await Promise.all([this.#namespaces?.first(), this.#untilRows.over(this.#options.signal)]);
    await this.#stream.run();
  }

  #makeStream(): EventStream {
    const { client, namespace, clock, log, signal } = this.#options;
    return new EventStream({
      ...{ client, namespace, clock, log, signal },
      onConnect: () => this.#namespaces?.opening(),
      onOpen: (joins) => {
        if (this.#status.opened(joins)) this.#missed();
        if (this.#namespaces !== undefined) this.#namespaces.open = true;
        this.#wake.fire();
      },
      onJoined: (whole) => {
        this.#status.joined(whole);
        if (!whole) this.#missed();
      },
      onHeard: () => {
        this.#status.heard();
      },
      onBatch: (batch) => {
        this.#apply(batch);
      },
      onUnreadable: (reason) => {
        this.#questions.unreadable(null, reason);
      },
      onEnd: (error, again) => {
        if (this.#namespaces !== undefined) this.#namespaces.open = false;
        this.#status.ended(error, again);
        this.#wake.fire();
      },
    });
  }

  /** Something may have happened that nobody heard of. */
  #missed(): void {
    // The cluster may have been set up anew since the list, so its indexes can't be compared.
    this.#listIndex = 0;
    this.#want();
  }

  async #list(): Promise<void> {
    const { signal, log } = this.#options;
    const backoff = new Backoff({ baseMs: 1000, capMs: 30_000 });
    let everything = true;
    for (;;) {
      await this.#rest.over(signal);
      if (isAborted(signal)) return;
      const waiters = this.#waiters.splice(0);
      this.#wanted = false;
      try {
        await this.#listOnce(everything);
        backoff.reset();
        for (const waiter of waiters) waiter.resolve();
        everything = await this.#untilNext();
      } catch (error) {
        for (const waiter of waiters) waiter.reject(error);
        if (isAborted(signal)) return;
        if (!isNomadError(error)) logFault(log, 'The jobs could not be listed', error);
        const lost = isNomadError(error, 'noLeader');
        this.#status.listFailed(asNomadError(error), lost ? this.#ledMs : undefined);
        everything = true;
        // A server without a leader holds the request for some seconds anyway.
        const pauseMs = lost ? momentMs : backoff.next();
        await this.#wake.wait(isNomadError(error, 'denied') ? deniedPauseMs : pauseMs, signal);
      }
    }
  }

  async #listOnce(everything: boolean): Promise<void> {
    const { list, signal, clock, store, listedSeparately, follows, onChanges, onListed } = this.#options;
    const asked = this.#status.ask();
    const isFirst = !this.status.loaded;
    const wasPartial = list.isPartial;
    const all = new Changes();
    const further = (changes: ChangeSet) => {
      all.add(changes);
      onChanges(changes);
    };
    await list.read(
      signal,
      { listedSeparately, follows },
      {
        first: (changes, index) => {
          further(changes);
          this.#listIndex = index;
          this.#ledMs = asked.ms;
          if (!isFirst) return;
          this.#stream.startAt(index);
          this.#status.listed(asked);
          this.#untilRows.set(false);
        },
        further,
      },
    );
    // Views tell how many jobs there are only from now on.
    if (wasPartial) onChanges(new Changes().markList('jobs'));
    this.#listTookMs = clock.now() - asked.ms;
    this.#questions.listed();
    this.#namespaces?.listed(store.jobs.values());
    if (!isFirst) this.#status.listed(asked);
    await onListed(everything ? undefined : all, signal);
  }

  /** Waits until the jobs have to be listed again; true where everything else has to be, too. */
  async #untilNext(): Promise<boolean> {
    const { signal, clock } = this.#options;
    const relistMs = clock.now() + liveRelistMs;
    for (;;) {
      if (signal.aborted || this.#isWanted()) return true;
      const { kind } = this.status.stream;
      if (kind === 'resting') {
        await this.#rest.over(signal);
        // A stream that goes on shows whether anything is missing; without one a list has to.
        if (!this.#wasLive) return true;
      } else if (kind === 'open') {
        if (await this.#wake.wait(leaderCheckMs, signal)) continue;
        if (clock.now() >= relistMs) return true;
        this.#ledMs = (await leaderSeenMs(this.#options)) ?? this.#ledMs;
      } else if (kind !== 'none') {
        // Who rests wakes this one.
        if (!(await this.#wake.wait(pollMs, signal))) return true;
      } else if (!(await this.#wake.wait(this.#pollGapMs(), signal))) {
        await this.#untilChange();
        return this.#isWanted();
      }
    }
  }

  /** A list that takes long is not made over and over. */
  #pollGapMs(): number {
    return Math.max(pollGapMs, 4 * this.#listTookMs);
  }

  /** A method, since the answer changes while this class waits. */
  #isWanted(): boolean {
    return this.#wanted;
  }

  /** Waits for a change of a job by a blocking query, which ends early when somebody wants a list. */
  async #untilChange(): Promise<void> {
    const { loader, signal, clock } = this.#options;
    const waitMs = pollMs - pollGapMs;
    const waiting = new AbortController();
    const woken = this.#wake.wait(waitMs, signal).then(() => {
      waiting.abort();
    });
    const index = Math.max(this.#pollIndex, this.#listIndex);
    try {
      const options = { signal: waiting.signal, index, waitMs, clock };
      for await (const { meta } of watch((read) => loader.jobIndex(read), options)) {
        this.#pollIndex = meta.index;
        this.#wake.fire();
        break;
      }
    } catch {
      // The list that follows says what is wrong; it must not follow at once, over and over.
      this.#pollIndex = 0;
    }
    await woken;
  }

  /** Opens the stream anew, so that it tells of the namespaces that were made since. */
  #reopen(): void {
    const { clock } = this.#options;
    this.#background.add('open the event stream for new namespaces', async (signal) => {
      const pauseMs = Math.max(togetherMs, this.#reopenedMs + reopenGapMs - clock.now());
      await sleep(Math.min(pauseMs, reopenGapMs), signal, clock);
      if (this.#namespaces?.behind !== true) return;
      this.#reopenedMs = clock.now();
      this.#stream.reopen();
    });
  }

  #apply(batch: EventBatch): void {
    const { store, log, list, onChanges, allAllocations } = this.#options;
    const [questions, listIndex] = [this.#questions, this.#listIndex];
    const { isPartial } = list;
    try {
      onChanges(applyBatch(batch, { store, questions, listIndex, isPartial, allAllocations: allAllocations() }));
    } catch (error) {
      // This is our fault, not Nomad's answer: the stream goes on, and a list sets things right.
      logFault(log, 'Events could not be brought in', error);
      this.#questions.unreadable(null, 'it could not be brought in');
    }
  }
}
