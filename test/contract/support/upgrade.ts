import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import type { Contract } from './contract.ts';
import { withoutSecrets } from './raw.ts';

/** What a server sent on a WebSocket, frame by frame. */
export type Frame =
  | { kind: 'text'; text: string }
  | { kind: 'ping' | 'pong'; text: string }
  | { kind: 'close'; code: number; reason: string };

const limitMs = 120_000;

/** A WebSocket by hand, for what the client hides or would not send. */
export class RawSocket {
  readonly frames: Frame[] = [];
  readonly #socket: Socket;
  #rest: Buffer;
  #changed: () => void = () => undefined;
  #ended = false;

  constructor(socket: Socket, head: Buffer) {
    this.#socket = socket;
    this.#rest = head;
    socket.on('data', (data: Buffer) => {
      this.#rest = Buffer.concat([this.#rest, data]);
      this.#read();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#ended = true;
      this.#changed();
    });
    this.#read();
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** The messages so far. */
  get messages(): Record<string, unknown>[] {
    return this.frames.flatMap((frame) =>
      frame.kind === 'text' ? [JSON.parse(frame.text) as Record<string, unknown>] : [],
    );
  }

  /** Sends one text frame. */
  send(text: string): void {
    this.#write(0x81, Buffer.from(text));
  }

  ping(text: string): void {
    this.#write(0x89, Buffer.from(text));
  }

  /** Says that this side closes, with a code. */
  sendClose(code: number): void {
    const body = Buffer.alloc(2);
    body.writeUInt16BE(code);
    this.#write(0x88, body);
  }

  /** Resolves once `done` is true; fails after a while. */
  async until(done: () => boolean): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`Waited in vain. Seen: ${JSON.stringify(this.frames)}`));
      }, limitMs);
      this.#changed = () => {
        if (done()) resolve();
      };
      this.#changed();
    }).finally(() => {
      clearTimeout(timer);
    });
  }

  /** The close frame, once it came. */
  async closed(): Promise<Frame | undefined> {
    await this.until(() => this.frames.some(({ kind }) => kind === 'close'));
    return this.frames.find(({ kind }) => kind === 'close');
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** A client has to mask what it sends. */
  #write(opcode: number, data: Buffer): void {
    const mask = randomBytes(4);
    const masked = data.map((byte, i) => byte ^ (mask[i % 4] ?? 0));
    const { byteLength } = data;
    const head = Buffer.alloc(byteLength < 126 ? 2 : byteLength < 65_536 ? 4 : 10);
    head[0] = opcode;
    head[1] = 0x80 | (byteLength < 126 ? byteLength : byteLength < 65_536 ? 126 : 127);
    if (head.byteLength === 4) head.writeUInt16BE(byteLength, 2);
    if (head.byteLength === 10) head.writeBigUInt64BE(BigInt(byteLength), 2);
    this.#socket.write(Buffer.concat([head, mask, masked]));
  }

  #read(): void {
    for (;;) {
      const frame = this.#rest;
      if (frame.byteLength < 2) break;
      const short = (frame[1] ?? 0) & 0x7f;
      const start = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (frame.byteLength < start) break;
      const length = short === 126 ? frame.readUInt16BE(2) : short === 127 ? Number(frame.readBigUInt64BE(2)) : short;
      if (frame.byteLength < start + length) break;
      const body = frame.subarray(start, start + length);
      this.#rest = frame.subarray(start + length);
      const opcode = (frame[0] ?? 0) & 0x0f;
      if (opcode === 1) this.frames.push({ kind: 'text', text: body.toString('utf8') });
      if (opcode === 9) this.frames.push({ kind: 'ping', text: body.toString('utf8') });
      if (opcode === 10) this.frames.push({ kind: 'pong', text: body.toString('utf8') });
      if (opcode === 8) {
        const code = body.byteLength < 2 ? 1005 : body.readUInt16BE(0);
        this.frames.push({ kind: 'close', code, reason: body.subarray(2).toString('utf8') });
      }
    }
    this.#changed();
  }
}

/** Opens a WebSocket, or resolves to the HTTP answer that refuses it. */
export function upgrade(
  contract: Contract,
  path: string,
  headers: Record<string, string> = {},
): Promise<RawSocket | { status: number; body: string }> {
  const url = new URL(contract.target.connection.address);
  return new Promise((resolve, reject) => {
    const sent = request({
      host: url.hostname,
      port: url.port,
      path,
      agent: false,
      timeout: limitMs,
      headers: {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
        ...headers,
      },
    });
    sent.on('upgrade', (_response, socket, head) => {
      socket.setTimeout(0);
      resolve(new RawSocket(socket, head));
    });
    sent.on('response', (response) => {
      let body = '';
      response.on('data', (part: Buffer) => (body += part.toString('utf8')));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body });
      });
    });
    sent.on('timeout', () => sent.destroy(new Error(`No answer to ${withoutSecrets(path)}`)));
    sent.on('error', reject);
    sent.end();
  });
}
