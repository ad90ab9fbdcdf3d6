import { Backoff } from '../../base/backoff.ts';
import { sleep } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { Lifetime } from '../../base/lifetime.ts';
import type { Disposable } from '../../base/lifetime.ts';
import { UserError } from '../../base/userError.ts';
import { isNomadError } from '../../nomad/http/errors.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';
import { clean } from '../../state/tables/wire.ts';
import { sizeText } from '../../wording/sizes.ts';
import { LineAssembler } from '../logs/lineAssembler.ts';
import { wordsOf } from '../logs/logErrors.ts';
import { Pace, Progress } from '../logs/pace.ts';
import type {
  FileLog,
  FollowedLog,
  FollowLogsOptions,
  LogEntry,
  LogFollower,
  LogNote,
  LogNoteKind,
} from '../logs/types.ts';
import { checkReadable } from './entries.ts';
import { fileVerdict } from './fileErrors.ts';
import { statFile } from './listFiles.ts';

/** So much of the end of a file is shown at first. */
export const tailBytes = 64 * 1024;
/** A line whose end has not come is shown after so long. */
const openLineMs = 500;
/** A reader that is behind by more than that, and stays so, goes on at the end. */
const farBehindBytes = 16 * 1024 * 1024;

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
  readonly #options: FollowLogsOptions;
  readonly #lines: LineAssembler;
  readonly #pace: Pace;
  readonly #backoff = new Backoff({ baseMs: 500, capMs: 15_000 });
  readonly #waits = new Backoff({ baseMs: 200, capMs: 5000 });
  #progress: Progress;
  /** Where to go on; unknown before it was first looked at. */
  #offset: number | undefined;
  #openLine: Disposable | undefined;
  #told: 'waiting' | 'lost' | undefined;
  /** Attempts in a row that brought nothing. */
  #failures = 0;
  /** How much is being left out, since it is written too fast. */
  #leftOutBytes: number | undefined;

  constructor(around: FileSurroundings, log: FileLog, options: FollowLogsOptions) {
    this.#around = around;
    this.#log = log;
    this.#options = options;
    this.#lines = new LineAssembler(log);
    this.#pace = new Pace(around.clock, () => 1);
    this.#progress = new Progress(around.clock);
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
      this.#openLine?.dispose();
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
    const { client, clock, signal } = this.#around;
    const { allocation, place, path } = this.#log;
    const offset = await this.#begin();
    this.#progress = new Progress(clock);
    let quiet = 0;
    let at = offset;
    const options = { ...place, offset, origin: 'start', follow: true, heartbeats: true, signal } as const;
    for await (const { data, event } of client.files.stream(allocation, `/${path}`, options)) {
      await this.#works();
      if (event === 'file truncated' && at > 0) at = await this.#beginsAnew('was made shorter, and begins anew');
      if (event === 'file deleted') {
        await this.#beginsAnew('was removed');
        return;
      }
      if (data.byteLength === 0) {
        quiet += 1;
        if (quiet > 1) this.#progress.atEnd();
        continue;
      }
      quiet = 0;
      await this.#take(at, data);
      at += data.byteLength;
      if (this.#progress.isBehind && (await this.#leapsAhead())) return;
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
    await this.#say(
      'gap',
      `${clean(path)} has ${sizeText(size)}: what is before the last ${sizeText(size - offset)} is not shown`,
    );
    // It most likely begins within a line.
    this.#lines.skip();
    return offset;
  }

  async #take(offset: number, data: Uint8Array): Promise<void> {
    const { clock } = this.#around;
    this.#progress.frame(0, data.byteLength);
    this.#offset = offset + data.byteLength;
    if (this.#progress.caughtUp && !this.#pace.allows(data.byteLength)) {
      if (this.#leftOutBytes === undefined) await this.#breakOff();
      this.#leftOutBytes = (this.#leftOutBytes ?? 0) + data.byteLength;
      return;
    }
    await this.#sayLeftOut();
    const lines = this.#lines.push({ file: 0, offset }, data, clock.now());
    this.#watchOpenLine();
    if (lines.length > 0) await this.#options.take(lines);
  }

  /** Leaves out what is too much to be read while more is written. */
  async #leapsAhead(): Promise<boolean> {
    const { client, signal } = this.#around;
    this.#progress.excuse();
    const { size } = await statFile(client, this.#log, signal);
    const offset = this.#offset ?? 0;
    if (size - offset <= farBehindBytes) return false;
    await this.#breakOff();
    this.#offset = size - tailBytes;
    this.#leftOutBytes = this.#offset - offset;
    await this.#sayLeftOut();
    return true;
  }

  /** What comes from now on is another text. */
  async #beginsAnew(how: string): Promise<number> {
    await this.#breakOff();
    this.#offset = 0;
    await this.#say('truncated', `${clean(this.#log.path)} ${how}`);
    return 0;
  }

  /** Gives what there is of a line before something else is said. */
  async #breakOff(): Promise<void> {
    this.#openLine?.dispose();
    this.#openLine = undefined;
    await this.#sayLeftOut();
    const line = this.#lines.flush(this.#around.clock.now(), true);
    this.#lines.restart();
    if (line !== undefined) await this.#options.take([line]);
  }

  async #sayLeftOut(): Promise<void> {
    const bytes = this.#leftOutBytes;
    if (bytes === undefined) return;
    this.#leftOutBytes = undefined;
    this.#lines.skip();
    const text = `${sizeText(bytes)} of ${clean(this.#log.path)} left out, since it is written faster than is shown`;
    await this.#say('gap', text, { bytes });
  }

  #watchOpenLine(): void {
    this.#openLine?.dispose();
    this.#openLine = undefined;
    if (!this.#lines.hasRest) return;
    this.#openLine = this.#around.clock.timer(openLineMs, () => {
      this.#openLine = undefined;
      const line = this.#lines.flush(this.#around.clock.now());
      if (line !== undefined) this.#options.take([line]);
    });
  }

  async #works(): Promise<void> {
    const wasLost = this.#told === 'lost';
    this.#failures = 0;
    this.#told = undefined;
    this.#backoff.reset();
    this.#waits.reset();
    if (wasLost) await this.#say('resumed', `Reading ${clean(this.#log.path)} again`);
  }

  /** Resolves after a while with whether there is any use in trying again. */
  async #afterFailure(error: unknown): Promise<boolean> {
    const words = error === undefined ? 'the stream ended' : wordsOf(error);
    const verdict = error === undefined ? 'lost' : fileVerdict(error, words);
    this.#failures += 1;
    // A line that was cut by the break is not shown as if it stopped there.
    this.#openLine?.dispose();
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
        await this.#tellOnce('waiting', `is not there: ${words}`);
        return this.#pause(this.#waits.next());
      case 'lost':
        // A proxy may cut a stream every minute: what goes on at once needs no words.
        if (this.#failures > 1) await this.#tellOnce('lost', `can't be read at the moment: ${words}`);
        return this.#pause(Math.max(isNomadError(error) ? (error.retryAfterMs ?? 0) : 0, this.#backoff.next()));
    }
  }

  async #pause(delayMs: number): Promise<true> {
    const { signal, clock } = this.#around;
    await sleep(delayMs, signal, clock);
    return true;
  }

  async #ends(kind: LogNoteKind, what: string, more: Partial<LogNote> = {}): Promise<false> {
    await this.#breakOff();
    await this.#say(kind, `${clean(this.#log.path)} ${what}`, more);
    return false;
  }

  async #tellOnce(kind: 'waiting' | 'lost', what: string): Promise<void> {
    if (this.#told === kind) return;
    this.#told = kind;
    await this.#say(kind, `${clean(this.#log.path)} ${what}`);
  }

  async #say(kind: LogNoteKind, text: string, more: Partial<LogNote> = {}): Promise<void> {
    const { clock } = this.#around;
    const note: LogEntry = { kind, source: this.#log, atMs: clock.now(), ...more, text };
    await this.#options.take([note]);
  }
}
