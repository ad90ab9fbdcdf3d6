import { request } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { constants, gunzipSync } from 'node:zlib';
import { turn } from '../../../support/fakeClock.ts';
import { type Served, servedTo } from './served.ts';

export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string | Buffer;
}

export interface Received {
  /** 0 when none came. */
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
  readonly ended: boolean;
}

/** One request, sent as it is; resolves with the whole answer. */
export async function exchange(port: number, sent: Sent): Promise<Received> {
  const call = new Call(port, sent);
  await call.ended;
  return call.received();
}

/** A request whose answer is read while it comes. */
export class Call {
  /** Resolves with the head of the answer. */
  readonly begun: Promise<void>;
  /** Resolves with the end of the answer, or of the connection after some of it. Rejects when no answer came. */
  readonly ended: Promise<void>;
  readonly #outgoing: ClientRequest;
  readonly #parts: Buffer[] = [];
  readonly #connected: Promise<Socket>;
  #head: IncomingMessage | undefined;
  #isWhole = false;
  #served: Served | undefined;
  #came: () => void = () => undefined;

  constructor(port: number, { method, path, headers, body }: Sent) {
    // Without it the body of a deletion has no end.
    const length = method === 'DELETE' && body !== undefined ? { 'Content-Length': Buffer.byteLength(body) } : {};
    const options = { host: '127.0.0.1', port, method, path, headers: { ...length, ...headers }, agent: false };
    const outgoing = (this.#outgoing = request(options));
    const failed = new Promise<never>((_, reject) => outgoing.on('error', reject));
    const response = new Promise<IncomingMessage>((resolve) => outgoing.once('response', resolve));
    this.#connected = new Promise((resolve) => {
      outgoing.once('socket', (socket) => {
        socket.once('connect', () => {
          resolve(socket);
        });
      });
    });
    this.begun = Promise.race([failed, response.then(() => undefined)]);
    this.ended = Promise.race([failed, response.then((head) => this.#read(head))]);
    for (const each of [this.begun, this.ended]) each.catch(() => undefined);
    outgoing.end(body);
  }

  /** Whether the server has sent all of its answer. */
  get isAnswered(): boolean {
    return this.#served?.response.writableEnded === true;
  }

  /** Resolves when the server has done with the request what it can do at once. */
  async taken(): Promise<void> {
    this.#served = await servedTo(await this.#connected);
    const { request: incoming } = this.#served;
    if (!incoming.readableEnded && (incoming.headers['content-length'] ?? '0') !== '0')
      await new Promise((resolve) => incoming.once('end', resolve));
    for (let i = 0; i < 3; i += 1) await turn();
  }

  /** Resolves when all has come that the server has sent so far. */
  async read(): Promise<void> {
    if (this.isAnswered) return this.ended;
    const socket = await this.#connected;
    await turn();
    const isBehind = () => socket.bytesRead < (this.#served?.socket.bytesWritten ?? 0);
    while (isBehind() && !socket.destroyed) await new Promise<void>((resolve) => (this.#came = resolve));
  }

  received(): Received {
    const head = this.#head;
    const body = Buffer.concat(this.#parts);
    const headers = Object.entries(head?.headers ?? {}).map(([name, value]) => [name, String(value)]);
    const isZipped = head?.headers['content-encoding'] === 'gzip' && body.length > 0;
    return {
      status: head?.statusCode ?? 0,
      headers: Object.fromEntries(headers) as Record<string, string>,
      // What is cut off while it is followed has no end to be checked.
      body: isZipped ? gunzipSync(body, this.#isWhole ? {} : { finishFlush: constants.Z_SYNC_FLUSH }) : body,
      ended: this.#isWhole,
    };
  }

  close(): void {
    this.#outgoing.destroy();
  }

  #read(head: IncomingMessage): Promise<void> {
    this.#head = head;
    return new Promise((resolve) => {
      head.on('data', (part: Buffer) => {
        this.#parts.push(part);
        this.#came();
      });
      head.on('end', () => {
        this.#isWhole = true;
      });
      head.on('error', () => undefined);
      head.on('close', () => {
        this.#came();
        resolve();
      });
    });
  }
}
