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
  let rest: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = scanner.endIn(chunk, 0); end !== -1; end = scanner.endIn(chunk, from)) {
      yield parse(Buffer.concat([rest, chunk.subarray(from, end)]));
      rest = new Uint8Array(0);
      from = end;
    }
    rest = Buffer.concat([rest, chunk.subarray(from)]);
    if (rest.byteLength > maxBytes) throw new NomadError('tooLarge', 'A frame of the stream is too large.');
  }
  if (Buffer.from(rest).toString('utf8').trim() !== '') {
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
    for (let at = from; at < chunk.byteLength; at += 1) {
      const byte = chunk[at];
      if (this.#inString) this.#within(byte);
      else if (byte === quote) this.#inString = true;
      else if (byte === open) this.#depth += 1;
      else if (byte === close) {
        this.#depth -= 1;
        if (this.#depth <= 0) {
          this.#depth = 0;
          return at + 1;
        }
      }
    }
    return -1;
  }

  #within(byte: number | undefined): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === backslash) this.#escaped = true;
    else if (byte === quote) this.#inString = false;
  }
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw new NomadError('decode', 'A frame of the stream is not valid JSON.');
  }
}
