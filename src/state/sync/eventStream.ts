import { isAborted } from '../../base/cancel.ts';
import { Backoff } from '../../base/backoff.ts';
import type { Clock } from '../../base/clock.ts';
import type { Disposable } from '../../base/lifetime.ts';
import type { Log } from '../../base/log.ts';
import { isNomadError, NomadError } from '../../nomad/http/errors.ts';
import type { EventBatch } from '../../nomad/types/event.ts';
import type { PlacedClient } from '../tables/placedClient.ts';
import { asNomadError, logFault } from './failures.ts';
import { StreamPosition } from './streamPosition.ts';
import { Rest, Wake } from './wake.ts';

export interface EventStreamOptions {
  readonly client: PlacedClient;
  readonly namespace: string;
  /** What it is about; jobs and what belongs to them by default. */
  readonly topics?: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** The stream is about to be asked for. */
  readonly onConnect: () => void;
  /**
   * The stream is open; the first line has come.
   *
   * @param joins how it goes on from what is known: `repeats` where it shows soon by repeating a line whether anything
   *   is missing, `anew` for a place or namespaces that nobody listened to
   */
  readonly onOpen: (joins: 'first' | 'repeats' | 'anew') => void;
  /**
   * Whether the server still had everything since the place that was asked for. Told once for each stream, with its first
   * lines or a moment later.
   */
  readonly onJoined: (whole: boolean) => void;
  /** Something came: a line, a part of one, or a heartbeat. */
  readonly onHeard: () => void;
  readonly onBatch: (batch: EventBatch) => void;
  /** A line came that can't be brought in at all. */
  readonly onUnreadable: (reason: string) => void;
  /** @param again whether it is likely to be open again in a moment */
  readonly onEnd: (error: NomadError, again: boolean) => void;
}

const jobTopics = ['Job', 'Allocation', 'Deployment', 'Evaluation'];

/** A stream that is refused is asked for again this much later: a proxy or a right may have changed. */
const refusedPauseMs = 5 * 60_000;
/** Newer servers refuse by silence, and so may a connection that was cut at the wrong moment. */
const silentRefusalPauseMs = 30_000;
/** A stream that ended sooner than this was no success. */
const steadyMs = 30_000;
/** After that a stream that keeps ending soon counts as open. */
const provenMs = 10_000;
/** Servers send a heartbeat every 30 seconds. */
const silentMs = 35_000;
/**
 * How often to check whether the stream has gone silent. The check compares clock times, since timers stop while the
 * machine sleeps.
 */
const lookMs = 5000;

/** What a server still has of the past comes with the first lines; it is waited for so long. */
const replayMs = 1000;

/** One connection. */
interface Attempt {
  readonly startedMs: number;
  readonly joins: 'first' | 'repeats' | 'anew';
  /** Where it was asked to begin. */
  readonly from: number | undefined;
  /** Whether nothing is missing before its first lines, once that is known. */
  whole: boolean | undefined;
  /** Its opening was told. */
  told: boolean;
  readonly ending: AbortController;
  opened: boolean;
  heardMs: number;
  silent: boolean;
}

/** Keeps the event stream open, and says when it isn't. */
export class EventStream {
  readonly #options: EventStreamOptions;
  readonly #wake: Wake;
  readonly #position = new StreamPosition();
  readonly #rest = new Rest();
  #attempt: Attempt | undefined;
  #reopening = false;
  #anew = false;
  /** How many streams in a row ended soon. */
  #short = 0;

  constructor(options: EventStreamOptions) {
    this.#options = options;
    this.#wake = new Wake(options.clock);
  }

  /** Opens the stream now if it waits to be. */
  retry(): void {
    this.#wake.fire();
  }

  /** Says where to begin, as long as nothing was heard: at the index of a list. */
  startAt(index: number): void {
    this.#position.startAt(index);
  }

  /** Reopens the stream where it is now, for example to hear of more namespaces. */
  reopen(): void {
    this.#anew = true;
    this.#endAttempt();
  }

  /** Closes the stream until it is wanted again, or lets it go on from where it was. */
  set resting(resting: boolean) {
    if (this.#rest.resting === resting) return;
    this.#rest.set(resting);
    if (resting) this.#endAttempt();
    else this.#wake.fire();
  }

  /** Runs until the signal aborts. */
  async run(): Promise<void> {
    const { signal, clock, log, onEnd } = this.#options;
    const backoff = new Backoff({ baseMs: 1000, capMs: 30_000 });
    for (;;) {
      await this.#rest.over(signal);
      if (isAborted(signal)) return;
      const attempt = this.#begin();
      const error = await this.#once(attempt);
      if (isAborted(signal)) return;
      if (this.#isReopening()) continue;
      const steady = attempt.opened && clock.now() - attempt.startedMs >= steadyMs;
      this.#short = steady ? 0 : this.#short + 1;
      if (steady) backoff.reset();
      this.#position.after(error);
      const broken = error.kind === 'decode' || error.kind === 'tooLarge';
      log[broken ? 'error' : 'debug'](`The event stream ended: ${error.message}`);
      const again = attempt.opened && !attempt.silent && !isRefused(error) && this.#short < 2;
      this.#tell(() => {
        onEnd(error, again);
      });
      await this.#wake.wait(pauseAfter(error) ?? backoff.next(), signal);
    }
  }

  /** A method, since the answer changes while this class waits. */
  #isReopening(): boolean {
    return this.#reopening;
  }

  #begin(): Attempt {
    const startedMs = this.#options.clock.now();
    const { index: from, repeats } = this.#position;
    const joins = this.#anew ? 'anew' : repeats ? 'repeats' : this.#attempt === undefined ? 'first' : 'anew';
    this.#reopening = false;
    this.#anew = false;
    return (this.#attempt = {
      ...{ startedMs, joins, from, whole: undefined, told: false, heardMs: startedMs },
      ...{ ending: new AbortController(), opened: false, silent: false },
    });
  }

  #endAttempt(): void {
    this.#reopening = true;
    this.#attempt?.ending.abort();
  }

  /** One connection; resolves with why it ended. */
  async #once(attempt: Attempt): Promise<NomadError> {
    const { client, namespace, topics = jobTopics, onConnect, onHeard, clock } = this.#options;
    const signal = AbortSignal.any([this.#options.signal, attempt.ending.signal]);
    const index = attempt.from;
    const watching = this.#watch(attempt);
    const heard = () => {
      attempt.heardMs = clock.now();
      if (attempt.opened) this.#tell(onHeard);
    };
    this.#tell(onConnect);
    try {
      for await (const line of client.events.stream({
        topics,
        index,
        namespace,
        region: undefined,
        signal,
        onHeard: heard,
      })) {
        this.#tell(() => {
          if (!attempt.opened) this.#opened(attempt, watching);
          if (line !== 'heartbeat') this.#take(line, attempt);
        });
      }
    } catch (error) {
      if (!isNomadError(error)) logFault(this.#options.log, 'The event stream broke', error);
      return asNomadError(error);
    } finally {
      watching.dispose();
    }
    // Whatever killed the stream silently may also have killed the idle connections.
    if (attempt.silent) client.dropIdleSockets();
    return new NomadError('closed', attempt.silent ? 'The event stream fell silent.' : 'The event stream ended.');
  }

  /** Calls a listener. If that fails, the stream itself is fine and goes on. */
  #tell(pass: () => void): void {
    try {
      pass();
    } catch (error) {
      logFault(this.#options.log, 'What the event stream said could not be brought in', error);
    }
  }

  #opened(attempt: Attempt, watching: Watching): void {
    attempt.opened = true;
    const tell = () => {
      this.#tell(() => {
        this.#options.onOpen(attempt.joins);
      });
      attempt.told = true;
      this.#tellJoined(attempt);
    };
    watching.after(replayMs, () => {
      this.#joined(attempt, attempt.joins === 'first');
    });
    // After several streams that ended soon, this one counts as open only once it has lasted.
    if (this.#short < 2) tell();
    else watching.after(provenMs, tell);
  }

  #joined(attempt: Attempt, whole: boolean): void {
    if (attempt.whole !== undefined || attempt.joins === 'anew') return;
    attempt.whole = whole;
    this.#tellJoined(attempt);
  }

  #tellJoined({ whole, told }: Attempt): void {
    if (whole === undefined || !told) return;
    this.#tell(() => {
      this.#options.onJoined(whole);
    });
  }

  #take(line: EventBatch, attempt: Attempt): void {
    const { onBatch, onUnreadable } = this.#options;
    if (Number.isSafeInteger(line.Index) && Array.isArray(line.Events)) {
      const { from = 0, joins } = attempt;
      // A server with nothing newer repeats its last line. What was heard before has to come itself: a lower index is of a
      // cluster that was made anew.
      this.#joined(attempt, joins === 'first' ? line.Index <= from : line.Index === from);
      this.#position.reached(line.Index);
      onBatch(line);
    } else onUnreadable('a line of the event stream has no index or no events that can be read');
  }

  /** Ends a connection that has been silent for longer than a server ever is. */
  #watch(attempt: Attempt): Watching {
    const watching = new Watching(this.#options.clock, this.#options.signal);
    const look = () => {
      if (attempt.opened && this.#options.clock.now() - attempt.heardMs > silentMs) {
        attempt.silent = true;
        attempt.ending.abort();
      } else watching.after(lookMs, look);
    };
    watching.after(lookMs, look);
    return watching;
  }
}

/** Timers that end together, or with a signal. */
class Watching implements Disposable {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #timers = new Set<Disposable>();
  #ended = false;
  readonly #end = () => {
    this.dispose();
  };

  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
    signal.addEventListener('abort', this.#end, { once: true });
  }

  after(delayMs: number, run: () => void): void {
    if (this.#ended) return;
    const timer = this.#clock.timer(delayMs, () => {
      this.#timers.delete(timer);
      run();
    });
    this.#timers.add(timer);
  }

  dispose(): void {
    this.#ended = true;
    this.#signal.removeEventListener('abort', this.#end);
    for (const timer of this.#timers) timer.dispose();
    this.#timers.clear();
  }
}

/** True where asking again soon makes no sense. What was cut or garbled on its way is not refused. */
export function isRefused(error: NomadError): boolean {
  return isNomadError(error, 'denied', 'notFound', 'unsupported', 'rejected', 'notNomad');
}

function pauseAfter(error: NomadError): number | undefined {
  if (!isRefused(error)) return undefined;
  return error.status === undefined ? silentRefusalPauseMs : refusedPauseMs;
}
