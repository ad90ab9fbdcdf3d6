import { systemClock } from '../base/clock.ts';
import { answerError } from './answer-errors.ts';
import type { RefusedAnswer } from './answer-errors.ts';
import type { Call } from './call.ts';
import type { NomadError } from './errors.ts';
import { timeoutError } from './network-errors.ts';

/** What is used of an HTTP response. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: NodeJS.ReadableStream | null;
}

const maxErrorBytes = 256 * 1024;

/** Closes a response whose body is of no interest. */
export function discard(response: HttpResponse): void {
  const body: (NodeJS.ReadableStream & { destroy?: () => unknown }) | null = response.body;
  body?.destroy?.();
}

/** Reads a refusal and says what it means. */
export async function refusal(response: HttpResponse, call: Call, timeoutMs: number): Promise<NomadError> {
  const bytes = await readAll(chunksOf(response, call, timeoutMs, timeoutMs, 2 * timeoutMs), maxErrorBytes);
  return answerError(describe(response, Buffer.from(bytes).toString('utf8'), call));
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

/**
 * The body's chunks under the call's time limits; ends the call with the body, or when the reader stops.
 *
 * @param totalMs how long the whole body may take, for one that isn't a stream
 */
export async function* chunksOf(
  response: HttpResponse,
  call: Call,
  timeoutMs: number,
  idleTimeoutMs = timeoutMs,
  totalMs = Infinity,
): AsyncGenerator<Uint8Array> {
  const endMs = systemClock.now() + totalMs;
  try {
    call.answered();
    call.limit(timeoutMs);
    for await (const chunk of response.body ?? []) {
      call.pause();
      if (systemClock.now() > endMs) throw timeoutError(call.facts, totalMs, 'whole');
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

/** All bytes; beyond `maxBytes` throws `tooLarge`, or stops reading where there is none. */
export async function readAll(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
  tooLarge?: () => NomadError,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.byteLength;
    if (length > maxBytes) {
      if (tooLarge !== undefined) throw tooLarge();
      break;
    }
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}
