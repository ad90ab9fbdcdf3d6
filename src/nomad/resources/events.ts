import { isAborted } from '../../base/cancel.ts';
import { LineCutError, LineTooLongError, lines } from '../../base/lines.ts';
import { lineLimit, mayHoldMoreThan } from '../http/answerLimits.ts';
import { NomadError, isNomadError, refused } from '../http/errors.ts';
import { wrongIn } from './eventShape.ts';
import { readRequest, sendable } from '../http/query.ts';
import type { Transport } from '../http/transport.ts';
import type { EventBatch } from '../types/event.ts';

export interface EventStreamOptions {
  /** At least one topic, or keys (object ids or filter keys) by topic; `*` stands for all keys. */
  topics: Record<string, readonly string[]> | readonly string[];
  /** The first index to send; without it, the events that the server still has come first. */
  index?: number | undefined;
  namespace?: string | undefined;
  region?: string | undefined;
  /** Ends the stream. */
  signal: AbortSignal;
  /** How long the first line, which a server sends at once, may take. */
  firstLineTimeoutMs?: number | undefined;
  /** How long the stream may be silent; a server sends a heartbeat every 30 seconds. */
  idleTimeoutMs?: number | undefined;
  /** Called for everything that arrives, even for part of a line or a heartbeat. */
  onHeard?: (() => void) | undefined;
}

const path = '/v1/event/stream';

/**
 * The event stream: `/v1/event/stream`. Since 1.0. Needs `read-job` for jobs and what belongs to them, the policy
 * `node:read` for nodes, and a management token for most others. It is a stream: nothing in it blocks.
 */
export class EventsApi {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Batches of events, and heartbeats. Never ends by itself; an abort of the signal of the `options` ends it without an
   * error.
   *
   * @throws {NomadError} of kind `denied` when the stream ends or stays silent before its first byte, which is how
   *   newer servers deny it; of kind `closed` when it ends, is cut or falls silent later; `decode` and `tooLarge` for
   *   a whole line that can't be read, with its `index` where it says one: what comes behind that can be asked for
   */
  async *stream(options: EventStreamOptions): AsyncGenerator<EventBatch | 'heartbeat'> {
    const { signal, firstLineTimeoutMs = 10_000, idleTimeoutMs = 45_000 } = options;
    const request = readRequest(
      path,
      { namespace: options.namespace, region: options.region, signal, timeoutMs: firstLineTimeoutMs },
      { topic: topicParameters(options.topics), index: options.index },
    );
    const seen = { headers: false, bytes: false };
    try {
      const { chunks } = await this.#transport.stream({ ...request, idleTimeoutMs });
      seen.headers = true;
      for await (const line of lines(noting(chunks, seen, options.onHeard), lineLimit.maxBytes)) {
        if (line.trim() !== '') yield parseLine(line);
      }
    } catch (error) {
      if (signal.aborted) return;
      const failure = streamError(error, seen);
      // Whatever broke this connection may have broken the idle ones too.
      if (isNomadError(failure, 'closed', 'timeout')) this.#transport.dropIdleSockets();
      throw failure;
    }
    if (isAborted(signal)) return;
    throw seen.bytes ? ended('The event stream ended.') : deniedStream();
  }
}

interface Seen {
  headers: boolean;
  bytes: boolean;
}

async function* noting(
  chunks: AsyncIterable<Uint8Array>,
  seen: Seen,
  onHeard: (() => void) | undefined,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    seen.bytes = true;
    onHeard?.();
    yield chunk;
  }
}

function topicParameters(topics: EventStreamOptions['topics']): string[] {
  const entries = isList(topics) ? topics.map((topic) => [topic, ['*']] as const) : Object.entries(topics);
  if (entries.length === 0) throw refused('topics', 'No topic was named, which Nomad takes for all.');
  return entries.flatMap(([topic, keys]) => (keys.length === 0 ? ['*'] : keys).map((key) => parameter(topic, key)));
}

function parameter(topic: string, key: string): string {
  sendable('topic', topic === '' ? '' : `${topic}:${key}`);
  // An entry of a plain list may name its key itself.
  const text = key === '*' && topic.includes(':') ? topic : `${topic}:${key}`;
  if (text.split(':').length > 2) {
    throw refused('topic', `The event stream can't be filtered by "${text}", since the key contains a colon.`);
  }
  return text;
}

function isList(topics: EventStreamOptions['topics']): topics is readonly string[] {
  return Array.isArray(topics);
}

function parseLine(line: string): EventBatch | 'heartbeat' {
  const bytes = line.length > lineLimit.maxValues ? Buffer.from(line) : undefined;
  if (bytes !== undefined && mayHoldMoreThan(lineLimit.maxValues, bytes)) throw tooLarge(line);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw unreadable('it is not valid JSON', line);
  }
  const { Index, Events } = Object(value) as Partial<EventBatch>;
  // A heartbeat is an empty object.
  if (Index === undefined && (Events ?? null) === null) return 'heartbeat';
  const wrong = wrongIn(value);
  if (wrong !== undefined) throw unreadable(wrong, line);
  return { Index: Index ?? 0, Events: Events ?? [] };
}

function streamError(error: unknown, { headers, bytes }: Seen): unknown {
  if (error instanceof LineTooLongError) return tooLarge(error.start);
  if (error instanceof LineCutError) return ended('The event stream was cut off within a line.');
  const { message, code = '' } = isNomadError(error) ? error : { message: '' };
  if (headers && !bytes && isNomadError(error, 'timeout', 'closed')) return deniedStream();
  if (bytes && code.startsWith('Z_')) return ended('The event stream could not be decompressed.');
  if (isNomadError(error, 'timeout') && !message.includes('did not answer')) {
    return ended('The event stream fell silent.');
  }
  return error;
}

function tooLarge(line: string): NomadError {
  return new NomadError('tooLarge', 'A line of the event stream is too large.', {
    method: 'GET',
    path,
    index: indexIn(line),
  });
}

/** @param wrong in our words: the line itself may hold secrets */
function unreadable(wrong: string, line: string): NomadError {
  const message = `A line of the event stream can't be read: ${wrong}.`;
  return new NomadError('decode', message, { method: 'GET', path, index: indexIn(line) });
}

/** The index that a line starts with, if that is one. */
function indexIn(line: string): number | undefined {
  const digits = /^\s*\{\s*"Index"\s*:\s*(\d{1,16})\s*[,}]/.exec(line)?.[1];
  const index = Number(digits);
  return digits !== undefined && Number.isSafeInteger(index) ? index : undefined;
}

function ended(message: string): NomadError {
  return new NomadError('closed', message, { method: 'GET', path });
}

function deniedStream(): NomadError {
  return new NomadError('denied', 'Nomad sent nothing on the event stream; the token may lack the right to read it.', {
    method: 'GET',
    path,
  });
}
