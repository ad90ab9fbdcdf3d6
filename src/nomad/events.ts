import { LineTooLongError, lines } from '../base/lines.ts';
import { NomadError, isNomadError, refused } from './errors.ts';
import { readRequest, sendable } from './query.ts';
import type { Transport } from './transport.ts';
import type { EventBatch } from './types/event.ts';

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
  /** Told of everything that comes, be it a part of a line or a heartbeat. */
  onHeard?: (() => void) | undefined;
}

const maxLineBytes = 16 * 1024 * 1024;

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
   * @throws {NomadError} of kind `denied` when the stream ends or stays silent before its first line, which is how
   *   newer servers deny it; of kind `closed` when it ends or falls silent later; `decode` and `tooLarge` for
   *   unreadable lines
   */
  async *stream(options: EventStreamOptions): AsyncGenerator<EventBatch | 'heartbeat'> {
    const { signal, firstLineTimeoutMs = 10_000, idleTimeoutMs = 45_000 } = options;
    const request = readRequest(
      '/v1/event/stream',
      { namespace: options.namespace, region: options.region, signal, timeoutMs: firstLineTimeoutMs },
      { topic: topicParameters(options.topics), index: options.index },
    );
    let started = false;
    let answered = false;
    try {
      const { chunks } = await this.#transport.stream({ ...request, idleTimeoutMs });
      answered = true;
      for await (const line of lines(heard(chunks, options.onHeard), maxLineBytes)) {
        if (line.trim() === '') continue;
        const event = parseLine(line);
        started = true;
        yield event;
      }
    } catch (error) {
      if (signal.aborted) return;
      throw streamError(error, answered && !started);
    }
    if (isAborted(signal)) return;
    throw started ? ended('The event stream ended.') : deniedStream();
  }
}

async function* heard(
  chunks: AsyncIterable<Uint8Array>,
  onHeard: (() => void) | undefined,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
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
  let value: Partial<EventBatch> | null;
  try {
    value = JSON.parse(line) as Partial<EventBatch> | null;
  } catch {
    throw new NomadError('decode', 'A line of the event stream is not valid JSON.');
  }
  if (typeof value !== 'object' || value === null || (value.Index === undefined && (value.Events ?? null) === null)) {
    return 'heartbeat';
  }
  return { Index: value.Index ?? 0, Events: value.Events ?? [] };
}

function streamError(error: unknown, silent: boolean): unknown {
  if (error instanceof LineTooLongError) {
    return new NomadError('tooLarge', 'A line of the event stream is too large.', { path: '/v1/event/stream' });
  }
  if (silent && isNomadError(error, 'timeout', 'closed')) return deniedStream();
  if (isNomadError(error, 'timeout')) {
    return error.message.includes('did not answer') ? error : ended('The event stream fell silent.');
  }
  return error;
}

function ended(message: string): NomadError {
  return new NomadError('closed', message, { method: 'GET', path: '/v1/event/stream' });
}

function deniedStream(): NomadError {
  return new NomadError('denied', 'Nomad sent nothing on the event stream; the token may lack the right to read it.', {
    method: 'GET',
    path: '/v1/event/stream',
  });
}

function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
