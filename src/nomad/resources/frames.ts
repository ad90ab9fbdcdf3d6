import { NomadError } from '../http/errors.ts';

const quote = 0x22;
const backslash = 0x5c;
const open = 0x7b;
const close = 0x7d;

/**
 * Splits a byte stream of JSON objects that follow each other without separators.
 *
 * @param maxBytes a longer object throws {@link NomadError} of kind `tooLarge`
 * @throws {NomadError} of kind `decode` for what isn't JSON
 */
export async function* jsonObjects(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator {
  const scanner = new ObjectScanner();
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = scanner.endIn(chunk, 0); end !== -1; end = scanner.endIn(chunk, from)) {
      const last = chunk.subarray(from, end);
      yield parse(parts.length === 0 ? last : Buffer.concat([...parts, last]));
      parts = [];
      length = 0;
      from = end;
    }
    if (from === chunk.byteLength) continue;
    parts.push(chunk.subarray(from));
    length += chunk.byteLength - from;
    if (length > maxBytes) throw new NomadError('tooLarge', 'A frame of the stream is too large.');
  }
  if (Buffer.concat(parts).toString('utf8').trim() !== '') {
    throw new NomadError('closed', 'The stream was cut off within a frame.');
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

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch {
    throw new NomadError('decode', 'A frame of the stream is not valid JSON.');
  }
}
