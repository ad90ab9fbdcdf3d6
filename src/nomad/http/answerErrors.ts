import { NomadError, oneLine, serverWords } from './errors.ts';
import type { NomadErrorDetails, NomadErrorKind } from './errors.ts';

/** An HTTP answer that is not a success, or not Nomad's. */
export interface RefusedAnswer {
  readonly status: number;
  readonly body: string;
  readonly contentType?: string | null;
  readonly retryAfter?: string | null;
  /** The `WWW-Authenticate` header. */
  readonly authenticate?: string | null;
  readonly method: string;
  readonly path: string;
  /** The address as it may be shown. */
  readonly address: string;
}

/**
 * Turns an HTTP refusal into an error, by its status and by its text, since Nomad answers most user errors with 500.
 */
export function answerError(answer: RefusedAnswer): NomadError {
  const { status, address, method, path } = answer;
  // A variable that changed is answered with all its items, which are secrets.
  const body = status === 409 && path.startsWith('/v1/var/') ? '' : serverWords(answer.body);
  const details: NomadErrorDetails = { status, body, method, path };
  if (/sent an HTTP request to an HTTPS server|plain HTTP request was sent to HTTPS port/i.test(answer.body)) {
    return new NomadError('tls', `${address} expects TLS; the address must start with https://.`, details);
  }
  if (status === 429) {
    const retryAfterMs = retryDelay(answer.retryAfter);
    return new NomadError('tooManyRequests', `${address} limits the rate of requests${said(body)}`, {
      ...details,
      // Autopilot tells by this status how unhealthy servers are, in an answer that is to be read.
      body: answer.body,
      retryAfterMs,
    });
  }
  if (status === 401 && (answer.authenticate ?? '') !== '') {
    return new NomadError('denied', `${address} asks for a user name and password.`, details);
  }
  if (status < 400 || isForeign(answer)) return foreignAnswer(answer);
  const kind = kindOf(status, body);
  if (lostWords.test(body)) {
    const what = method === 'GET' ? 'answer' : 'do it, so it may be done or not';
    return new NomadError(kind, `Nomad lost the server that was to ${what}${said(body)}`, { status, method, path });
  }
  return new NomadError(kind, sentence(kind, answer, body), details);
}

/** An answer, of any status, that Nomad did not write. */
export function foreignAnswer(answer: RefusedAnswer): NomadError {
  const title = oneLine(/<title[^>]*>([^<]{1,400})<\/title>/i.exec(answer.body)?.[1] ?? '', 100);
  const page = title === '' ? '' : `, a page titled "${title}"`;
  return new NomadError(
    'notNomad',
    `${answer.address} answered with something that is not Nomad's (HTTP ${String(answer.status)}${page}).`,
    {
      status: answer.status,
      body: serverWords(answer.body.slice(0, 2000)),
      method: answer.method,
      path: answer.path,
      retryAfterMs: retryDelay(answer.retryAfter),
    },
  );
}

/** True for a body that looks like a web page. */
export function isMarkup(body: string, contentType: string | null | undefined): boolean {
  if (/^\s*(?:application\/xhtml\+xml|text\/(?:html|xml))\b/i.test(contentType ?? '')) return true;
  return /^\s*<(?:!doctype|!--|html|head|body|\?xml)/i.test(body);
}

/** The kind of an error that reached the client as a WebSocket close frame. */
export function closeFrameKind(code: number, reason: string): NomadErrorKind {
  const words = serverWords(reason);
  if (code === 1011) return kindOf(500, words);
  const kind = kindOf(400, words);
  return kind === 'rejected' && /^Unknown allocation|not found/i.test(words) ? 'notFound' : kind;
}

function isForeign({ body, contentType, status, path }: RefusedAnswer): boolean {
  if (isMarkup(body, contentType)) return true;
  // Go's own router says so; Nomad's sends nothing.
  if (status === 404 && body.trim() === '404 page not found') return true;
  if (!body.trimStart().startsWith('{') || status === 409 || path.endsWith('/agent/health')) return false;
  try {
    // Nomad's errors are bare text; a JSON object is another server's.
    JSON.parse(body);
    return true;
  } catch {
    return false;
  }
}

const deniedWords = /(?:^|: )Permission denied$|^ACL token (?:expired|not found)|^acl token lookup failed/;
/** Said by servers without a leader to forward the request to, so nothing was done. */
const noLeaderWords =
  /No cluster leader|^(?:node is not the leader|leadership transfer in progress|Not ready to serve consistent reads)/;
/** The server that was handling the request went away, or lost contact with the others. */
const lostWords = /^(?:EOF|leadership lost while committing log)$/;
const conflictWords = /Enforcing job modify index|Current job has version/;
const userErrorWords = new RegExp(
  [
    'not found',
    '(?:^|: )Unknown ',
    'errors? occurred',
    "\\bcan(?:'|no| no)t ",
    "\\b(?:doesn't|does not|did not|should not|must|isn't|is not|not running|not started)\\b",
    '\\b(?:invalid|illegal|unpermitted|nonexistent|missing)\\b',
    'already exists',
    'failed to (?:create|read) result ',
    'failed to (?:parse|marshal|decode|start command)',
    '\\bexceeds?\\b|must be ',
    'index error:',
    'could not find task ',
    'no match found, expected',
    'unauthorized redirect_uri',
    'are (?:valid paths|limited to)',
    'No path to ',
    'escapes the alloc directory',
    'is stopped',
    'not eligible',
    'task name cannot',
    'scheduler configuration',
  ].join('|'),
  'i',
);

function kindOf(status: number, body: string): NomadErrorKind {
  if (status === 401 || status === 403 || deniedWords.test(body)) return 'denied';
  if (noLeaderWords.test(body)) return 'noLeader';
  if (status === 409 || conflictWords.test(body)) return 'conflict';
  // An agent that doesn't know a route answers with nothing at all.
  if (status === 404) return body === '' ? 'unsupported' : 'notFound';
  if (status === 405 || status === 501 || /Enterprise only/i.test(body)) return 'unsupported';
  if (status === 413) return 'tooLarge';
  if (status >= 400 && status < 500) return 'rejected';
  if (status === 500 && userErrorWords.test(body)) return 'rejected';
  return 'server';
}

function sentence(kind: NomadErrorKind, answer: RefusedAnswer, body: string): string {
  switch (kind) {
    case 'denied':
      return `Nomad denied the request${said(body)}`;
    case 'noLeader':
      return 'The cluster has no leader at the moment.';
    case 'notFound':
      return `Nomad did not find it${said(body)}`;
    case 'conflict':
      return `The job or object changed in the meantime${said(body)}`;
    case 'unsupported':
      return `This Nomad agent does not support ${answer.method} ${answer.path}${said(body)}`;
    case 'tooLarge':
      return `The request is larger than the server accepts${said(body)}`;
    case 'rejected':
      return `Nomad refused the request${said(body)}`;
    default:
      return `Nomad failed with HTTP ${String(answer.status)}${said(body)}`;
  }
}

function said(body: string): string {
  const line = oneLine(body);
  return line === '' ? '.' : `: ${line}`;
}

function retryDelay(header: string | null | undefined): number | undefined {
  if (header === null || header === undefined || header.trim() === '') return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}
