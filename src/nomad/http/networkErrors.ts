import { NomadError, oneLine } from './errors.ts';
import type { NomadErrorDetails, NomadErrorKind } from './errors.ts';

/** The request that failed, as it may be shown. */
export interface RequestFacts {
  readonly method: string;
  /** Without query. */
  readonly path: string;
  /** The address without credentials. */
  readonly address: string;
  readonly host: string;
}

/** Turns what the network, TLS or the decoder threw into an error in plain words, without any of the original text. */
export function networkError(cause: unknown, facts: RequestFacts, phase: 'request' | 'body' = 'request'): NomadError {
  const { code, text } = anatomy(cause);
  const details: NomadErrorDetails = { method: facts.method, path: facts.path, code: code === '' ? undefined : code };
  const error = (kind: NomadErrorKind, message: string) => new NomadError(kind, message, details);
  // Compressed data that ends too early was cut, as any other would be.
  if (code === 'Z_BUF_ERROR')
    return error('closed', `The answer of ${facts.address} was cut off before it was complete.`);
  if (code.startsWith('Z_') || code === 'ERR_BUFFER_TOO_LARGE') {
    return error('decode', 'The answer could not be decompressed.');
  }
  const tls = tlsSentence(code, text, facts.address);
  if (tls !== undefined) return error('tls', tls);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EAI_FAIL' || code === 'ENODATA') {
    return error('dns', `The host ${facts.host} could not be found.`);
  }
  if (code === 'ECONNREFUSED')
    return error('refused', `Nothing answers at ${facts.address}; the connection was refused.`);
  if (['EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EADDRNOTAVAIL', 'EHOSTDOWN', 'ENETDOWN', 'EACCES'].includes(code)) {
    return error('unreachable', `${facts.address} can't be reached (${code}).`);
  }
  if (code.startsWith('HPE_')) {
    return error('notNomad', `The answer of ${facts.address} is not HTTP; if the server uses TLS, use https://.`);
  }
  if (phase === 'body') return error('closed', `The answer of ${facts.address} was cut off before it was complete.`);
  if (
    ['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code) ||
    text.includes('hang up')
  ) {
    return error('closed', `${facts.address} closed the connection without an answer.`);
  }
  if (/ERR_INVALID_CHAR|ERR_UNESCAPED_CHARACTERS/.test(code)) {
    return error('rejected', 'The request contains characters that cannot be sent.');
  }
  return error('unreachable', `The request to ${facts.address} failed${code === '' ? '' : ` (${oneLine(code, 60)})`}.`);
}

/** The error of a time limit that ran out. */
export function timeoutError(facts: RequestFacts, limitMs: number, phase: 'request' | 'body' | 'whole'): NomadError {
  const seconds = `${String(Math.round(limitMs / 100) / 10)} s`;
  const message =
    phase === 'request'
      ? `${facts.address} did not answer within ${seconds}.`
      : `The answer of ${facts.address} ${phase === 'body' ? 'stopped for' : 'was not complete after'} ${seconds}.`;
  return new NomadError('timeout', message, { method: facts.method, path: facts.path });
}

function anatomy(cause: unknown): { code: string; text: string } {
  if (!(cause instanceof Error)) return { code: '', text: '' };
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  if (code !== '') return { code, text: cause.message };
  const inner: unknown = cause instanceof AggregateError ? cause.errors[0] : cause.cause;
  return inner === undefined ? { code, text: cause.message } : anatomy(inner);
}

type Sentence = (address: string) => string;

const selfSigned: Sentence = (address) =>
  `The certificate of ${address} is self-signed or its authority is not trusted; a CA file can make it trusted.`;
const unknownAuthority: Sentence = (address) =>
  `The certificate of ${address} was issued by an authority that is not trusted; a CA file can make it trusted.`;
const wrongName: Sentence = (address) =>
  `The certificate of ${address} was made for another name; a TLS server name can say which one to expect.`;
const clientWanted: Sentence = (address) => `${address} asks for a client certificate.`;
const clientRefused: Sentence = (address) => `${address} does not accept the client certificate.`;
const plainPort: Sentence = (address) =>
  `${address} does not speak TLS; the address may need http:// instead of https://.`;

const tlsCodes: Readonly<Record<string, Sentence>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: selfSigned,
  SELF_SIGNED_CERT_IN_CHAIN: selfSigned,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  CERT_UNTRUSTED: unknownAuthority,
  CERT_SIGNATURE_FAILURE: unknownAuthority,
  ERR_TLS_CERT_ALTNAME_INVALID: wrongName,
  HOSTNAME_MISMATCH: wrongName,
  CERT_HAS_EXPIRED: (address) => `The certificate of ${address} has expired.`,
  CERT_NOT_YET_VALID: (address) => `The certificate of ${address} is not valid yet.`,
  CERT_REVOKED: (address) => `The certificate of ${address} was revoked.`,
};

const tlsWords: readonly (readonly [RegExp, Sentence])[] = [
  [/wrong[ _]version[ _]number|packet[ _]length[ _]too[ _]long|http[ _]request|record[ _]layer[ _]failure/i, plainPort],
  [/certificate[ _]required|alert number 40|alert[ _]handshake[ _]failure/i, clientWanted],
  [/alert[ _](?:unknown[ _]ca|bad[ _]certificate|certificate[ _](?:unknown|expired|revoked)|decrypt)/i, clientRefused],
  [/protocol[ _]version|unsupported[ _]protocol/i, (address) => `${address} offers no TLS version that can be used.`],
  [
    /before secure TLS connection was established/i,
    (address) => `${address} closed the connection while TLS was set up.`,
  ],
];

function tlsSentence(code: string, text: string, address: string): string | undefined {
  const known = tlsCodes[code]?.(address);
  if (known !== undefined) return known;
  const words = `${code} ${text}`;
  const secure = /^(?:ERR_SSL_|ERR_TLS_|EPROTO|ERR_OSSL|CERT_|CRL_|CA_|EE_|INVALID_|PATH_LENGTH|UNSPECIFIED$)/.test(
    code,
  );
  if (!secure && !words.includes('secure TLS connection')) return undefined;
  for (const [pattern, sentence] of tlsWords) if (pattern.test(words)) return sentence(address);
  // The system's own words, which follow the URL in what node-fetch says.
  const reason = oneLine(text.replace(/^.*?, reason: /s, ''), 120);
  return `TLS with ${address} failed (${oneLine(code, 60)}${reason === '' ? '' : `: ${reason}`}).`;
}
