import { systemClock } from '../base/clock.ts';
import { answerError } from './answer-errors.ts';
import type { RefusedAnswer } from './answer-errors.ts';
import type { Call } from './call.ts';
import type { NomadError } from './errors.ts';
import { timeoutError } from './network-errors.ts';
import { unpack } from './unpack.ts';

/** What is used of an HTTP response. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: NodeJS.ReadableStream | null;
  /** The compression that the body still has. */
  readonly coding?: string;
}

const maxErrorBytes = 256 * 1024;
/** Most of an error that turns out so long is cut off again. */
const maxUnpackedErrorBytes = 16 * 1024 * 1024;

/** Closes a response whose body is of no interest. */
export function discard(response: HttpResponse): void {
  const body: (NodeJS.ReadableStream & { destroy?: () => unknown }) | null = response.body;
  body?.destroy?.();
}

/** Reads a refusal and says what it means. */
export async function refusal(response: HttpResponse, call: Call, timeoutMs: number): Promise<NomadError> {
  const bytes = await wholeOf(response, call, { timeoutMs, totalMs: 2 * timeoutMs, maxBytes: maxErrorBytes });
  return answerError(describe(response, bytes.toString('utf8'), call));
}

/** The answer as errors are made of; its body has no secrets. */
export function describe(response: HttpResponse, body: string, call: Call): RefusedAnswer {
  return {
    status: response.status,
    body: call.redact(body),
    contentType: response.headers.get('content-type'),
    retryAfter: response.headers.get('retry-after'),
    authenticate: response.headers.get('www-authenticate'),
    method: call.facts.method,
    path: call.facts.path,
    address: call.facts.address,
  };
}

/** The body's chunks under the call's time limits; ends the call with the body, or when the reader stops. */
export async function* chunksOf(
  response: HttpResponse,
  call: Call,
  timeoutMs: number,
  idleTimeoutMs = timeoutMs,
): AsyncGenerator<Uint8Array> {
  try {
    call.answered();
    call.limit(timeoutMs);
    for await (const chunk of response.body ?? []) {
      call.pause();
      yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      call.limit(idleTimeoutMs);
    }
    call.completed();
  } catch (error) {
    throw call.failure(error);
  } finally {
    call.dispose();
  }
}

/** The bounds of a body that is read as a whole. */
export interface WholeLimits {
  /** Between two parts. */
  readonly timeoutMs: number;
  readonly totalMs: number;
  readonly maxBytes: number;
  /** What to throw beyond `maxBytes`; where there is none, what fits is the answer. */
  readonly tooLarge?: () => NomadError;
}

/** All bytes of the body, without compression. Ends the call. */
export async function wholeOf(response: HttpResponse, call: Call, limits: WholeLimits): Promise<Buffer> {
  const { coding = '' } = response;
  try {
    const bytes = await sentBytes(response, call, limits);
    // An abort drops what has come and lets the rest end as if it were all.
    call.signal.throwIfAborted();
    if (coding === '') return bytes;
    const unpacked = await unpack(
      bytes,
      coding,
      limits.tooLarge === undefined ? maxUnpackedErrorBytes : limits.maxBytes,
    );
    return unpacked.subarray(0, limits.maxBytes);
  } catch (error) {
    throw limits.tooLarge !== undefined && isTooLarge(error) ? limits.tooLarge() : call.failure(error);
  } finally {
    call.dispose();
  }
}

/** With events, since an iterator over a small body takes as long as its way from the server. */
function sentBytes(response: HttpResponse, call: Call, limits: WholeLimits): Promise<Buffer> {
  const { timeoutMs, totalMs, maxBytes, tooLarge } = limits;
  const { body } = response;
  const endMs = systemClock.now() + totalMs;
  const parts: Buffer[] = [];
  let length = 0;
  call.answered();
  return new Promise((resolve, reject) => {
    const finish = () => {
      resolve(parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts));
    };
    if (body === null) {
      finish();
      return;
    }
    call.limit(timeoutMs);
    body.on('data', (chunk: Buffer) => {
      call.limit(timeoutMs);
      length += chunk.byteLength;
      if (length <= maxBytes) parts.push(chunk);
      else if (tooLarge === undefined) finish();
      else reject(tooLarge());
      if (systemClock.now() > endMs) reject(timeoutError(call.facts, totalMs, 'whole'));
    });
    body.on('error', reject);
    body.on('end', () => {
      call.completed();
      finish();
    });
    body.on('close', () => {
      if (!call.isComplete) reject(new Error('The body ended before its end.'));
    });
  });
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}
