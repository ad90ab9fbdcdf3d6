/** A line of a stream grew beyond what its reader accepts. */
export class LineTooLongError extends Error {
  override readonly name = 'LineTooLongError';
  constructor(maxBytes: number) {
    super(`A line is longer than ${String(maxBytes)} bytes`);
  }
}

const newline = 0x0a;

/**
 * Splits a byte stream into lines of text, without their line ends. Bytes are joined before they are decoded, so a
 * character that is cut between two chunks stays whole. A last line without an end counts too.
 *
 * @param maxLineBytes a longer line throws {@link LineTooLongError}
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
    if (length > maxLineBytes) throw new LineTooLongError(maxLineBytes);
    parts.push(part);
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
  if (length > 0) yield take();
}
