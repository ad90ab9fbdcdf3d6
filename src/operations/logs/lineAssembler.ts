import { lineText, plainText, wholeCharacters, wholeSequences } from './lineText.ts';
import type { LogLine, LogPosition, LogSource } from './types.ts';

const newline = 0x0a;
const carriageReturn = 0x0d;

/** What a line may be at most, in bytes; the rest is counted and left out. */
export const maxLineBytes = 64 * 1024;
/** Of a line that is too long and goes on, so much is counted before that is told again. */
const cutStepBytes = 1024 * 1024;

/** The beginning of a line whose end has not come. */
interface Begun {
  readonly position: LogPosition;
  /** Only what is to be shown. */
  bytes: Buffer[];
  kept: number;
  /** Beyond what is kept. */
  cut: number;
  /** Where what follows begins. */
  end: LogPosition;
}

/**
 * Makes lines of the bytes of one log, however they are cut. Holds no more than one line, and of that no more than can be
 * shown. Of progress that is written over itself with returns, the last state is the line.
 */
export class LineAssembler {
  readonly #source: LogSource;
  readonly #maxBytes: number;
  #begun: Begun | undefined;
  /** The beginning of the line was given out already. */
  #given = false;
  /** What was given of it was all that can be shown. */
  #full = false;
  /** What comes up to the next end of a line is left out. */
  #skipping = false;

  constructor(source: LogSource, maxBytes = maxLineBytes) {
    this.#source = source;
    this.#maxBytes = maxBytes;
  }

  /** True while there is something that {@link flush} might give. */
  get hasRest(): boolean {
    return this.#begun !== undefined;
  }

  /** Takes bytes that follow those before; `position` is theirs. Returns the lines that end in them. */
  push(position: LogPosition, bytes: Uint8Array, atMs: number): LogLine[] {
    const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const lines: LogLine[] = [];
    const { file, offset } = position;
    let from = 0;
    let isPlain = false;
    for (;;) {
      const end = data.indexOf(newline, from);
      if (end === -1) break;
      const next = { file, offset: offset + end + 1 };
      const line = this.#lineEnds(data.subarray(from, end), { file, offset: offset + from }, next, atMs);
      if (line !== undefined) lines.push(line);
      from = end + 1;
      // After the line that was begun before.
      if (!isPlain) from += this.#pushPlain({ file, offset: offset + from }, data.subarray(from), atMs, lines);
      isPlain = true;
    }
    if (from < data.length && !this.#skipping) this.#keep(data.subarray(from), { file, offset: offset + from });
    return lines;
  }

  /**
   * Gives what there is of a line whose end has not come: it is `open`, and what comes of it later is `continued`. A
   * character that is cut stays back, a return, which may belong to the end of the line, and an escape sequence that is cut.
   *
   * @param isEnd nothing more will come: gives all
   */
  flush(atMs: number, isEnd = false): LogLine | undefined {
    const begun = this.#begun;
    if (begun === undefined || (this.#full && !isEnd && begun.cut < cutStepBytes)) return undefined;
    const bytes = Buffer.concat(begun.bytes);
    const shown = isEnd || begun.cut > 0 ? bytes.length : endOfFlush(bytes, begun.end);
    if (shown === 0 && begun.cut === 0) return undefined;
    const next = { file: begun.end.file, offset: begun.end.offset - (bytes.length - shown) };
    const line = this.#line(bytes.subarray(0, shown), { ...begun, next }, atMs);
    this.#begun = undefined;
    this.#given = true;
    this.#full ||= begun.cut > 0;
    if (shown < bytes.length) this.#keep(bytes.subarray(shown), next);
    return { ...line, open: true };
  }

  /** Bytes are missing before those that come next, so these may begin within a line: it is left out to its end. */
  skip(): void {
    this.restart();
    this.#skipping = true;
  }

  /** What comes next begins a line, whatever came before. */
  restart(): void {
    this.#begun = undefined;
    this.#given = false;
    this.#full = false;
    this.#skipping = false;
  }

  /**
   * The quick way for whole lines of what nearly all logs are of: they are cut out of one text. Returns how many bytes it
   * took.
   */
  #pushPlain(position: LogPosition, data: Buffer, atMs: number, lines: LogLine[]): number {
    const text = plainText(data);
    if (text === undefined) return 0;
    const source = this.#source;
    const { file, offset } = position;
    // All at once, which takes half as long as to look for one end after the other.
    const parts = text.split('\n');
    const count = parts.length - 1;
    let start = position;
    for (let at = 0; at < count; at += 1) {
      const part = parts[at] ?? '';
      if (part.length > this.#maxBytes) break;
      const next = { file, offset: start.offset + part.length + 1 };
      lines.push({ kind: 'line', source, text: part, atMs, position: start, next });
      start = next;
    }
    return start.offset - offset;
  }

  #lineEnds(piece: Buffer, start: LogPosition, next: LogPosition, atMs: number): LogLine | undefined {
    if (this.#skipping) {
      this.#skipping = false;
      return undefined;
    }
    if (this.#begun === undefined && !this.#given && piece.length <= this.#maxBytes) {
      return this.#line(withoutReturn(piece), { position: start, next, cut: 0 }, atMs);
    }
    if (piece.length > 0) this.#keep(piece, start);
    const { position, bytes: kept, cut } = this.#begun ?? { position: start, bytes: [], cut: 0 };
    const all = Buffer.concat(kept);
    const bytes = cut > 0 ? all : withoutReturn(all);
    // Where all of it was given already, its end alone is no line.
    const line = this.#given && bytes.length + cut === 0 ? undefined : this.#line(bytes, { position, next, cut }, atMs);
    this.restart();
    return line;
  }

  #line(
    bytes: Buffer,
    { position, next, cut }: { position: LogPosition; next: LogPosition; cut: number },
    atMs: number,
  ): LogLine {
    const shown = cut > 0 ? bytes.subarray(0, wholeCharacters(bytes, bytes.length)) : bytes;
    const { text, binary } = lineText(shown);
    const cutBytes = cut + bytes.length - shown.length;
    // Where a return begins it, what was given before is written over.
    const continued = this.#given && bytes[0] !== carriageReturn;
    return {
      kind: 'line',
      source: this.#source,
      text,
      atMs,
      position,
      next,
      ...(continued ? { continued: true } : undefined),
      ...(cutBytes > 0 ? { cutBytes } : undefined),
      ...(binary ? { binary: true } : undefined),
    };
  }

  #keep(piece: Buffer, position: LogPosition): void {
    const end = { file: position.file, offset: position.offset + piece.length };
    const begun = (this.#begun ??= { position, bytes: [], kept: 0, cut: 0, end });
    begun.end = end;
    const state = this.#full ? piece : writtenOver(begun, piece);
    const room = this.#full ? 0 : Math.max(0, this.#maxBytes - begun.kept);
    // A copy, lest a line holds on to all that came with it.
    if (room > 0) begun.bytes.push(Buffer.from(state.subarray(0, room)));
    begun.kept += Math.min(room, state.length);
    begun.cut += Math.max(0, state.length - room);
  }
}

/** Drops from what was begun what `piece` writes over; returns what has to be kept of it, with a return before it. */
function writtenOver(begun: Begun, piece: Buffer): Buffer {
  const within = piece.length < 2 ? -1 : piece.lastIndexOf(carriageReturn, piece.length - 2);
  const before = begun.bytes.at(-1)?.at(-1) === carriageReturn && begun.cut === 0;
  if (within < 0 && !before) return piece;
  begun.bytes = [];
  begun.kept = 0;
  begun.cut = 0;
  return within >= 0 ? piece.subarray(within) : Buffer.concat([Buffer.from([carriageReturn]), piece]);
}

/** How many of the bytes can be shown before more have come. */
function endOfFlush(bytes: Buffer, end: LogPosition): number {
  const whole = wholeSequences(bytes, wholeCharacters(bytes, bytes.length));
  const shown = bytes[whole - 1] === carriageReturn ? whole - 1 : whole;
  // What stays back has to be in the file of the end, or its position could not be told.
  return bytes.length - shown > end.offset ? bytes.length : shown;
}

function withoutReturn(bytes: Buffer): Buffer {
  return bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes;
}
