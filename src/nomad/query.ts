import { NomadError, refused } from './errors.ts';

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
  region?: string | undefined;
  /** Above 0: answers when the index is higher than this, or after `waitMs`. */
  index?: number | undefined;
  /** How long the server may hold a blocking read; at most, and by default, 300,000. */
  waitMs?: number | undefined;
  /** Lets any server answer, not only the leader. */
  stale?: boolean | undefined;
  signal?: AbortSignal | undefined;
  prefix?: string | undefined;
  /** A filter expression over the full object's fields. */
  filter?: string | undefined;
  perPage?: number | undefined;
  nextToken?: string | undefined;
  reverse?: boolean | undefined;
  /** How long the answer, or a further part of it, may take. */
  timeoutMs?: number | undefined;
}

/** Options of every write. */
export interface WriteOptions {
  namespace?: string | undefined;
  region?: string | undefined;
  signal?: AbortSignal | undefined;
  timeoutMs?: number | undefined;
}

/** Query parameters; undefined ones are left out, lists are repeated. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

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
}

const serverMaxWaitMs = 300_000;

/** A GET with the common parameters of reads. */
export function readRequest(path: string, options: ReadOptions = {}, query: Query = {}): NomadRequest {
  const blocking = options.index !== undefined && options.index > 0;
  const waitMs = Math.min(options.waitMs ?? serverMaxWaitMs, serverMaxWaitMs);
  return {
    path,
    query: {
      ...query,
      namespace: options.namespace,
      region: options.region,
      // The event stream has an index of its own, which doesn't block.
      index: blocking ? options.index : query['index'],
      // Zero would mean the server's default of five minutes.
      wait: blocking && options.waitMs !== undefined ? `${String(Math.max(1, Math.round(waitMs)))}ms` : undefined,
      stale: flag(options.stale),
      prefix: options.prefix,
      filter: options.filter,
      per_page: options.perPage,
      next_token: options.nextToken,
      reverse: flag(options.reverse),
    },
    signal: options.signal,
    // The server adds up to a sixteenth to the wait.
    timeoutMs: options.timeoutMs ?? (blocking ? Math.ceil((waitMs * 17) / 16) + 10_000 : undefined),
    blocking,
  };
}

/** A POST (or `method`) with the common parameters of writes. */
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
    query: { ...query, namespace: options.namespace, region: options.region },
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
 * @throws {NomadError} of kind `rejected` for an empty id, and for `.` and `..`, which no URL can carry as a segment
 */
export function segment(field: string, id: string): string {
  notEmpty(field, id);
  if (id === '.' || id === '..') {
    throw refused(field, `The ${field} "${id}" can't be part of a URL, so Nomad's API can't reach it.`);
  }
  try {
    return encodeURIComponent(id);
  } catch {
    throw refused(field, `The ${field} contains a character that can't be sent.`);
  }
}

/** Refuses an empty text, which Nomad takes for "not given". */
export function notEmpty(field: string, text: string): void {
  if (text === '') throw refused(field, `The ${field} is empty.`);
}

/** A number as Nomad's counts, versions and indexes are; any other would be sent as null, which Nomad takes for 0. */
export function whole(field: string, number: number): number {
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw refused(field, `The ${field} is not a whole number of at least 0.`);
}

/** A list from the wire, where null means empty. */
export function listOf<T>(answer: Answer<unknown>, request: NomadRequest): Answer<T[]> {
  const value = answer.value ?? [];
  if (!Array.isArray(value)) {
    throw new NomadError('notNomad', 'The answer is not the list that Nomad sends.', { path: request.path });
  }
  return { value: value as T[], meta: answer.meta };
}
