import { WebSocket } from 'ws';
import type { RawData } from 'ws';
import { sleep } from '../../../../src/base/clock.ts';
import { isObject } from './shape.ts';
import type { Step } from './recording.ts';

type Recorded = NonNullable<Step['socket']>;

interface Session {
  readonly received: string[];
  readonly outputs: Record<string, string>;
  readonly close?: { code: number; reason: string };
  readonly refused?: { status: number; body: string };
}

const longestGapMs = 150;
const limitMs = 6000;
const promptLimitMs = 20_000;
const quietMs = 400;

function frameName(frame: Record<string, unknown>): string {
  for (const name of ['stdout', 'stderr']) {
    const part = frame[name];
    if (isObject(part)) return part['close'] === true ? `${name} close` : name;
  }
  return frame['exited'] === true ? `exited ${JSON.stringify(frame['result'])}` : JSON.stringify(frame).slice(0, 80);
}

/** Waits for something, but not longer than that. */
async function within(limitMs: number, done: Promise<unknown>): Promise<void> {
  const stop = new AbortController();
  try {
    await Promise.race([done, sleep(limitMs, stop.signal)]);
  } finally {
    stop.abort();
  }
}

/** Keeps what comes over a socket. */
class Listener {
  readonly received: string[] = [];
  readonly closed: Promise<void>;
  readonly opened: Promise<void>;
  close: Session['close'];
  refused: Session['refused'];
  readonly #bytes: Record<string, Buffer[]> = {};

  constructor(socket: WebSocket) {
    socket.on('message', (data: RawData) => {
      this.#take(JSON.parse((data as Buffer).toString('utf8')));
    });
    socket.on('error', () => undefined);
    socket.on('unexpected-response', (_, response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        this.refused = { status: response.statusCode ?? 0, body: Buffer.concat(parts).toString('utf8') };
        socket.terminate();
      });
    });
    this.opened = new Promise((resolve) => socket.on('open', resolve));
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        this.close = { code, reason: reason.toString('utf8') };
        resolve();
      });
    });
  }

  get outputs(): Record<string, string> {
    const texts = Object.entries(this.#bytes).map(([name, parts]) => [name, Buffer.concat(parts).toString('utf8')]);
    return Object.fromEntries(texts) as Record<string, string>;
  }

  #take(frame: unknown): void {
    if (!isObject(frame)) return;
    this.received.push(frameName(frame));
    for (const name of ['stdout', 'stderr']) {
      const part = frame[name];
      if (!isObject(part) || typeof part['data'] !== 'string') continue;
      (this.#bytes[name] ??= []).push(Buffer.from(part['data'], 'base64'));
    }
  }
}

/** Opens a session, sends what the recorded client sent, and lists what comes back. */
export async function playSocket(
  port: number,
  recorded: Recorded,
  translate: (text: string) => string,
  begun: () => void,
): Promise<Session> {
  const socket = new WebSocket(`ws://127.0.0.1:${String(port)}${translate(recorded.url)}`, {
    headers: Object.fromEntries(
      Object.entries(recorded.headers ?? {}).map(([name, value]) => [name, translate(value)]),
    ),
    perMessageDeflate: false,
  });
  const listener = new Listener(socket);
  const { closed, opened } = listener;
  // A process that is to say something has begun when it does.
  socket.once(Object.keys(recorded.outputs ?? {}).length > 0 ? 'message' : 'open', begun);
  await Promise.race([opened, closed]);
  await sendAll(socket, recorded, translate, listener);
  // An agent may send its close frame and leave the connection open.
  const end = Date.now() + (recorded.close === undefined && recorded.refused === undefined ? quietMs : limitMs);
  while (socket.readyState === WebSocket.OPEN && Date.now() < end) await within(20, closed);
  const isClosing = socket.readyState !== WebSocket.OPEN;
  socket.terminate();
  await within(limitMs, closed);
  const { received, outputs, refused } = listener;
  return {
    received,
    outputs,
    ...(isClosing && listener.close !== undefined ? { close: listener.close } : {}),
    ...(refused === undefined ? {} : { refused }),
  };
}

async function sendAll(
  socket: WebSocket,
  recorded: Recorded,
  translate: (text: string) => string,
  listener: Listener,
): Promise<void> {
  let at = 0;
  let prompts = recorded.outputs?.['stdout']?.startsWith(prompt) === true ? 1 : 0;
  for (const { at: then, frame } of recorded.sent) {
    // The pause comes last: a shell that has just prompted does not hear an interrupt yet.
    if (prompts > 0) await prompted(listener, prompts);
    await within(Math.min(then - at, longestGapMs), listener.closed);
    if (prompts > 0 && isLine(frame)) prompts += 1;
    at = then;
    if (socket.readyState !== WebSocket.OPEN) return;
    if (typeof frame === 'string') socket.send(frame);
    else if (isObject(frame) && 'ping' in frame) socket.ping();
    else if (isObject(frame) && typeof frame['base64'] === 'string')
      socket.send(Buffer.from(frame['base64'], 'base64'));
    else socket.send(translate(JSON.stringify(frame)));
  }
}

const prompt = '# ';

/** Whether a shell prompts again after what a frame types: a whole line, or an interrupt. */
function isLine(frame: unknown): boolean {
  const input = isObject(frame) ? frame['stdin'] : undefined;
  const data = isObject(input) && typeof input['data'] === 'string' ? input['data'] : '';
  return ['\n', '\r', '\u0003'].includes(Buffer.from(data, 'base64').toString('latin1').slice(-1));
}

/** A person types on when the shell asks for it. */
async function prompted(listener: Listener, times: number): Promise<void> {
  const end = Date.now() + promptLimitMs;
  const asked = () => (listener.outputs['stdout'] ?? '').split(/^# /m).length - 1;
  while (asked() < times && listener.close === undefined && Date.now() < end) await sleep(5);
}

/** How a session differs from the recorded one, one line each. */
export function compareSession(recorded: Recorded, session: Session, normal: (text: string) => string): string[] {
  const found: string[] = [];
  const was = inOrder(recorded.received);
  const is = inOrder(session.received);
  if (was.join() !== is.join()) found.push(`frames: ${is.join(', ')} instead of ${was.join(', ')}`);
  for (const [name, text] of Object.entries(recorded.outputs ?? {})) {
    const now = session.outputs[name] ?? '';
    if (normal(now) !== normal(text))
      found.push(`${name}: ${JSON.stringify(now.slice(0, 300))} instead of ${JSON.stringify(text.slice(0, 300))}`);
  }
  if (recorded.refused !== undefined || session.refused !== undefined) {
    const [then, now] = [recorded.refused, session.refused].map(
      (each) => `${String(each?.status)} ${each?.body ?? ''}`,
    );
    if (then !== now) found.push(`refusal: ${String(now)} instead of ${String(then)}`);
    return found;
  }
  const [then, now] = [recorded.close, session.close].map((close) =>
    close === undefined ? 'none' : `${String(close.code)} ${normal(close.reason)}`,
  );
  if (then !== now) found.push(`close: ${String(now)} instead of ${String(then)}`);
  return found;
}

/** Without repeats, and with the closes of stdout and stderr in one order. */
function inOrder(names: readonly string[]): string[] {
  const kinds = names.filter((name, i) => name !== names[i - 1]);
  const closes = kinds.filter((name) => name.endsWith(' close')).sort();
  const isOutput = (name: string) => name === 'stdout' || name === 'stderr';
  const outputs = kinds.filter(isOutput).sort();
  const others = kinds.filter((name) => !closes.includes(name) && !isOutput(name));
  return [...new Set([...outputs, ...closes, ...others])];
}
