import type { PlacedClient } from '../../state/tables/placedClient.ts';
import { LineAssembler } from './lineAssembler.ts';
import { leastReach, placedParts } from './logPieces.ts';
import { comparePositions } from './types.ts';
import type { LogLine, LogPosition, TaskLog } from './types.ts';

/** What is older than what is shown of a log. */
export interface OlderLines {
  /** In the order of the log. */
  readonly lines: readonly LogLine[];
  /** Where they begin: to read on, ask for what is before it. */
  readonly from: LogPosition;
  /** There is nothing older. */
  readonly atStart: boolean;
}

interface Part {
  readonly position: LogPosition;
  readonly data: Uint8Array;
}

interface Passage {
  readonly landing: LogPosition;
  /** What is before the position, the last of it; undefined where the reader began behind it, or too far before it. */
  readonly parts: readonly Part[] | undefined;
  readonly length: number;
}

/** How often the place is looked for. */
const maxTries = 16;
/** So much more than is asked for is read, before it is looked for a nearer place to begin. */
const slackBytes = 4 * 1024 * 1024;
/** A line that is longer is given without its beginning. */
const longestBytes = 4 * 1024 * 1024;

/**
 * Reads the lines of a task's log before a position, so many bytes of them, and one line at least. Needs `read-logs`.
 *
 * @param position the `position` of a line
 * @throws {NomadError}, of kind `notFound` where the files are gone; the signal's reason
 */
export async function readBefore(
  client: PlacedClient,
  log: TaskLog,
  position: LogPosition,
  {
    bytes,
    signal,
    nowMs = Date.now(),
  }: { readonly bytes: number; readonly signal: AbortSignal; readonly nowMs?: number },
): Promise<OlderLines> {
  const nothing = { lines: [], from: position, atStart: true };
  if (position.file === 0 && position.offset === 0) return nothing;
  for (let wanted = bytes; ; wanted *= 8) {
    const parts = await partsBefore(client, log, position, wanted, signal);
    const first = parts?.[0];
    if (parts === undefined || first === undefined) return nothing;
    const lines = linesOf(log, parts, wanted < longestBytes, nowMs);
    const from = lines[0]?.position ?? first.position;
    if (lines.length > 0 || first.position.offset === 0)
      return { lines, from, atStart: from.file === 0 && from.offset === 0 };
  }
}

/** @param whole leaves out a line whose beginning is missing */
function linesOf(log: TaskLog, parts: readonly Part[], whole: boolean, nowMs: number): LogLine[] {
  const assembler = new LineAssembler(log);
  if (whole && (parts[0]?.position.offset ?? 0) > 0) assembler.skip();
  const lines = parts.flatMap(({ position, data }) => assembler.push(position, data, nowMs));
  const rest = assembler.flush(nowMs, true);
  if (rest !== undefined) lines.push(rest);
  return lines;
}

/** The bytes right before a position; undefined where it is the start of what there is. */
async function partsBefore(
  client: PlacedClient,
  log: TaskLog,
  position: LogPosition,
  bytes: number,
  signal: AbortSignal,
): Promise<readonly Part[] | undefined> {
  let reach = leastReach + bytes;
  let tooNear = 0;
  let tooFar = Infinity;
  let nearest: LogPosition | undefined;
  for (let tries = 0; tries < maxTries; tries += 1) {
    const isLast = tries === maxTries - 1 || tooFar - tooNear < slackBytes;
    const passage = await passageBefore(client, log, { position, reach, bytes, isLast }, signal);
    if (passage === undefined) return undefined;
    const { landing, parts } = passage;
    if (parts !== undefined && passage.length > 0) return parts;
    const isBehind = comparePositions(landing, position) >= 0;
    if (isBehind && nearest !== undefined && comparePositions(landing, nearest) === 0 && landing.offset === 0)
      return undefined;
    if (isBehind) tooNear = reach;
    else tooFar = reach;
    nearest = landing;
    reach = nextReach(reach, { landing, position, bytes, tooNear, tooFar });
  }
  return undefined;
}

function nextReach(
  reach: number,
  at: { landing: LogPosition; position: LogPosition; bytes: number; tooNear: number; tooFar: number },
): number {
  const { landing, position, bytes, tooNear, tooFar } = at;
  const isWithin = (next: number) => next > tooNear && next < tooFar;
  const exact = reach + (landing.offset - position.offset) + bytes;
  if (landing.file === position.file && isWithin(exact) && exact >= leastReach) return exact;
  return tooFar === Infinity ? reach * 4 : Math.ceil((tooNear + tooFar) / 2);
}

/** Reads from a distance to the end up to a position; undefined where there is nothing in the log. */
async function passageBefore(
  client: PlacedClient,
  log: TaskLog,
  { position, reach, bytes, isLast }: { position: LogPosition; reach: number; bytes: number; isLast: boolean },
  signal: AbortSignal,
): Promise<Passage | undefined> {
  let landing: LogPosition | undefined;
  let parts: Part[] = [];
  let length = 0;
  for await (const part of placedParts(client, log, { origin: 'end', offset: reach }, { follow: false, signal })) {
    if (part === 'beat') continue;
    landing ??= part.position;
    if (comparePositions(landing, position) >= 0) return { landing, parts: undefined, length: 0 };
    const taken = upTo(part, position);
    length += taken.data.byteLength;
    parts.push(taken);
    if (length > bytes + slackBytes && !isLast) return { landing, parts: undefined, length: 0 };
    parts = lastOf(parts, bytes);
    if (taken.data.byteLength < part.data.byteLength) break;
  }
  signal.throwIfAborted();
  return landing === undefined ? undefined : { landing, parts, length };
}

function upTo({ position, data }: Part, end: LogPosition): Part {
  if (position.file < end.file) return { position, data };
  const length = position.file > end.file ? 0 : Math.max(0, end.offset - position.offset);
  return { position, data: data.subarray(0, length) };
}

/** As many parts from the end as hold so many bytes, the first of them cut. */
function lastOf(parts: readonly Part[], bytes: number): Part[] {
  const kept: Part[] = [];
  let left = bytes;
  for (let at = parts.length - 1; at >= 0 && left > 0; at -= 1) {
    const part = parts[at];
    if (part === undefined || part.data.byteLength === 0) continue;
    const from = Math.max(0, part.data.byteLength - left);
    const { file, offset } = part.position;
    kept.unshift({ position: { file, offset: offset + from }, data: part.data.subarray(from) });
    left -= part.data.byteLength;
  }
  return kept;
}
