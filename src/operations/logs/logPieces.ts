import { comparePositions } from './types.ts';
import type { LogPosition, TaskLog } from './types.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';

/** Where to begin: at a position, at the start of what there is, or so many bytes before the end. */
export type Wanted =
  | LogPosition
  | 'start'
  /** With `after`: from there if that is later, since what is before it is known already. */
  | { readonly tailBytes: number; readonly after?: LogPosition | undefined };

export type LogPiece =
  | {
      readonly kind: 'data';
      readonly position: LogPosition;
      readonly data: Uint8Array;
      /** What is before it was not asked for, so it may begin within a line. */
      readonly midLine: boolean;
      /** How much came with it, what was left out included. */
      readonly frameBytes: number;
    }
  /** A sign of life, once a second. */
  | { readonly kind: 'beat' }
  /** Files between the two are gone. */
  | { readonly kind: 'gap'; readonly from: LogPosition; readonly to: LogPosition }
  /** The file was made shorter: what follows is its new content. */
  | { readonly kind: 'truncated' };

export interface PieceOptions {
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

/**
 * So near to its end a log is never begun. Nomad tells where its first read of a file ended, and a frame may hold several:
 * but a read is whole, 64 KiB, wherever that much is left, and there is but one where a file doesn't grow any more. So far
 * from the end one of the two is so, and the place where a stream begins can be told from its first frame.
 */
export const leastReach = 128 * 1024;
const greatestReach = 2 ** 40;
/** After so many signs of life without data there is nothing to come for the moment. */
const quietBeats = 2;

/**
 * The bytes of a task's log from a place on, each once and in order, over one connection; over more only while the place is
 * looked for. An offset of Nomad's counts over the files that there are at that moment, so it means another place as soon
 * as the oldest of them is removed. Therefore the end is where it is counted from: some bytes more than needed are asked
 * for, and those that are known are left out. That needs `read-logs` alone.
 *
 * `GET /v1/client/fs/logs/:id`, https://developer.hashicorp.com/nomad/api-docs/client#stream-logs
 *
 * @throws {NomadError}; an abort of the signal ends it without an error
 */
export async function* logPieces(
  client: PlacedClient,
  log: TaskLog,
  wanted: Wanted,
  options: PieceOptions,
): AsyncGenerator<LogPiece> {
  let now = wanted;
  let reach = now !== 'start' && 'tailBytes' in now ? Math.max(leastReach, now.tailBytes) : leastReach;
  let nearest: LogPosition | undefined;
  while (!options.signal.aborted) {
    const attempt = new Attempt(now, reach, nearest);
    // Leaving the loop ends the connection.
    for await (const placed of placedParts(client, log, attempt.query, options)) {
      yield* attempt.take(placed);
      if (attempt.outcome !== undefined) break;
    }
    if (attempt.outcome === undefined) attempt.end();
    if (attempt.outcome === 'shrunk') {
      yield { kind: 'truncated' };
      now = attempt.shrunkTo;
    } else if (attempt.outcome === 'farther') {
      nearest = attempt.landing;
      reach *= 4;
    } else return;
  }
}

/** Whether more than so many bytes are behind a position. */
export async function isFarBehind(
  client: PlacedClient,
  log: TaskLog,
  { position, bytes }: { readonly position: LogPosition; readonly bytes: number },
  signal: AbortSignal,
): Promise<boolean> {
  const query = { origin: 'end', offset: Math.max(leastReach, bytes) } as const;
  for await (const part of placedParts(client, log, query, { follow: false, signal })) {
    if (part !== 'beat') return comparePositions(part.position, position) > 0;
  }
  return false;
}

export type PlacedPart =
  | 'beat'
  | { readonly position: LogPosition; readonly data: Uint8Array; readonly truncated: boolean };

/** What a connection sends, and where that stands. */
export async function* placedParts(
  client: PlacedClient,
  log: TaskLog,
  query: { readonly origin: 'start' | 'end'; readonly offset: number },
  { follow, signal }: PieceOptions,
): AsyncGenerator<PlacedPart> {
  const { task, stream: type, place, allocation } = log;
  const options = { task, type, follow, heartbeats: true, signal, ...query, ...place };
  let next: LogPosition | undefined;
  let wasTruncation = false;
  for await (const { data, file: name, offset = 0, event } of client.allocations.logParts(allocation, options)) {
    if (data.byteLength === 0 && event === undefined) {
      yield 'beat';
      continue;
    }
    const file = Number(/\.(\d{1,15})$/.exec(name ?? '')?.[1] ?? next?.file ?? 0);
    // Nomad tells most truncations a second time, by a frame without data.
    const truncated: boolean = event === 'file truncated' && !(wasTruncation && data.byteLength === 0);
    wasTruncation = truncated;
    if (truncated) next = { file, offset: 0 };
    else if (next === undefined) next = { file, offset: Math.max(0, offset - data.byteLength) };
    else if (next.file !== file) next = { file, offset: 0 };
    yield { position: next, data, truncated };
    next = { file, offset: next.offset + data.byteLength };
  }
}

/** One connection: where it has to begin, and whether it did. */
class Attempt {
  /** `farther`: began behind what is wanted. `shrunk`: ended before it. */
  outcome: 'farther' | 'shrunk' | undefined;
  landing: LogPosition | undefined;
  #wanted: Wanted;
  readonly #reach: number;
  readonly #nearest: LogPosition | undefined;
  /** What comes next is to be given from here on; undefined while that is not known. */
  #next: LogPosition | undefined;
  #seen: LogPosition | undefined;
  #toSkip = 0;
  #midLine = false;
  #beats = 0;

  /** @param nearest where an attempt that reached less far began, if there was one */
  constructor(wanted: Wanted, reach: number, nearest: LogPosition | undefined) {
    this.#wanted = wanted;
    this.#reach = reach;
    this.#nearest = nearest;
    if (isPosition(wanted)) this.#next = wanted;
  }

  get query(): { origin: 'start' | 'end'; offset: number } {
    return this.#wanted === 'start' ? { origin: 'start', offset: 0 } : { origin: 'end', offset: this.#reach };
  }

  /** Where to go on after the file shrank. */
  get shrunkTo(): Wanted {
    return this.#seen === undefined ? 'start' : { file: this.#seen.file, offset: 0 };
  }

  *take(part: PlacedPart): Generator<LogPiece> {
    if (part === 'beat') {
      this.#beats += 1;
      if (this.#beats > quietBeats && this.#isBehind()) this.outcome = 'shrunk';
      else yield { kind: 'beat' };
      return;
    }
    this.#beats = 0;
    const { position, data, truncated } = part;
    if (this.landing === undefined) {
      this.landing = position;
      yield* this.#lands(position);
      if (this.outcome !== undefined) return;
    }
    if (truncated) {
      yield { kind: 'truncated' };
      this.#next = position;
    }
    yield* this.#give(position, data);
    this.#seen = { file: position.file, offset: position.offset + data.byteLength };
  }

  /** The stream is over. */
  end(): void {
    if (this.#isBehind()) this.outcome = 'shrunk';
  }

  /** True while less was seen than is known to have been there. */
  #isBehind(): boolean {
    const wanted = this.#wanted;
    if (!isPosition(wanted) || (wanted.offset === 0 && wanted.file === 0)) return false;
    if (this.#seen === undefined) return wanted.offset > 0;
    return comparePositions(this.#seen, wanted) < 0 && !(wanted.offset === 0 && this.#seen.file === wanted.file - 1);
  }

  *#lands(landing: LogPosition): Generator<LogPiece> {
    const wanted = this.#wanted;
    if (wanted === 'start') {
      this.#midLine = landing.offset > 0;
      return;
    }
    if (isPosition(wanted)) {
      if (comparePositions(landing, wanted) <= 0) return;
      if (!this.#isOldest(landing)) {
        this.outcome = 'farther';
        return;
      }
      yield this.#gapTo(wanted, landing);
      return;
    }
    const { tailBytes, after } = wanted;
    if (after !== undefined && comparePositions(landing, after) <= 0) {
      this.#wanted = after;
      this.#next = after;
      return;
    }
    if (after !== undefined) {
      yield this.#gapTo(after, landing);
      return;
    }
    // At the start of a file there may be less before the end than was reached for.
    this.#toSkip = landing.offset === 0 ? 0 : Math.max(0, this.#reach - tailBytes);
    this.#midLine = landing.offset > 0;
  }

  #gapTo(from: LogPosition, to: LogPosition): LogPiece {
    this.#next = to;
    this.#midLine ||= to.offset > 0;
    return { kind: 'gap', from, to };
  }

  /** Reaching farther began at the same place, or can't be. */
  #isOldest(landing: LogPosition): boolean {
    if (this.#reach >= greatestReach) return true;
    return landing.offset === 0 && this.#nearest !== undefined && comparePositions(landing, this.#nearest) === 0;
  }

  *#give(position: LogPosition, data: Uint8Array): Generator<LogPiece> {
    const { file } = position;
    const next = (this.#next ??= position);
    if (file > next.file && (file > next.file + 1 || position.offset > 0) && !this.#isFirst()) {
      yield { kind: 'gap', from: next, to: position };
    }
    let from = 0;
    if (file < next.file) from = data.byteLength;
    else if (file === next.file) from = Math.min(data.byteLength, Math.max(0, next.offset - position.offset));
    const skipped = Math.min(this.#toSkip, data.byteLength - from);
    this.#toSkip -= skipped;
    from += skipped;
    if (file > next.file || skipped > 0) this.#next = { file, offset: position.offset + from };
    if (from >= data.byteLength) return;
    const at = { file, offset: position.offset + from };
    yield {
      kind: 'data',
      position: at,
      data: data.subarray(from),
      midLine: this.#midLine,
      frameBytes: data.byteLength,
    };
    this.#midLine = false;
    this.#next = { file, offset: position.offset + data.byteLength };
  }

  #isFirst(): boolean {
    return this.#seen === undefined && !isPosition(this.#wanted);
  }
}

function isPosition(wanted: Wanted): wanted is LogPosition {
  return wanted !== 'start' && 'file' in wanted;
}
