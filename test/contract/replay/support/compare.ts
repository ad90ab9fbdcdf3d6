import type { Received } from './exchange.ts';
import type { Answered, Step } from './recording.ts';
import { compareShape, isObject } from './shape.ts';
import type { Kinds } from './shape.ts';

/** A text without what differs from one cluster and one moment to another. */
export function normal(text: string): string {
  return text
    .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '<id>')
    .replace(/\/[^\s"]*?(?:\/alloc)?\/<id>/g, '<directory>')
    .replace(/(dispatch-(?:\S+-)?)\d+-[0-9a-f]{8}/g, '$1<child>')
    .replace(/periodic-\d+/g, 'periodic-<time>')
    .replace(/(reset index: |index:? (?=\d\d))\d+/g, '$1<index>')
    .replace(/\/dev\/pts\/\d+/g, '/dev/pts/<n>')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>');
}

const anyId = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/** A text without ids, which the secrets of tokens are too. */
export function withoutIds(text: string): string {
  return text.replace(anyId, '<id>');
}

/** How an answer differs from the recorded one, one line each. */
export function compareAnswer(recorded: Answered, received: Received, kinds: Kinds): string[] {
  if (recorded.status === undefined)
    return received.status === 0 ? [] : [`status: ${String(received.status)} instead of no answer`];
  const found: string[] = [];
  const { status, headers, body } = received;
  if (status !== recorded.status)
    found.push(
      `status: ${String(status)} instead of ${String(recorded.status)}: ${withoutIds(body.toString('utf8')).slice(0, 200)}`,
    );
  found.push(...compareHeaders(recorded.headers ?? {}, headers));
  if (status !== recorded.status) return found;
  if (recorded.text !== undefined) found.push(...compareText(recorded.text, body));
  else if (recorded.json !== undefined) found.push(...compareShape(recorded.json, jsonOf(body), kinds));
  return found;
}

export function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return body.toString('utf8');
  }
}

function compareText(recorded: string, body: Buffer): string[] {
  if (recorded.startsWith('base64:')) {
    const now = body.toString('base64').slice(0, 200);
    return now === recorded.slice(7) ? [] : [`bytes: ${now} instead of ${recorded.slice(7)}`];
  }
  const now = normal(body.toString('utf8'));
  if (recorded.endsWith('…'))
    return now.startsWith(normal(recorded.slice(0, 60)))
      ? []
      : [`text: ${JSON.stringify(now.slice(0, 100))} instead of ${JSON.stringify(recorded)}`];
  return now === normal(recorded)
    ? []
    : [`text: ${JSON.stringify(now.slice(0, 500))} instead of ${JSON.stringify(normal(recorded).slice(0, 500))}`];
}

const compared =
  /^(content-type|content-encoding|x-nomad-(index|knownleader|lastcontact|nexttoken)|access-control-.*|location)$/;

function compareHeaders(recorded: Record<string, string>, now: Record<string, string>): string[] {
  const names = new Set([...Object.keys(recorded), ...Object.keys(now)].filter((name) => compared.test(name)));
  const found: string[] = [];
  for (const name of names) {
    const [was, is] = [recorded[name], now[name]];
    if (was === is) continue;
    if (was === undefined || is === undefined)
      found.push(`header ${name}: ${is ?? 'missing'} instead of ${was ?? 'none'}`);
    else if (name === 'x-nomad-nexttoken') continue;
    else if (name === 'x-nomad-index' || name === 'x-nomad-lastcontact') {
      if (name === 'x-nomad-index' && (Number(is) > 0 ? 'n' : '0') !== was)
        found.push(`header ${name}: ${is} instead of ${was}`);
    } else found.push(`header ${name}: ${is} instead of ${was}`);
  }
  return found;
}

interface Streamed {
  readonly kinds: string[];
  readonly data: string;
}

/** The kinds of frames in the order of their first coming, and the bytes they carry. */
export function summarize(text: string, cut: boolean): Streamed {
  const kinds: string[] = [];
  const parts: Buffer[] = [];
  const add = (kind: string) => {
    if (!kinds.includes(kind)) kinds.push(kind);
  };
  if (!text.trimStart().startsWith('{') || cut) return { kinds: text === '' ? [] : ['text'], data: cut ? '' : text };
  for (const object of objectsIn(text)) {
    const keys = Object.keys(object).sort().join(',');
    add(
      keys === ''
        ? 'heartbeat'
        : `${keys}${typeof object['File'] === 'string' ? ` of ${object['File']}` : ''}${typeof object['FileEvent'] === 'string' ? ` ${object['FileEvent']}` : ''}`,
    );
    if (typeof object['Data'] === 'string') parts.push(Buffer.from(object['Data'], 'base64'));
  }
  return { kinds, data: Buffer.concat(parts).toString('latin1') };
}

/** JSON objects written one after another, with or without line ends. */
export function* objectsIn(text: string): Generator<Record<string, unknown>> {
  let depth = 0;
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (quoted) {
      if (char === '\\') at += 1;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === '{') {
      if (depth === 0) start = at;
      depth += 1;
    } else if (char === '}') {
      depth -= 1;
      if (depth === 0) {
        const object: unknown = JSON.parse(text.slice(start, at + 1));
        if (isObject(object)) yield object;
      }
    }
  }
}

export function compareStream(recorded: NonNullable<Step['stream']>, received: Received): string[] {
  const cut = recorded.frames.some((frame) => frame.endsWith('…') || frame.endsWith('chars in all]'));
  const was = summarize(recorded.frames.join(''), cut);
  const text = received.body.toString('utf8');
  const is = cut ? { kinds: text === '' ? [] : ['text'], data: '' } : summarize(text, false);
  const found: string[] = [];
  if (is.kinds.join() !== was.kinds.join())
    found.push(`frames: ${is.kinds.join(', ')} instead of ${was.kinds.join(', ')}`);
  if (recorded.endedByServer !== received.ended)
    found.push(
      `the stream ${received.ended ? 'ends' : 'goes on'}, which it did ${recorded.endedByServer ? 'not' : 'not do'}`,
    );
  if (recorded.endedByServer && normal(is.data) !== normal(was.data))
    found.push(`data: ${JSON.stringify(is.data.slice(0, 200))} instead of ${JSON.stringify(was.data.slice(0, 200))}`);
  return found;
}
