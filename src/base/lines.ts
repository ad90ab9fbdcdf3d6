/** A line of a stream grew beyond what its reader accepts. */
export class LineTooLongError extends Error {
  override readonly name = 'LineTooLongError';
  /** How the line begins, at most a few hundred bytes of it. */
  readonly start: string;
  constructor(maxBytes: number, start: string) {
    super(`A line is longer than ${String(maxBytes)} bytes`);
    this.start = start;
  }
}

/** A stream ended within a line: it was cut, whatever its end looked like. */
export class LineCutError extends Error {
  override readonly name = 'LineCutError';
  /** What there is of the line. */
  readonly rest: string;
  constructor(rest: string) {
    super('The stream ended within a line');
    this.rest = rest;
  }
}

const startBytes = 256;

const newline = 0x0a;

/**
 * Splits a byte stream into lines of text, without their line ends. Bytes are joined before they are decoded, so a
 * character that is cut between two chunks stays whole.
 *
 * @param maxLineBytes a longer line throws {@link LineTooLongError}
 * @throws {LineCutError} when the stream ends without a line end
 */
export async function* lines(chunks: AsyncIterable<Uint8Array>, maxLineBytes: number): AsyncGenerator<string> {
  let parts: Uint8Array[] = [];
  let length = 0;
  const take = () => {
    const text = Buffer.concat(parts).toString('utf8');
    parts = [];
    length = 0;
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  };
  const push = (part: Uint8Array) => {
    length += part.byteLength;
    parts.push(part);
    if (length > maxLineBytes) throw new LineTooLongError(maxLineBytes, startOf(parts));
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      push(chunk.subarray(from, end));
      yield take();
      from = end + 1;
    }
    if (from < chunk.byteLength) push(chunk.subarray(from));
  }
  if (length > 0) throw new LineCutError(take());
}

function startOf(parts: readonly Uint8Array[]): string {
  const start: Uint8Array[] = [];
  let length = 0;
  for (const part of parts) {
    if (length >= startBytes) break;
    start.push(part.subarray(0, startBytes - length));
    length += part.byteLength;
  }
  return Buffer.concat(start).toString('utf8');
}
