import { sleep, systemClock } from '../../base/clock.ts';
import { Backoff } from '../../base/backoff.ts';
import { UserError } from '../../base/userError.ts';
import { isNomadError, NomadError } from '../../nomad/http/errors.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';
import { checkReadable, pathWithin, type FileAt, type FileEntry } from './entries.ts';
import { statFile } from './listFiles.ts';

/** Connections in a row that brought nothing, before it is given up. */
const mostTries = 4;
/** So much of what was read is read again after a break, to see that it is the same file. */
const overlapBytes = 4096;

/** What may be over the next time. */
const passing = ['closed', 'timeout', 'unreachable', 'refused', 'notNomad', 'tooManyRequests'] as const;

/** A part of a file, in bytes. */
export interface FileRange {
  readonly offset: number;
  /** At most so many. */
  readonly limit: number;
}

/**
 * The bytes of a part of a file; fewer where it ends before. Asks as a stream does: of Nomad's other ways to read, what
 * can't be read is a success with the error for a text. Needs `read-fs`.
 *
 * `GET /v1/client/fs/stream/:id`, https://developer.hashicorp.com/nomad/api-docs/client#stream-file
 *
 * @param known as it is now, where that was asked for already
 * @throws {UserError} for what is no file; {@link NomadError}; the signal's reason
 */
export async function readRange(
  client: PlacedClient,
  at: FileAt,
  { offset, limit }: FileRange,
  signal: AbortSignal,
  known?: FileEntry,
): Promise<Uint8Array> {
  checkReadable(known ?? (await statFile(client, at, signal)), at.path);
  const parts: Uint8Array[] = [];
  let left = limit;
  // Leaving the loop ends the connection.
  for await (const data of fileData(client, at, offset, signal)) {
    parts.push(data.subarray(0, left));
    left -= data.byteLength;
    if (left <= 0) break;
  }
  return Buffer.concat(parts);
}

/** The bytes of a file from an offset to its end, over one connection. */
async function* fileData(
  client: PlacedClient,
  { allocation, place, path }: FileAt,
  offset: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const options = { ...place, offset, origin: 'start', follow: false, signal } as const;
  for await (const { data } of client.files.stream(allocation, `/${pathWithin(path)}`, options)) {
    if (data.byteLength > 0) yield data;
  }
  // The client ends a stream without an error where its reader left.
  signal.throwIfAborted();
}

/**
 * All bytes of a file, as many as it had at the start, each once and in order, however often the connection breaks. Never
 * holds more of them than a part. Needs `read-fs`.
 *
 * @param known as it is now, where that was asked for already
 * @throws {UserError} for what is no file, and for one that was made shorter or written anew while it was read;
 * {@link NomadError}; the signal's reason
 */
export async function* fileBytes(
  client: PlacedClient,
  at: FileAt,
  signal: AbortSignal,
  known?: FileEntry,
): AsyncGenerator<Uint8Array> {
  signal.throwIfAborted();
  const entry = known === undefined || known.kind === 'link' ? await statFile(client, at, signal) : known;
  checkReadable(entry, at.path);
  const reading = new Reading(client, at, entry.size);
  const backoff = new Backoff({ baseMs: 300, capMs: 5000 });
  let failures = 0;
  while (!reading.isDone) {
    const before = reading.offset;
    let why = new NomadError('closed', `The stream of ${at.path} ended before its end.`);
    try {
      yield* reading.connect(signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!isNomadError(error, ...passing)) throw error;
      why = error;
    }
    failures = reading.offset > before ? 0 : failures + 1;
    if (failures >= mostTries) throw why;
    await reading.checkLength(signal);
    await sleep(failures === 0 ? 0 : backoff.next(), signal, systemClock);
  }
}

class Reading {
  readonly #client: PlacedClient;
  readonly #at: FileAt;
  readonly #size: number;
  #offset = 0;
  /** The last bytes that were given. */
  #last: Uint8Array = new Uint8Array(0);

  constructor(client: PlacedClient, at: FileAt, size: number) {
    this.#client = client;
    this.#at = at;
    this.#size = size;
  }

  get offset(): number {
    return this.#offset;
  }

  get isDone(): boolean {
    return this.#offset >= this.#size;
  }

  /** Gives what comes of it over one connection. */
  async *connect(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const expected = this.#last;
    let seen = 0;
    for await (const data of fileData(this.#client, this.#at, this.#offset - expected.byteLength, signal)) {
      const again = Math.min(expected.byteLength - seen, data.byteLength);
      if (Buffer.compare(data.subarray(0, again), expected.subarray(seen, seen + again)) !== 0) throw this.#otherFile();
      seen += again;
      const fresh = data.subarray(again, again + this.#size - this.#offset);
      if (fresh.byteLength > 0) {
        this.#keep(fresh);
        yield fresh;
      }
      if (this.isDone) return;
    }
  }

  /** @throws {UserError} where it is shorter than it was, before all of that was read */
  async checkLength(signal: AbortSignal): Promise<void> {
    if (this.isDone) return;
    try {
      const { size } = await statFile(this.#client, this.#at, signal);
      if (size < this.#size) throw this.#otherFile();
    } catch (error) {
      // What breaks a connection may break this one; then the next attempt tells.
      if (!isNomadError(error, ...passing)) throw error;
    }
  }

  #keep(data: Uint8Array): void {
    this.#offset += data.byteLength;
    const last = data.byteLength >= overlapBytes ? data : Buffer.concat([this.#last, data]);
    // A copy, lest it holds on to all that came with it.
    this.#last = Buffer.from(last.subarray(-overlapBytes));
  }

  #otherFile(): UserError {
    return new UserError(`${this.#at.path} was made shorter or written anew while it was read.`);
  }
}
