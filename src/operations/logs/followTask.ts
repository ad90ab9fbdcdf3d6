import { sleep } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import type { Event } from '../../base/events.ts';
import { once } from '../../base/events.ts';
import { isNomadError } from '../../nomad/http/errors.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';
import { describeGap } from './gaps.ts';
import { farBehindBytes, LineFeed } from './lineFeed.ts';
import { verdictOn, wordsOf } from './logErrors.ts';
import { isFarBehind, logPieces } from './logPieces.ts';
import type { LogPiece, Wanted } from './logPieces.ts';
import { endOf, nameOf, readTaskLife } from './taskLife.ts';
import type { TaskLife } from './taskLife.ts';
import type { LogPosition, LogStart, TakeEntries, TaskLog } from './types.ts';

/** The last lines of a task may be written after it is told to be over: so many heartbeats, one a second, have to come. */
const beatsAtEnd = 3;
/** So many heartbeats an allocation that is known by itself alone is not asked for again. */
const beatsBetweenReads = 10;
/** So often the log of a task that is over is asked for in vain. */
const triesWhenOver = 3;
/** Where a reader that is far behind goes on before the end. */
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
  readonly #feed: LineFeed;
  /** Where the next connection is to begin. */
  #wanted: Wanted;
  /** Heartbeats since the task is over. */
  #beatsOver = 0;
  #end: TaskLife = { phase: 'unknown', restarts: 0 };

  constructor(following: TaskFollowing) {
    const { log, clock, take, from, shares, random } = following;
    this.#following = following;
    this.#wanted = from;
    const tooFast = 'it writes faster than is shown';
    this.#feed = new LineFeed({ source: log, name: nameOf(log), clock, take, shares, random, tooFast });
  }

  async run(): Promise<LogPosition | undefined> {
    const { signal } = this.#following;
    try {
      while (!signal.aborted && (await this.#connect()));
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#feed.dispose();
    }
    return this.#wanted !== 'start' && 'file' in this.#wanted ? this.#wanted : undefined;
  }

  /** One connection. Resolves with whether there has to be another one. */
  async #connect(): Promise<boolean> {
    const { client, log, signal } = this.#following;
    this.#feed.begin();
    this.#beatsOver = 0;
    try {
      for await (const piece of logPieces(client, log, this.#wanted, { follow: true, signal })) {
        await this.#feed.works();
        await this.#take(piece);
        if (this.#beatsOver >= beatsAtEnd && (await this.#isOver())) return await this.#ends();
        if (this.#feed.isBehind && (await this.#leapsAhead())) return true;
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
    this.#feed.excuse();
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
      this.#beatsOver = phase === 'waiting' || phase === 'running' ? 0 : this.#beatsOver + 1;
      this.#feed.beat();
      return;
    }
    await this.#feed.breakOff();
    if (piece.kind === 'truncated') {
      this.#wanted = 'start';
      return this.#feed.say('truncated', `The log of ${nameOf(log)} was cleared, and begins anew`);
    }
    const { text, ...size } = await describeGap(client, log, piece, signal);
    await this.#feed.say('gap', text, size);
    if (piece.to.offset > 0) this.#feed.skip();
    this.#wanted = piece.to;
  }

  async #takeData({ position, data, midLine, frameBytes }: LogPiece & { kind: 'data' }): Promise<void> {
    this.#beatsOver = 0;
    if (midLine) this.#feed.skip();
    this.#wanted = { file: position.file, offset: position.offset + data.byteLength };
    await this.#feed.push(position, data, frameBytes);
  }

  /** Whether the task will not write any more. One whose job was removed may still be ending. */
  async #isOver(): Promise<boolean> {
    const { client, log, life, signal } = this.#following;
    this.#end = life();
    if (this.#end.phase === 'over') return true;
    const own = await readTaskLife(client, log, signal);
    if (own?.phase === 'waiting' || own?.phase === 'running' || (own === undefined && this.#end.phase === 'unknown')) {
      this.#beatsOver = -beatsBetweenReads;
      return false;
    }
    this.#end = own ?? this.#end;
    return true;
  }

  async #ends(): Promise<false> {
    const { log } = this.#following;
    await this.#feed.breakOff();
    await this.#feed.say('ended', endOf(log, this.#end));
    return false;
  }

  /** Resolves after a while with whether there is any use in trying again. */
  async #afterFailure(error: unknown): Promise<boolean> {
    const { life, log, signal } = this.#following;
    if (signal.aborted) return false;
    const now = life();
    const verdict = error === undefined ? 'lost' : verdictOn(error, now);
    this.#feed.fails();
    if (verdict === 'wait') {
      await this.#feed.tellOnce('waiting', waitingText(log, now));
      await this.#pause(this.#feed.waitMs());
      return true;
    }
    const isOver = now.phase === 'over' || now.phase === 'gone';
    if (verdict === 'lost' && !(isOver && this.#feed.failures >= triesWhenOver)) {
      // A proxy may cut a stream every minute: what goes on at once needs no words.
      if (this.#feed.failures > 1)
        await this.#feed.tellOnce('lost', `No log of ${nameOf(log)} at the moment: ${lossOf(error)}`);
      await this.#pause(this.#feed.lossMs(error));
      return true;
    }
    await this.#feed.breakOff();
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
        return this.#feed.say('denied', text, { needs: { capability: 'read-logs', namespace } });
      }
      case 'collected':
        return this.#feed.say('collected', `The log of ${nameOf(log)} was removed with its allocation: ${words}`);
      case 'none':
        return this.#feed.say('ended', `${endOf(log, life)}; there is no log: ${words}`);
      default:
        return this.#feed.say('failed', `The log of ${nameOf(log)} can't be read: ${words}`);
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
}

function waitingText(log: TaskLog, { task, allocation }: TaskLife): string {
  if (task?.waitingFor !== undefined) return `${nameOf(log)} has not started: ${task.waitingFor}`;
  if (allocation?.clientStatus === 'running' && task !== undefined) return `${nameOf(log)} has no log yet`;
  return `${nameOf(log)} has not started yet`;
}

function lossOf(error: unknown): string {
  return error === undefined ? 'the stream ended' : wordsOf(error);
}
