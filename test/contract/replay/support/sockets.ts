import { WebSocket } from 'ws';
import type { RawData } from 'ws';
import { sleep } from '../../../../src/base/clock.ts';
import { isObject } from './shape.ts';
import type { Step } from './recording.ts';
import type { World } from '../../../support/world.ts';

type Recorded = NonNullable<Step['socket']>;

interface Session {
  readonly received: string[];
  readonly outputs: Record<string, string>;
  readonly close?: { code: number; reason: string };
  readonly refused?: { status: number; body: string };
}

/** No step takes as long; what does has hung, and fails. */
const hangMs = 100_000;

function frameName(frame: Record<string, unknown>): string {
  for (const name of ['stdout', 'stderr']) {
    const part = frame[name];
    if (isObject(part)) return part['close'] === true ? `${name} close` : name;
  }
  return frame['exited'] === true ? `exited ${JSON.stringify(frame['result'])}` : JSON.stringify(frame).slice(0, 80);
}

/** Looks again and again until something holds, which nothing tells of. */
async function until(what: string, holds: () => boolean): Promise<void> {
  const end = Date.now() + hangMs;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`Waited in vain for ${what}`);
    await sleep(2);
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

/** What a session is played on. */
export interface Stage {
  readonly port: number;
  readonly world: World;
  readonly translate: (text: string) => string;
  /** The process of the session that was opened last has nothing to do, or has ended. */
  readonly isResting: () => boolean;
  /** Called when the process has said what it was to say. */
  readonly begun: () => Promise<void>;
}

/** Opens a session, sends what the recorded client sent, and lists what comes back. */
export async function playSocket(recorded: Recorded, stage: Stage): Promise<Session> {
  const { port, translate, world } = stage;
  const socket = new WebSocket(`ws://127.0.0.1:${String(port)}${translate(recorded.url)}`, {
    headers: Object.fromEntries(
      Object.entries(recorded.headers ?? {}).map(([name, value]) => [name, translate(value)]),
    ),
    perMessageDeflate: false,
  });
  const listener = new Listener(socket);
  const { closed, opened } = listener;
  const isOver = () => socket.readyState !== WebSocket.OPEN;
  const isSaid = () =>
    Object.entries(recorded.outputs ?? {}).every(
      ([name, text]) => (listener.outputs[name] ?? '').length >= text.length,
    );
  await Promise.race([opened, closed]);
  await sendAll(socket, recorded, stage, listener);
  await said(socket, world, () => isOver() || isSaid());
  await stage.begun();
  // An agent may send its close frame and leave the connection open.
  if (recorded.close !== undefined || recorded.refused !== undefined) await until('the end of a session', isOver);
  else if (!isOver()) await silent(socket, stage);
  const isClosing = isOver();
  socket.terminate();
  await closed;
  const { received, outputs, refused } = listener;
  return {
    received,
    outputs,
    ...(isClosing && listener.close !== undefined ? { close: listener.close } : {}),
    ...(refused === undefined ? {} : { refused }),
  };
}

/** What a session is to say has come. A process that sleeps in it does so for as long as it wants to. */
async function said(socket: WebSocket, world: World, isSaid: () => boolean): Promise<void> {
  for (;;) {
    await until('what a session says', () => isSaid() || world.sessionWakesAtMs !== undefined);
    if (isSaid()) return;
    await world.quiet();
    await heard(socket);
    if (isSaid()) return;
    const { sessionWakesAtMs: wakesAtMs, clock } = world;
    if (wakesAtMs !== undefined) await clock.advance(wakesAtMs - clock.now());
  }
}

/** Nothing more comes: the process rests or has ended, and what the server had to say of that would have come. */
async function silent(socket: WebSocket, { isResting, world }: Stage): Promise<void> {
  await until('a process to rest', isResting);
  await world.quiet();
  await heard(socket);
}

/** All that the server has sent so far has come. */
async function heard(socket: WebSocket): Promise<void> {
  if (socket.readyState !== WebSocket.OPEN) return;
  const answered = new Promise((resolve) => {
    socket.once('pong', resolve);
    socket.once('close', resolve);
  });
  socket.ping();
  await answered;
}

async function sendAll(
  socket: WebSocket,
  recorded: Recorded,
  { translate, isResting }: Stage,
  listener: Listener,
): Promise<void> {
  let prompts = recorded.outputs?.['stdout']?.startsWith(prompt) === true ? 1 : 0;
  const isClosed = () => socket.readyState !== WebSocket.OPEN;
  for (const { at, frame } of recorded.sent) {
    if (prompts > 0) await prompted(listener, prompts);
    // What was not sent at once was sent to a process that waited for it.
    if (at > 100) await until('a process to wait', () => isClosed() || isResting());
    if (prompts > 0 && isLine(frame)) prompts += 1;
    if (isClosed()) return;
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
  const asked = () => (listener.outputs['stdout'] ?? '').split(/^# /m).length - 1;
  await until('a prompt', () => asked() >= times || listener.close !== undefined);
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
