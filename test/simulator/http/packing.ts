import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, crc32, deflateRawSync } from 'node:zlib';

const refusalType = 'text/plain; charset=utf-8';
const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
/** An empty block that is the last. */
const lastBlock = Buffer.from([1, 0, 0, 0xff, 0xff]);

/** One gzip file in pieces: all that was added so far can be unpacked at any time. */
export class GzipPieces {
  #crc = 0;
  #size = 0;
  #hasBegun = false;

  add(data: Buffer): Buffer {
    this.#crc = crc32(data, this.#crc);
    this.#size = (this.#size + data.length) >>> 0;
    const packed = deflateRawSync(data, { level: 1, finishFlush: constants.Z_SYNC_FLUSH });
    return this.#begun(packed);
  }

  end(): Buffer {
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(this.#crc, 0);
    trailer.writeUInt32LE(this.#size, 4);
    return this.#begun(Buffer.concat([lastBlock, trailer]));
  }

  #begun(data: Buffer): Buffer {
    const all = this.#hasBegun ? data : Buffer.concat([header, data]);
    this.#hasBegun = true;
    return all;
  }
}

export function acceptsGzip(request: IncomingMessage): boolean {
  return /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
}

/**
 * Compresses what is written to a response from here on, where the client takes that: each piece at once, as an agent
 * does with files and logs, also while it follows them. An older agent then loses the content type of refusals.
 *
 * @returns makes the response as it was, for an answer of another kind; of use as long as nothing is sent
 */
export function pack(request: IncomingMessage, response: ServerResponse, isOld: boolean): () => void {
  if (!response.hasHeader('Vary')) response.setHeader('Vary', 'Accept-Encoding');
  if (!acceptsGzip(request)) return () => undefined;
  const pieces = new GzipPieces();
  const write = response.write.bind(response) as (chunk: Buffer) => boolean;
  const end = response.end.bind(response) as (chunk: Buffer) => ServerResponse;
  response.setHeader('Content-Encoding', 'gzip');
  response.write = (chunk: unknown) => write(pieces.add(bytesOf(chunk)));
  response.end = (chunk?: unknown) => {
    const last = chunk === undefined ? [] : [pieces.add(bytesOf(chunk))];
    const bytes = Buffer.concat([...last, pieces.end()]);
    if (!response.headersSent) {
      const isRefusal = response.statusCode >= 400 && response.getHeader('Content-Type') === refusalType;
      if (isOld && isRefusal) response.removeHeader('Content-Type');
      response.setHeader('Content-Length', bytes.length);
    }
    return end(bytes);
  };
  return () => {
    Object.assign(response, { write, end });
    if (!response.headersSent) response.removeHeader('Content-Encoding');
  };
}

function bytesOf(chunk: unknown): Buffer {
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
}
