import { NomadError } from '../http/errors.ts';

const quote = 0x22;
const backslash = 0x5c;
const open = 0x7b;
const close = 0x7d;

/** Room for a frame of Nomad's. */
const leastMemory = 192 * 1024;
/** Of an object that is shorter, all is parsed: that takes no time. */
const shortBytes = 1024;

/**
 * Splits a byte stream of JSON objects that follow each other without separators.
 *
 * @param maxBytes a longer object throws {@link NomadError} of kind `tooLarge`
 * @param read makes something else of the bytes of an object than what is in it, and keeps none of them; {@link SyntaxError}
 *   where it can't
 * @throws {NomadError} of kind `decode` for what isn't JSON
 */
export async function* jsonObjects<T = unknown>(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
  read: (bytes: Buffer) => T = parsed as (bytes: Buffer) => T,
): AsyncGenerator<T> {
  const scanner = new ObjectScanner();
  const begun = new Gathered();
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = scanner.endIn(chunk, 0); end !== -1; end = scanner.endIn(chunk, from)) {
      const last = chunk.subarray(from, end);
      yield attempt(read, begun.length === 0 ? last : begun.with(last));
      begun.clear();
      from = end;
    }
    begun.add(chunk.subarray(from));
    if (begun.length > maxBytes) throw new NomadError('tooLarge', 'A frame of the stream is too large.');
  }
  if (begun.with(new Uint8Array(0)).toString('utf8').trim() !== '') {
    throw new NomadError('closed', 'The stream was cut off within a frame.');
  }
}

/** What there is of an object that goes on in the next chunk, always in the same memory: new one for each would be much. */
class Gathered {
  #memory = Buffer.alloc(0);
  length = 0;

  add(part: Uint8Array): void {
    const length = this.length + part.byteLength;
    if (length > this.#memory.byteLength) {
      const larger = Buffer.allocUnsafe(Math.max(leastMemory, 2 * length));
      larger.set(this.#memory.subarray(0, this.length));
      this.#memory = larger;
    }
    this.#memory.set(part, this.length);
    this.length = length;
  }

  /** All of it, up to `last`; good until something is added again. */
  with(last: Uint8Array): Buffer {
    this.add(last);
    return this.#memory.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }
}

/** Finds where an object ends; keeps its place between chunks. */
class ObjectScanner {
  #depth = 0;
  #inString = false;
  #escaped = false;

  /** The position after the object's last byte, or -1 if it goes on in the next chunk. */
  endIn(chunk: Uint8Array, from: number): number {
    let at = from;
    while (at < chunk.byteLength) {
      if (this.#inString) {
        at = this.#endOfString(chunk, at);
        continue;
      }
      const byte = chunk[at];
      at += 1;
      if (byte === quote) this.#inString = true;
      else if (byte === open) this.#depth += 1;
      else if (byte === close) {
        this.#depth -= 1;
        if (this.#depth <= 0) {
          this.#depth = 0;
          return at;
        }
      }
    }
    return -1;
  }

  /** Where to go on after the string, or after what there is of it. Nearly all of a frame is one string without escapes. */
  #endOfString(chunk: Uint8Array, from: number): number {
    let at = from;
    while (at < chunk.byteLength) {
      if (this.#escaped) {
        this.#escaped = false;
        at += 1;
        continue;
      }
      const end = chunk.indexOf(quote, at);
      const stop = end === -1 ? chunk.byteLength : end;
      const escape = chunk.subarray(at, stop).indexOf(backslash);
      if (escape !== -1) {
        this.#escaped = true;
        at += escape + 1;
        continue;
      }
      if (end === -1) return chunk.byteLength;
      this.#inString = false;
      return end + 1;
    }
    return at;
  }
}

function attempt<T>(read: (bytes: Buffer) => T, bytes: Uint8Array): T {
  try {
    return read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new NomadError('decode', 'A frame of the stream is not valid JSON.');
  }
}

function parsed(bytes: Buffer): unknown {
  return JSON.parse(bytes.toString('utf8'));
}

/** An object, one of whose fields is taken out of it and decoded. */
export interface WithBytes {
  /** The others; the field itself where it could not be taken out. */
  readonly rest: unknown;
  readonly bytes: Buffer | undefined;
}

/**
 * Reads an object that is nearly all one field in base64: its bytes are decoded from where they stand, and only what is
 * around them is parsed, which takes a fraction of parsing all of it.
 *
 * @throws SyntaxError for what isn't JSON
 */
export function readWithBytes(object: Buffer, field: string): WithBytes {
  const mark = `"${field}":"`;
  const at = object.length < shortBytes ? -1 : object.indexOf(mark, 0, 'latin1');
  if (at === -1) return { rest: parsed(object), bytes: undefined };
  const from = at + mark.length;
  const end = Math.max(from, object.indexOf(quote, from));
  const encoded = object.toString('latin1', from, end);
  // Escapes are for the parser, and so is a field of that name further inside.
  if (encoded.includes('\\')) return { rest: parsed(object), bytes: undefined };
  const around = Buffer.concat([object.subarray(0, from), object.subarray(end)]);
  const rest = parsed(around) as Readonly<Record<string, unknown>> | null;
  if (rest?.[field] !== '') return { rest: parsed(object), bytes: undefined };
  return { rest, bytes: Buffer.from(encoded, 'base64') };
}
