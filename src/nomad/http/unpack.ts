import { pipeline } from 'node:stream';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import type { HttpResponse } from './body.ts';

const { BROTLI_OPERATION_FLUSH, Z_SYNC_FLUSH } = zlib.constants;

/**
 * Up to this size, unpacking takes less time than handing the work to another thread, unless little unpacks to a lot.
 */
const maxHereBytes = 64 * 1024;
const maxUnpackedHereBytes = 1024 * 1024;
/** Large, since each chunk costs a round trip to that thread. */
const chunkSize = 256 * 1024;

interface Decoder {
  readonly here: (bytes: Buffer, options: { maxOutputLength: number }) => Buffer;
  readonly aside: (bytes: Buffer, options: { maxOutputLength: number; chunkSize: number }) => Promise<Buffer>;
}

const unzip: Decoder = { here: zlib.unzipSync, aside: promisify(zlib.unzip) };
const inflateRaw: Decoder = { here: zlib.inflateRawSync, aside: promisify(zlib.inflateRaw) };
const brotli: Decoder = { here: zlib.brotliDecompressSync, aside: promisify(zlib.brotliDecompress) };

/**
 * Undoes the compression of a body. The client asks for gzip only; what else comes is a proxy's.
 *
 * @param coding as in the header `Content-Encoding`; an unknown one leaves the bytes as they are
 * @throws an error of zlib: its code is `ERR_BUFFER_TOO_LARGE` beyond `maxBytes`, and starts with `Z_` for broken bytes
 */
export async function unpack(bytes: Buffer, coding: string, maxBytes: number): Promise<Buffer> {
  const decoder = decoderOf(coding.toLowerCase(), bytes);
  if (decoder === undefined || bytes.byteLength === 0) return bytes;
  if (bytes.byteLength <= maxHereBytes) {
    try {
      return decoder.here(bytes, { maxOutputLength: Math.min(maxBytes, maxUnpackedHereBytes) });
    } catch (error) {
      if (maxBytes <= maxUnpackedHereBytes || !isTooLarge(error)) throw error;
    }
  }
  return decoder.aside(bytes, { maxOutputLength: maxBytes, chunkSize });
}

/** Undoes the compression of a stream piece by piece, where somebody compressed it although that was not asked for. */
export function unpackedAsItComes(response: HttpResponse): HttpResponse {
  const { body, coding = '' } = response;
  const name = coding.toLowerCase();
  if (body === null || !['gzip', 'x-gzip', 'deflate', 'br'].includes(name)) return response;
  const decoder =
    name === 'br'
      ? zlib.createBrotliDecompress({ flush: BROTLI_OPERATION_FLUSH, finishFlush: BROTLI_OPERATION_FLUSH })
      : zlib.createUnzip({ flush: Z_SYNC_FLUSH, finishFlush: Z_SYNC_FLUSH });
  // What ends one of them ends the other; the reader is told by the decoder.
  pipeline(body, decoder, () => undefined);
  return { ...response, body: decoder, coding: '' };
}

/** True for the error of bytes that unpack to more than they may. */
export function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}

function decoderOf(coding: string, bytes: Buffer): Decoder | undefined {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return unzip;
    case 'deflate':
      // Some servers leave out the zlib header that `deflate` stands for.
      return ((bytes[0] ?? 0) & 0x0f) === 8 ? unzip : inflateRaw;
    case 'br':
      return brotli;
    default:
      return undefined;
  }
}
