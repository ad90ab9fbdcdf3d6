import { sleep } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { Lifetime } from '../../base/lifetime.ts';
import { UserError } from '../../base/userError.ts';
import { isNomadError } from '../../nomad/http/errors.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';
import { clean } from '../../state/tables/wire.ts';
import { sizeText } from '../../wording/sizes.ts';
import { farBehindBytes, LineFeed } from '../logs/lineFeed.ts';
import { wordsOf } from '../logs/logErrors.ts';
import type { FileLog, FollowedLog, FollowLogsOptions, LogFollower, LogNote, LogNoteKind } from '../logs/types.ts';
import { checkReadable } from './entries.ts';
import { fileVerdict } from './fileErrors.ts';
import { statFile } from './listFiles.ts';

/** So much of the end of a file is shown at first. */
export const tailBytes = 64 * 1024;

/** What following a file stands on. */
export interface FileSurroundings {
  readonly client: PlacedClient;
  readonly clock: Clock;
  /** Ends it as its disposal does. */
  readonly signal: AbortSignal;
}

/** A file of an allocation as a log. */
export function fileLog(file: Pick<FileLog, 'allocation' | 'place' | 'name' | 'path'>): FileLog {
  const { allocation, place, name, path } = file;
  return { kind: 'file', key: `${allocation}/file/${path}`, allocation, place, name: clean(name), path };
}

/**
 * Follows a file by its lines, over any break, each once and in order, from its last part or from a known position on. Goes
 * on at its start where it was made shorter, or is another file by the same name; waits for one that is not there. Needs
 * `read-fs`.
 */
export function followFile(surroundings: FileSurroundings, log: FileLog, options: FollowLogsOptions): LogFollower {
  return new FollowedFile(surroundings, log, options);
}

class FollowedFile implements LogFollower {
  readonly ended: Promise<void>;
  readonly #life = new Lifetime();
  readonly #log: FileLog;
  #state: FollowedLog['state'] = 'following';

  constructor(surroundings: FileSurroundings, log: FileLog, options: FollowLogsOptions) {
    this.#log = log;
    const signal = AbortSignal.any([surroundings.signal, this.#life.signal()]);
    const reader = new FileReader({ ...surroundings, signal }, log, options);
    this.ended = reader.run().then(() => {
      this.#state = 'ended';
      if (!signal.aborted) options.onSources?.(this.sources);
    });
    // Whoever follows has to have been given this first.
    queueMicrotask(() => {
      if (!signal.aborted) options.onSources?.(this.sources);
    });
  }

  get sources(): readonly FollowedLog[] {
    return [{ source: this.#log, state: this.#state }];
  }

  /** There is one, and it is shown. */
  choose(): void {
    return;
  }

  dispose(): void {
    this.#life.dispose();
  }
}

class FileReader {
  readonly #around: FileSurroundings;
  readonly #log: FileLog;
  readonly #name: string;
  readonly #feed: LineFeed;
  /** Where to go on; unknown before it was first looked at. */
  #offset: number | undefined;

  constructor(around: FileSurroundings, log: FileLog, options: FollowLogsOptions) {
    this.#around = around;
    this.#log = log;
    this.#name = clean(log.path);
    const tooFast = 'it is written faster than is shown';
    this.#feed = new LineFeed({ source: log, name: this.#name, clock: around.clock, take: options.take, tooFast });
    this.#offset = options.positions?.get(log.key)?.offset;
  }

  /** Resolves when nothing more will come, or the signal aborts. Never rejects for what a network or Nomad does. */
  async run(): Promise<void> {
    const { signal } = this.#around;
    try {
      for (let goesOn = true; goesOn && !signal.aborted;) goesOn = await this.#tryOnce();
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#feed.dispose();
    }
  }

  /** One connection. Resolves with whether there has to be another one. */
  async #tryOnce(): Promise<boolean> {
    const { signal } = this.#around;
    try {
      await this.#connect();
      signal.throwIfAborted();
      return await this.#afterFailure(undefined);
    } catch (error) {
      if (signal.aborted) return false;
      if (error instanceof UserError) return this.#ends('failed', `can't be followed: ${error.message}`);
      if (!isNomadError(error)) throw error;
      return this.#afterFailure(error);
    }
  }

  async #connect(): Promise<void> {
    const { client, signal } = this.#around;
    const { allocation, place, path } = this.#log;
    const offset = await this.#begin();
    this.#feed.begin();
    let at = offset;
    const options = { ...place, offset, origin: 'start', follow: true, heartbeats: true, signal } as const;
    for await (const { data, event } of client.files.stream(allocation, `/${path}`, options)) {
      await this.#feed.works();
      if (event === 'file truncated' && at > 0) at = await this.#beginsAnew('was made shorter, and begins anew');
      if (event === 'file deleted') {
        await this.#beginsAnew('was removed');
        return;
      }
      if (data.byteLength === 0) {
        this.#feed.beat();
        continue;
      }
      const position = { file: 0, offset: at };
      at += data.byteLength;
      this.#offset = at;
      await this.#feed.push(position, data, data.byteLength);
      if (this.#feed.isBehind && (await this.#leapsAhead())) return;
    }
  }

  /** Sees what is there, and resolves with where to go on in it. */
  async #begin(): Promise<number> {
    const { client, signal } = this.#around;
    const { path } = this.#log;
    const entry = await statFile(client, this.#log, signal);
    checkReadable(entry, path);
    const { size } = entry;
    if (this.#offset !== undefined && this.#offset > size) await this.#beginsAnew('was made shorter, and begins anew');
    if (this.#offset !== undefined) return this.#offset;
    const offset = Math.max(0, size - tailBytes);
    this.#offset = offset;
    if (offset === 0) return 0;
    await this.#feed.say(
      'gap',
      `${clean(path)} has ${sizeText(size)}: what is before the last ${sizeText(size - offset)} is not shown`,
    );
    // It most likely begins within a line.
    this.#feed.skip();
    return offset;
  }

  /** Leaves out what is too much to be read while more is written. */
  async #leapsAhead(): Promise<boolean> {
    const { client, signal } = this.#around;
    this.#feed.excuse();
    const { size } = await statFile(client, this.#log, signal);
    const offset = this.#offset ?? 0;
    if (size - offset <= farBehindBytes) return false;
    await this.#feed.breakOff();
    this.#offset = size - tailBytes;
    await this.#feed.leaveOut(this.#offset - offset);
    return true;
  }

  /** What comes from now on is another text. */
  async #beginsAnew(how: string): Promise<number> {
    await this.#feed.breakOff();
    this.#offset = 0;
    await this.#feed.say('truncated', `${this.#name} ${how}`);
    return 0;
  }

  /** Resolves after a while with whether there is any use in trying again. */
  async #afterFailure(error: unknown): Promise<boolean> {
    const words = error === undefined ? 'the stream ended' : wordsOf(error);
    const verdict = error === undefined ? 'lost' : fileVerdict(error, words);
    this.#feed.fails();
    switch (verdict) {
      case 'denied': {
        const { namespace } = this.#log.place;
        const needs = { capability: 'read-fs', namespace };
        const right = `The token needs read-fs in namespace ${namespace}`;
        return this.#ends('denied', `may not be read: ${words}. ${right}`, { needs });
      }
      case 'collected':
        return this.#ends('collected', `was removed with its allocation: ${words}`);
      case 'failed':
        return this.#ends('failed', `can't be read: ${words}`);
      case 'wait':
        await this.#feed.tellOnce('waiting', `${this.#name} is not there: ${words}`);
        return this.#pause(this.#feed.waitMs());
      case 'lost':
        // A proxy may cut a stream every minute: what goes on at once needs no words.
        if (this.#feed.failures > 1)
          await this.#feed.tellOnce('lost', `${this.#name} can't be read at the moment: ${words}`);
        return this.#pause(this.#feed.lossMs(error));
    }
  }

  async #pause(delayMs: number): Promise<true> {
    const { signal, clock } = this.#around;
    await sleep(delayMs, signal, clock);
    return true;
  }

  async #ends(kind: LogNoteKind, what: string, more: Partial<LogNote> = {}): Promise<false> {
    await this.#feed.breakOff();
    await this.#feed.say(kind, `${this.#name} ${what}`, more);
    return false;
  }
}
