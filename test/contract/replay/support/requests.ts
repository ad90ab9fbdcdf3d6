import type { Sent } from './exchange.ts';
import type { Identities } from './identities.ts';
import type { Step } from './recording.ts';
import { isObject } from './shape.ts';

/** The request of a recorded step, with the replay's own ids; `given` is its body where the recording has none. */
export function requestOf(step: Step, ids: Identities, given?: string | Buffer): Sent {
  const path = ids
    .translate(step.path ?? '')
    .replace('<100 KB>', 'x'.repeat(100_000))
    .replace('<2 MB>', 'x'.repeat(2_000_000));
  const body = given ?? bodyOf(step.body, ids);
  return {
    method: step.method ?? 'GET',
    path: encodeURI(path).replaceAll('%25', '%'),
    headers: headersOf(step, ids),
    ...(body === undefined ? {} : { body }),
  };
}

/**
 * For how long the answer of a step is waited for, in milliseconds of the replay's time: one that comes while the client
 * waits, or never. Undefined for those that come at once.
 */
export function patienceOf({ path = '', answer, stream }: Step): number | undefined {
  if (answer?.status === undefined) return 500;
  // Of what was read after the last frame nothing was recorded.
  if (stream !== undefined) return stream.forMs + 600;
  // A task that is restarted ends when it wakes.
  return /[?&]index=/.test(path) || /\/restart(?:\?|$)/.test(path) ? waitsMs : undefined;
}

/** Longer than any query waits. */
const waitsMs = 330_000;

/** Recordings do not show that a client takes compressed answers, but those are compressed. */
function headersOf({ headers, answer, stream }: Step, ids: Identities): Record<string, string> {
  const own = Object.entries(headers ?? {}).map(([name, value]) => [name, ids.translate(value)] as const);
  const isAnswer = headers === undefined && stream === undefined;
  const isPacked = isAnswer || answer?.headers?.['content-encoding'] === 'gzip';
  return Object.fromEntries(isPacked ? [['Accept-Encoding', 'gzip'], ...own] : own);
}

function bodyOf(body: unknown, ids: Identities): string | Buffer | undefined {
  if (body === undefined) return undefined;
  if (typeof body === 'string') return body;
  if (isObject(body) && typeof body['base64'] === 'string') return Buffer.from(body['base64'], 'base64');
  return ids.translate(JSON.stringify(body));
}
