import { Backoff } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import { sleep } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { NomadClient } from '../nomad/client.ts';
import { isNomadError, NomadError } from '../nomad/errors.ts';
import type { EventBatch } from '../nomad/types/event.ts';
import { Asides } from './asides.ts';
import { Changes } from './changes.ts';
import type { ChangeSet } from './changes.ts';
import type { Knowledge } from './clusterState.ts';
import { applyBatch } from './eventChanges.ts';
import type { EventQuestions } from './eventChanges.ts';
import { asNomadError, EventStream, isRefused } from './eventStream.ts';
import type { Loader } from './loader.ts';
import { parseJobKey } from './keys.ts';
import type { JobRecord } from './records.ts';
import type { Store } from './store.ts';
import { jobRecord } from './jobRecords.ts';
import { Wake } from './wake.ts';

export interface SyncOptions {
  readonly client: NomadClient;
  readonly namespace: string;
  readonly store: Store;
  readonly loader: Loader;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly onChanges: (changes: ChangeSet) => void;
  readonly onKnowledge: () => void;
  /** Jobs that the list of jobs need not name, since they are followed by themselves. */
  readonly keep: (job: JobRecord) => boolean;
  /** What else is to be read again once the jobs were; `changed` is what they changed, or nothing for everything. */
  readonly onListed: (changed: ChangeSet | undefined, signal: AbortSignal) => Promise<void>;
  readonly allAllocations: () => boolean;
}

/** Rows of jobs that Nomad collected are only missed by a list, so one is made this often even with events. */
const liveRelistMs = 10 * 60_000;
/** How often the jobs are listed without events, and how soon after the last list at the earliest. */
const pollMs = 10_000;
const pollGapMs = 2000;
const deniedPauseMs = 30_000;
/** A stream that opens this much later than the jobs were listed may have missed something. */
const openingSlackMs = 2000;
/** Events that come before the first list wait for it; beyond so many, the list is made again instead. */
const maxEarly = 5000;

/**
 * Keeps the store like the cluster: a list of jobs and the event stream at the same time, then whatever the lists are
 * needed for: a reconnect, a missed event, jobs that were collected, agents without events.
 */
export class Sync {
  readonly #options: SyncOptions;
  readonly #stream: EventStream;
  readonly #asides: Asides;
  readonly #wake: Wake;
  readonly #questions: EventQuestions;
  #early: EventBatch[] | undefined = [];
  #wanted = false;
  #waiters: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  #listIndex = 0;
  #listedMs = 0;
  #pollIndex = 0;
  #wasOpen = false;
  #knowledge: Knowledge;

  constructor(options: SyncOptions) {
    this.#options = options;
    const { client, namespace, clock, log, signal } = options;
    this.#wake = new Wake(clock);
    this.#asides = new Asides({ signal, clock, log });
    this.#questions = this.#makeQuestions();
    this.#knowledge = { loaded: false, goodMs: clock.now(), stream: { kind: 'opening' } };
    const onOpen = () => {
      this.#onOpen();
    };
    const onBatch = (batch: EventBatch) => {
      this.#onBatch(batch);
    };
    const onEnd = (error: NomadError, failures: number) => {
      this.#onStreamEnd(error, failures);
    };
    this.#stream = new EventStream({ client, namespace, clock, log, signal, onOpen, onBatch, onEnd });
  }

  get knowledge(): Knowledge {
    return this.#knowledge;
  }

  /** Runs until the signal aborts. */
  async run(): Promise<void> {
    await Promise.all([this.#list(), this.#stream.run()]);
    const { signal } = this.#options;
    for (const waiter of this.#waiters.splice(0)) waiter.reject(signal.reason);
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

  #know(part: Partial<Knowledge>): void {
    this.#knowledge = { ...this.#knowledge, ...part };
    this.#options.onKnowledge();
  }

  async #list(): Promise<void> {
    const { signal } = this.#options;
    const backoff = new Backoff({ baseMs: 1000, capMs: 30_000 });
    let everything = true;
    while (!signal.aborted) {
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
        this.#know({ listError: asNomadError(error) });
        everything = true;
        await this.#wake.wait(isNomadError(error, 'denied') ? deniedPauseMs : backoff.next(), signal);
      }
    }
  }

  async #listOnce(everything: boolean): Promise<void> {
    const { loader, signal, keep, onChanges, onListed, clock } = this.#options;
    const { changes, index } = await loader.jobs(signal, keep);
    this.#listIndex = index;
    this.#listedMs = clock.now();
    onChanges(changes);
    this.#applyEarly();
    const { stream } = this.#knowledge;
    this.#know({
      loaded: true,
      listError: undefined,
      goodMs: clock.now(),
      stream: stream.kind === 'none' ? { ...stream, listedSince: true } : stream,
    });
    await onListed(everything ? undefined : changes, signal);
  }

  /** Waits until the jobs have to be listed again; true where everything else has to be, too. */
  async #untilNext(): Promise<boolean> {
    const { signal } = this.#options;
    for (;;) {
      if (signal.aborted || this.#isWanted()) return true;
      const { kind } = this.#knowledge.stream;
      if (kind === 'opening') {
        if (!(await this.#wake.wait(openingSlackMs, signal))) this.#onStreamLate();
      } else if (kind !== 'none') {
        const early = await this.#wake.wait(kind === 'open' ? liveRelistMs : pollMs, signal);
        if (!early) return true;
      } else if (!(await this.#wake.wait(pollGapMs, signal))) {
        await this.#untilChange();
        return this.#isWanted();
      }
    }
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
    const woken = this.#wake.wait(waitMs + 2000, signal).then(() => {
      waiting.abort();
    });
    try {
      const index = Math.max(this.#pollIndex, this.#listIndex);
      this.#pollIndex = await loader.change(index, waitMs, waiting.signal);
      this.#wake.fire();
    } catch {
      // The list that follows says what is wrong; it must not follow at once, over and over.
      this.#pollIndex = 0;
      if (!waiting.signal.aborted) await sleep(waitMs, waiting.signal, clock).catch(() => undefined);
    }
    await woken;
  }

  #onOpen(): void {
    const { clock } = this.#options;
    const late = this.#knowledge.loaded && clock.now() - this.#listedMs > openingSlackMs;
    // A server replays only what it still has, and says nothing of what it has not.
    if (this.#wasOpen || late) this.#want();
    this.#wasOpen = true;
    this.#know({ stream: { kind: 'open' } });
    this.#wake.fire();
  }

  /** A server that denies the stream may be silent for long before it says so; the lists have to do meanwhile. */
  #onStreamLate(): void {
    if (this.#knowledge.stream.kind !== 'opening') return;
    const error = new NomadError('timeout', 'The event stream has not answered yet.', { path: '/v1/event/stream' });
    this.#know({ stream: { kind: 'none', error, listedSince: true } });
  }

  #onStreamEnd(error: NomadError, failures: number): void {
    const { stream } = this.#knowledge;
    const was = stream.kind === 'open' ? { goodMs: this.#options.clock.now() } : {};
    if (isRefused(error) || failures > 0) {
      const listedSince = stream.kind === 'none' ? stream.listedSince : this.#knowledge.loaded && isRefused(error);
      // Whether the lists still work is what tells a broken stream from a broken connection.
      if (stream.kind !== 'none' && !listedSince && this.#knowledge.loaded) this.#wanted = true;
      this.#know({ ...was, stream: { kind: 'none', error, listedSince } });
      this.#wake.fire();
    } else {
      this.#know({ ...was, stream: { kind: 'dropped' } });
    }
  }

  #onBatch(batch: EventBatch): void {
    if (this.#early === undefined) this.#apply(batch);
    else if (this.#early.length < maxEarly) this.#early.push(batch);
    else this.#want();
  }

  /** Brings in what came while the first list was under way; the list has what is older. */
  #applyEarly(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const batch of early) if (batch.Index > this.#listIndex) this.#apply(batch);
  }

  #apply(batch: EventBatch): void {
    const { store, onChanges, allAllocations } = this.#options;
    onChanges(applyBatch(batch, { store, questions: this.#questions, allAllocations: allAllocations() }));
  }

  #makeQuestions(): EventQuestions {
    const { client, store, loader, onChanges } = this.#options;
    return {
      jobMayBeGone: (key, index) => {
        this.#asides.add(`read the job ${key} again`, async (signal) => {
          const { namespace, id } = parseJobKey(key);
          try {
            const { value } = await client.jobs.read(id, { namespace, signal });
            onChanges(store.applyJob(jobRecord(value)));
          } catch (error) {
            if (!isNomadError(error, 'notFound')) throw error;
            // It may have been registered anew since the question was asked.
            const known = store.jobs.get(key);
            onChanges(known !== undefined && known.modifyIndex > index ? new Changes() : store.removeJob(key, index));
          }
        });
      },
      runsChanged: (parent) => {
        if (!store.jobs.has(parent)) return;
        this.#asides.add(`count the runs of ${parent}`, async (signal) => {
          onChanges(await loader.runCounts(parent, signal));
        });
      },
      allocationsUnknown: (key) => {
        this.#asides.add(`list the allocations of ${key}`, async (signal) => {
          onChanges(await loader.allocationsOf(key, signal));
        });
      },
    };
  }
}

function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
