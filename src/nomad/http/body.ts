import { systemClock } from '../../base/clock.ts';
import type { RefusedAnswer } from './answerErrors.ts';
import type { Call } from './call.ts';
import type { NomadError } from './errors.ts';
import { timeoutError } from './networkErrors.ts';
import { proxyRefused } from './proxyErrors.ts';
import { isTooLarge, unpack } from './unpack.ts';

/** What is used of an HTTP response. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: NodeJS.ReadableStream | null;
  /** The compression that the body still has. */
  readonly coding?: string;
}

/** 32 kB/s: what a slow connection still carries. */
const slowestBytesPerMs = 32;
/** However steadily a body arrives, it gets at most this many time limits on top of the first. */
const maxExtensions = 5;
const maxErrorBytes = 256 * 1024;
/** Longer errors are cut anyway. */
const maxUnpackedErrorBytes = 16 * 1024 * 1024;

/** Closes a response whose body is of no interest. */
export function discard(response: HttpResponse): void {
  const body: (NodeJS.ReadableStream & { destroy?: () => unknown }) | null = response.body;
  body?.destroy?.();
}

/** Reads a refusal and says what it means. */
export async function refusal(response: HttpResponse, call: Call, timeoutMs: number): Promise<NomadError> {
  const bytes = await wholeOf(response, call, { timeoutMs, maxBytes: maxErrorBytes });
  // Read with the first refusal: VS Code's start must not wait for it.
  const { answerError } = await import('./answerErrors.ts');
  const error = answerError(describe(response, bytes.toString('utf8'), call));
  const { forwarder, facts } = call;
  const isProxys = response.status === 407 || (error.kind === 'notNomad' && response.status >= 400);
  return forwarder !== undefined && isProxys ? proxyRefused(forwarder, response.status, facts.host) : error;
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
  /** From one part to the next, and from the first to the last unless it comes as fast as slow networks are. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** What to throw beyond `maxBytes`; where there is none, what fits is the answer. */
  readonly tooLarge?: () => NomadError;
}

/** All bytes of the body, without compression. Ends the call. */
export async function wholeOf(response: HttpResponse, call: Call, limits: WholeLimits): Promise<Buffer> {
  const { coding = '' } = response;
  try {
    const bytes = await sentBytes(response, call, limits);
    // After an abort, what has arrived is dropped and the stream ends as if it were complete.
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
  const { timeoutMs, maxBytes, tooLarge } = limits;
  const { body } = response;
  const deadline = new BodyDeadline(timeoutMs);
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
      length += chunk.byteLength;
      const leftMs = deadline.leftMs(length);
      if (leftMs <= 0) reject(timeoutError(call.facts, deadline.passedMs(), 'whole'));
      else if (leftMs < timeoutMs / 2) call.limit(leftMs, deadline.passedMs() + leftMs);
      else call.limit(Math.min(leftMs, timeoutMs));
      if (length <= maxBytes) parts.push(chunk);
      else if (tooLarge === undefined) finish();
      else reject(tooLarge());
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

/** How long a body may take: at first as long as its request, and longer as long as enough of it keeps arriving. */
class BodyDeadline {
  readonly #startMs = systemClock.now();
  readonly #timeoutMs: number;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** What is left once `bytes` have come; 0 and less where the time is over. */
  leftMs(bytes: number): number {
    const earnedMs = Math.min(bytes / slowestBytesPerMs, maxExtensions * this.#timeoutMs);
    return this.#timeoutMs + earnedMs - this.passedMs();
  }

  passedMs(): number {
    return systemClock.now() - this.#startMs;
  }
}
