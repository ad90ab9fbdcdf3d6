import { inOneLine } from '../../base/plain.ts';

/** What went wrong, as a reader of the error needs to tell it apart. */
export type NomadErrorKind =
  /** The configured address can't be used as it is written. */
  | 'address'
  /** No route to the host, or the connection attempt ran out of time. */
  | 'unreachable'
  /** The host name can't be resolved. */
  | 'dns'
  /** The host answers, but nothing listens on that port. */
  | 'refused'
  /** TLS could not be agreed: certificates, names, or one side without TLS. */
  | 'tls'
  /** No answer, or no further part of it, within the time limit. */
  | 'timeout'
  /** The token lacks a right, or is unknown or expired. */
  | 'denied'
  /** The cluster has no leader at the moment. */
  | 'noLeader'
  /** The object doesn't exist. */
  | 'notFound'
  /** The object changed since it was read. */
  | 'conflict'
  /** Nomad, or this library before sending, refused what was asked. */
  | 'rejected'
  /** Something answers, but not Nomad's API: a proxy's page, another server. */
  | 'notNomad'
  /** An answer or a request beyond the accepted size. */
  | 'tooLarge'
  /** The answer can't be read. */
  | 'decode'
  /** The connection ended before its time, or this client was disposed. */
  | 'closed'
  /** The agent or a proxy limits the rate or the number of connections. */
  | 'tooManyRequests'
  /** Nomad failed for a reason of its own. */
  | 'server'
  /** This agent's version or edition doesn't have what was asked for. */
  | 'unsupported';

/** The parts of a {@link NomadError} beside its kind and message. */
export interface NomadErrorDetails {
  readonly status?: number | undefined;
  readonly body?: string | undefined;
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  readonly code?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly field?: string | undefined;
  readonly index?: number | undefined;
}

/**
 * Every failure of this library except a cancellation, which is the abort reason of the caller's signal.
 * Neither the message nor the body contains a token or a password.
 */
export class NomadError extends Error {
  override readonly name = 'NomadError';
  readonly kind: NomadErrorKind;
  /** HTTP status, where there was an answer. */
  readonly status?: number;
  /** The server's own words, trimmed, shortened, without the prefixes of forwarded errors. */
  readonly body?: string;
  readonly method?: string;
  /** The path without its query. */
  readonly path?: string;
  /** The system's or TLS library's code, such as `ECONNREFUSED`. */
  readonly code?: string;
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** What of the input was refused before anything was sent. */
  readonly field?: string;
  /** Of the line of the event stream that can't be read, where it says so: what follows has a higher one. */
  readonly index?: number;

  constructor(kind: NomadErrorKind, message: string, details: NomadErrorDetails = {}) {
    super(message);
    this.kind = kind;
    if (details.status !== undefined) this.status = details.status;
    if (details.body !== undefined) this.body = details.body;
    if (details.method !== undefined) this.method = details.method;
    if (details.path !== undefined) this.path = details.path;
    if (details.code !== undefined) this.code = details.code;
    if (details.retryAfterMs !== undefined) this.retryAfterMs = details.retryAfterMs;
    if (details.field !== undefined) this.field = details.field;
    if (details.index !== undefined) this.index = details.index;
  }
}

/** The error of input that is not sent, since Nomad would do something else with it than was meant. */
export function refused(field: string, message: string): NomadError {
  return new NomadError('rejected', message, { field });
}

/** True for a {@link NomadError}, of one of `kinds` if any are given; by name, so that it holds across bundles. */
export function isNomadError(error: unknown, ...kinds: readonly NomadErrorKind[]): error is NomadError {
  if (!(error instanceof Error) || error.name !== 'NomadError' || !('kind' in error)) return false;
  return kinds.length === 0 || kinds.includes(error.kind as NomadErrorKind);
}

const forwarded = /^(?:RPC Error:: \d+,|rpc error: (?:code = \w+ desc = )?)\s*/;
const maxWords = 16_384;

/**
 * A server's error text as a person should read it: trimmed, without forwarding prefixes, at most 16,384 characters.
 */
export function serverWords(text: string): string {
  let words = text.trim();
  for (let stripped = words.replace(forwarded, ''); stripped !== words; stripped = words.replace(forwarded, '')) {
    words = stripped;
  }
  return words.length > maxWords ? `${words.slice(0, maxWords)}…` : words;
}

/** The text in one line of at most `max` characters, for use within a sentence. */
export function oneLine(text: string, max = 300): string {
  const line = inOneLine(text);
  return line.length > max ? `${line.slice(0, max)}…` : line;
}
