import { refused } from './errors.ts';
import type { Shape } from './shape.ts';

/** What Nomad says about an answer beside its body, in `X-Nomad-…` headers. */
export interface Meta {
  /** The index to block on; 0 where the server named none. */
  index: number;
  knownLeader: boolean;
  /** Since the answering server last heard from the leader. */
  lastContactMs: number;
  /** Only where there is a further page. */
  nextToken?: string;
}

export interface Answer<T> {
  value: T;
  meta: Meta;
}

/** Options of every read. */
export interface ReadOptions {
  /** `*` lists every namespace that the token may see. */
  namespace?: string | undefined;
  /** The region whose servers answer; the connection's, or else the agent's, where undefined. */
  region?: string | undefined;
  /** If above 0, the read blocks: it is answered when the index is higher than this, or after `waitMs`. */
  index?: number | undefined;
  /** How long the server may hold a blocking read; at most, and by default, 300,000. */
  waitMs?: number | undefined;
  /** Lets any server answer, not only the leader. */
  stale?: boolean | undefined;
  /** Ends the request; it then rejects with the abort reason. */
  signal?: AbortSignal | undefined;
  /** Of lists: what the id, or a variable's path, starts with. */
  prefix?: string | undefined;
  /** Of lists: an expression over the full object's fields, such as `Status == "running"`. Most lists since 1.3. */
  filter?: string | undefined;
  /** Of lists: how many at most; all where undefined or 0. Most lists since 1.3. */
  perPage?: number | undefined;
  /** Of lists: where the page starts, as `meta.nextToken` of the page before said. */
  nextToken?: string | undefined;
  /** Of lists: the other way round. Since 1.3. */
  reverse?: boolean | undefined;
  /** How long the answer, or a further part of it, may take. */
  timeoutMs?: number | undefined;
}

/** Options of every write. */
export interface WriteOptions {
  /** The connection's where undefined. */
  namespace?: string | undefined;
  /** As for reads. */
  region?: string | undefined;
  /** Ends the wait for the answer, which then rejects with the abort reason; what was sent may still be done. */
  signal?: AbortSignal | undefined;
  /** How long the answer, or a further part of it, may take. */
  timeoutMs?: number | undefined;
}

/** Query parameters; undefined ones are left out, lists are repeated. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** One object, a list of any number of them, or the bytes of a file. */
export type AnswerSize = 'object' | 'list' | 'file';

/** One HTTP request as the transport takes it. */
export interface NomadRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | undefined;
  /** Starts with `/v1/`; ids in it are encoded already. */
  readonly path: string;
  readonly query?: Query | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Parts of the request that a server may repeat and no error may show, beside the token and the password. */
  readonly secrets?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Until the answer starts, and then between its parts. */
  readonly timeoutMs?: number | undefined;
  /** Streams only: between parts, where that differs from `timeoutMs`; the first part has `timeoutMs`. */
  readonly idleTimeoutMs?: number | undefined;
  /** The server may hold the answer back: such a request doesn't take the place of a quick one. */
  readonly blocking?: boolean | undefined;
  /** How large the answer may be; that of one object where undefined. */
  readonly answer?: AnswerSize | undefined;
  /** In place of `JSON.parse`, for an answer in which it would lose something. */
  readonly parse?: ((text: string) => unknown) | undefined;
  /** What a JSON answer has to look like. */
  readonly shape?: Shape | undefined;
}

const serverMaxWaitMs = 300_000;

/**
 * A GET with the common parameters of reads.
 *
 * @throws {NomadError} of kind `rejected` for a parameter that can't be sent as it is meant
 */
export function readRequest(path: string, options: ReadOptions = {}, query: Query = {}): NomadRequest {
  const blocking = whole('index', options.index ?? 0) > 0;
  const waitMs = whole('wait', Math.round(Math.min(options.waitMs ?? serverMaxWaitMs, serverMaxWaitMs)));
  return {
    path,
    query: checked({
      ...query,
      namespace: options.namespace,
      region: options.region,
      // The event stream has an index of its own, which doesn't block.
      index: blocking ? options.index : query['index'],
      // Zero would mean the server's default of five minutes.
      wait: blocking && options.waitMs !== undefined ? `${String(Math.max(1, waitMs))}ms` : undefined,
      stale: flag(options.stale),
      prefix: options.prefix,
      filter: options.filter,
      per_page: options.perPage,
      next_token: options.nextToken,
      reverse: flag(options.reverse),
    }),
    signal: options.signal,
    // The server adds up to a sixteenth to the wait.
    timeoutMs: options.timeoutMs ?? (blocking ? Math.ceil((waitMs * 17) / 16) + 10_000 : undefined),
    blocking,
  };
}

/**
 * A POST (or `method`) with the common parameters of writes.
 *
 * @throws {NomadError} of kind `rejected` for a parameter that can't be sent as it is meant
 */
export function writeRequest(
  path: string,
  options: WriteOptions,
  body?: unknown,
  query: Query = {},
  method: 'POST' | 'PUT' | 'DELETE' = 'POST',
): NomadRequest {
  return {
    method,
    path,
    query: checked({ ...query, namespace: options.namespace, region: options.region }),
    body,
    signal: options.signal,
    timeoutMs: options.timeoutMs,
  };
}

/** `true`, or left out: older agents read some parameters as set when they are merely present. */
export function flag(value: boolean | undefined): true | undefined {
  return value === true ? true : undefined;
}

/**
 * An id as one segment of a path.
 *
 * @param field names the id in the error
 * @throws {NomadError} of kind `rejected` as {@link sendable}, and for `.` and `..`, which no URL can carry as a
 *   segment
 */
export function segment(field: string, id: string): string {
  if (id === '.' || id === '..') {
    throw refused(field, `The ${field} "${id}" can't be part of a URL, so Nomad's API can't reach it.`);
  }
  return sendable(field, id);
}

/**
 * A text as a part of a URL.
 *
 * @throws {NomadError} of kind `rejected` for an empty one, which Nomad takes for "not given", for one with a NUL,
 *   which it cuts or never finds, and for half a character
 */
export function sendable(field: string, text: string): string {
  if (text === '') throw refused(field, `The ${field} is empty.`);
  try {
    if (!text.includes('\0')) return encodeURIComponent(text);
  } catch {
    // Half a character.
  }
  throw refused(field, `The ${field} contains a character that can't be sent.`);
}

/** A number as Nomad's counts, versions and indexes are; any other would be sent as null, which Nomad takes for 0. */
export function whole(field: string, number: number, least = 0): number {
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw refused(field, `The ${field} is not a whole number of at least ${String(least)}.`);
}

const mayBeEmpty = ['namespace', 'region', 'prefix', 'filter', 'next_token'];

/** A query, if all that it says can be sent as it is meant; else throws as {@link whole} and {@link sendable}. */
export function checked(query: Query): Query {
  for (const [name, value] of Object.entries(query)) {
    const field = name.replaceAll('_', ' ');
    if (typeof value === 'number') whole(field, value);
    else if (typeof value === 'string' && (value !== '' || !mayBeEmpty.includes(name))) sendable(field, value);
  }
  return query;
}

/** Shorter values occur in other words too, so hiding them would only make errors unreadable. */
const minSecretLength = 4;

/** Which parts of a request no error may show: those of at least four characters. */
export function secretsOf(texts: readonly string[]): string[] {
  return texts.filter((text) => text.length >= minSecretLength);
}
