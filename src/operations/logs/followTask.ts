import { Backoff } from '../../base/backoff.ts';
import { sleep } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import type { Event } from '../../base/events.ts';
import { once } from '../../base/events.ts';
import type { Disposable } from '../../base/lifetime.ts';
import { isNomadError } from '../../nomad/http/errors.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';
import { describeGap } from './gaps.ts';
import { sizeText } from '../../wording/sizes.ts';
import { LineAssembler } from './lineAssembler.ts';
import { verdictOn, wordsOf } from './logErrors.ts';
import { isFarBehind, logPieces } from './logPieces.ts';
import type { LogPiece, Wanted } from './logPieces.ts';
import { Pace, Progress } from './pace.ts';
import { endOf, nameOf, readTaskLife } from './taskLife.ts';
import type { TaskLife } from './taskLife.ts';
import type { LogEntry, LogNote, LogNoteKind, LogPosition, LogStart, TakeEntries, TaskLog } from './types.ts';

/** A line whose end has not come is shown after so long, as the question of a program is. */
const openLineMs = 500;
/** The last lines of a task may be written after it is told to be over: so many heartbeats, one a second, have to come. */
const beatsAtEnd = 3;
/** So many heartbeats an allocation that is known by itself alone is not asked for again. */
const beatsBetweenReads = 10;
/** So often the log of a task that is over is asked for in vain. */
const triesWhenOver = 3;
/** A reader that is behind by more than that, and stays so, goes on at the end. */
const farBehindBytes = 16 * 1024 * 1024;
/** Where it goes on there. */
const restartTailBytes = 64 * 1024;

export interface TaskFollowing {
  readonly client: PlacedClient;
  readonly log: TaskLog;
  readonly from: LogStart | LogPosition;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly take: TakeEntries;
  /** How the task stands now, and when that may have changed. */
  readonly life: () => TaskLife;
  readonly onDidChangeLife: Event<unknown>;
  /** How many logs share what can be shown; 1 where undefined. */
  readonly shares?: (() => number) | undefined;
  /** Between 0 and 1; `Math.random` where undefined. */
  readonly random?: (() => number) | undefined;
}

/**
 * Follows one of the two logs of a task, over any break: each line once and in order, and what can't be had is said.
 * Resolves with where it is to go on, when nothing more will come, or the signal aborts. Never rejects for what a network or
 * Nomad does.
 */
export function followTask(following: TaskFollowing): Promise<LogPosition | undefined> {
  return new Follower(following).run();
}

class Follower {
  readonly #following: TaskFollowing;
  readonly #lines: LineAssembler;
  readonly #pace: Pace;
  readonly #backoff: Backoff;
  readonly #waits: Backoff;
  #progress: Progress;
  /** Where the next connection is to begin. */
  #wanted: Wanted;
  #openLine: Disposable | undefined;
  /** Attempts in a row that brought nothing. */
  #failures = 0;
  #told: 'waiting' | 'lost' | undefined;
  /** Heartbeats since the last data, and of those the ones since the task is over. */
  #beats = { quiet: 0, over: 0 };
  #end: TaskLife = { phase: 'unknown', restarts: 0 };
  /** How much is being left out, since it is written too fast. */
  #leftOutBytes: number | undefined;

  constructor(following: TaskFollowing) {
    const { log, clock, from, shares = () => 1, random } = following;
    this.#following = following;
    this.#wanted = from;
    this.#lines = new LineAssembler(log);
    this.#pace = new Pace(clock, shares);
    this.#progress = new Progress(clock);
    const jitter = random === undefined ? {} : { random };
    this.#backoff = new Backoff({ baseMs: 500, capMs: 15_000, ...jitter });
    this.#waits = new Backoff({ baseMs: 200, capMs: 5000, ...jitter });
  }

  async run(): Promise<LogPosition | undefined> {
    const { signal } = this.#following;
    try {
      while (!signal.aborted && (await this.#connect()));
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#openLine?.dispose();
    }
    return this.#wanted !== 'start' && 'file' in this.#wanted ? this.#wanted : undefined;
  }

  /** One connection. Resolves with whether there has to be another one. */
  async #connect(): Promise<boolean> {
    const { client, log, clock, signal } = this.#following;
    // What was written during a break is read to its end, however much it is.
    this.#progress = new Progress(clock);
    this.#beats = { quiet: 0, over: 0 };
    try {
      for await (const piece of logPieces(client, log, this.#wanted, { follow: true, signal })) {
        await this.#works();
        await this.#take(piece);
        if (this.#beats.over >= beatsAtEnd && (await this.#isOver())) return await this.#ends();
        if (this.#progress.isBehind && (await this.#leapsAhead())) return true;
      }
      return await this.#afterFailure(undefined);
    } catch (error) {
      if (signal.aborted || !isNomadError(error)) throw error;
      return this.#afterFailure(error);
    }
  }

  /** Leaves out what is too much to be read while more is written. */
  async #leapsAhead(): Promise<boolean> {
    const { client, log, signal } = this.#following;
    const position = this.#wanted;
    this.#progress.excuse();
    if (position === 'start' || !('file' in position)) return false;
    if (!(await isFarBehind(client, log, { position, bytes: farBehindBytes }, signal))) return false;
    this.#wanted = { tailBytes: restartTailBytes, after: position };
    return true;
  }

  async #take(piece: LogPiece): Promise<void> {
    if (piece.kind === 'data') return this.#takeData(piece);
    const { client, log, life, signal } = this.#following;
    if (piece.kind === 'beat') {
      const { phase } = life();
      this.#beats.quiet += 1;
      this.#beats.over = phase === 'waiting' || phase === 'running' ? 0 : this.#beats.over + 1;
      if (this.#beats.quiet > 1) this.#progress.atEnd();
      return;
    }
    await this.#breakOff();
    if (piece.kind === 'truncated') {
      this.#wanted = 'start';
      return this.#say('truncated', `The log of ${nameOf(log)} was cleared, and begins anew`);
    }
    const { text, ...size } = await describeGap(client, log, piece, signal);
    await this.#say('gap', text, size);
    if (piece.to.offset > 0) this.#lines.skip();
    this.#wanted = piece.to;
  }

  async #takeData({ position, data, midLine, frameBytes }: LogPiece & { kind: 'data' }): Promise<void> {
    const nowMs = this.#following.clock.now();
    this.#beats = { quiet: 0, over: 0 };
    this.#progress.frame(position.file, frameBytes);
    if (midLine) this.#lines.skip();
    this.#wanted = { file: position.file, offset: position.offset + data.byteLength };
    if (this.#progress.caughtUp && !this.#pace.allows(data.byteLength)) {
      if (this.#leftOutBytes === undefined) await this.#breakOff();
      this.#leftOutBytes = (this.#leftOutBytes ?? 0) + data.byteLength;
      return;
    }
    await this.#sayLeftOut();
    const lines = this.#lines.push(position, data, nowMs);
    this.#watchOpenLine();
    if (lines.length > 0) await this.#following.take(lines);
  }

  /** Whether the task will not write any more. One whose job was removed may still be ending. */
  async #isOver(): Promise<boolean> {
    const { client, log, life, signal } = this.#following;
    this.#end = life();
    if (this.#end.phase === 'over') return true;
    const own = await readTaskLife(client, log, signal);
    if (own?.phase === 'waiting' || own?.phase === 'running' || (own === undefined && this.#end.phase === 'unknown')) {
      this.#beats.over = -beatsBetweenReads;
      return false;
    }
    this.#end = own ?? this.#end;
    return true;
  }

  async #ends(): Promise<false> {
    const { log } = this.#following;
    await this.#breakOff();
    await this.#say('ended', endOf(log, this.#end));
    return false;
  }

  /** Gives what there is of a line before something else is said. */
  async #breakOff(): Promise<void> {
    this.#openLine?.dispose();
    this.#openLine = undefined;
    await this.#sayLeftOut();
    const line = this.#lines.flush(this.#following.clock.now(), true);
    this.#lines.restart();
    if (line !== undefined) await this.#following.take([line]);
  }

  async #sayLeftOut(): Promise<void> {
    const bytes = this.#leftOutBytes;
    if (bytes === undefined) return;
    this.#leftOutBytes = undefined;
    this.#lines.skip();
    const text = `${sizeText(bytes)} of ${nameOf(this.#following.log)} left out, since it writes faster than is shown`;
    await this.#say('gap', text, { bytes });
  }

  #watchOpenLine(): void {
    this.#openLine?.dispose();
    this.#openLine = undefined;
    if (!this.#lines.hasRest) return;
    const { clock, take } = this.#following;
    this.#openLine = clock.timer(openLineMs, () => {
      this.#openLine = undefined;
      const line = this.#lines.flush(clock.now());
      if (line !== undefined) take([line]);
    });
  }

  async #works(): Promise<void> {
    const wasLost = this.#told === 'lost';
    this.#failures = 0;
    this.#told = undefined;
    this.#backoff.reset();
    this.#waits.reset();
    if (wasLost) await this.#say('resumed', `Reading ${nameOf(this.#following.log)} again`);
  }

  /** Resolves after a while with whether there is any use in trying again. */
  async #afterFailure(error: unknown): Promise<boolean> {
    const { life, log, signal } = this.#following;
    if (signal.aborted) return false;
    const now = life();
    const verdict = error === undefined ? 'lost' : verdictOn(error, now);
    this.#failures += 1;
    // A line that was cut by the break is not shown as if its program had stopped within it.
    this.#openLine?.dispose();
    if (verdict === 'wait') {
      await this.#tellOnce('waiting', waitingText(log, now));
      await this.#pause(this.#waits.next());
      return true;
    }
    const isOver = now.phase === 'over' || now.phase === 'gone';
    if (verdict === 'lost' && !(isOver && this.#failures >= triesWhenOver)) {
      // A proxy may cut a stream every minute: what goes on at once needs no words.
      if (this.#failures > 1) await this.#tellOnce('lost', `No log of ${nameOf(log)} at the moment: ${lossOf(error)}`);
      const askedMs = isNomadError(error) ? (error.retryAfterMs ?? 0) : 0;
      await this.#pause(Math.max(askedMs, this.#backoff.next()));
      return true;
    }
    await this.#breakOff();
    await this.#sayWhyNot(verdict, error, now);
    return false;
  }

  async #sayWhyNot(verdict: ReturnType<typeof verdictOn>, error: unknown, life: TaskLife): Promise<void> {
    const { log } = this.#following;
    const words = wordsOf(error);
    switch (verdict) {
      case 'denied': {
        const { namespace } = log.place;
        const text = `The log of ${nameOf(log)} may not be read: ${words}. The token needs read-logs in namespace ${namespace}`;
        return this.#say('denied', text, { needs: { capability: 'read-logs', namespace } });
      }
      case 'collected':
        return this.#say('collected', `The log of ${nameOf(log)} was removed with its allocation: ${words}`);
      case 'none':
        return this.#say('ended', `${endOf(log, life)}; there is no log: ${words}`);
      default:
        return this.#say('failed', `The log of ${nameOf(log)} can't be read: ${words}`);
    }
  }

  /** Waits, or for less long where the task begins meanwhile. */
  async #pause(delayMs: number): Promise<void> {
    const { signal, clock, onDidChangeLife, life } = this.#following;
    const before = life().phase;
    const done = new AbortController();
    const both = AbortSignal.any([signal, done.signal]);
    try {
      const changed = once(onDidChangeLife, both, () => life().phase !== before);
      await Promise.race([sleep(delayMs, both, clock), changed]);
    } finally {
      done.abort();
    }
  }

  async #tellOnce(kind: 'waiting' | 'lost', text: string): Promise<void> {
    if (this.#told === kind) return;
    this.#told = kind;
    await this.#say(kind, text);
  }

  async #say(kind: LogNoteKind, text: string, more: Partial<LogNote> = {}): Promise<void> {
    const { log, clock, take } = this.#following;
    const note: LogEntry = { kind, source: log, atMs: clock.now(), ...more, text };
    await take([note]);
  }
}

function waitingText(log: TaskLog, { task, allocation }: TaskLife): string {
  if (task?.waitingFor !== undefined) return `${nameOf(log)} has not started: ${task.waitingFor}`;
  if (allocation?.clientStatus === 'running' && task !== undefined) return `${nameOf(log)} has no log yet`;
  return `${nameOf(log)} has not started yet`;
}

function lossOf(error: unknown): string {
  return error === undefined ? 'the stream ended' : wordsOf(error);
}
