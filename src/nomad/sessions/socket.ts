import type { ClientRequest, IncomingMessage } from 'node:http';
import { connect as connectPlain, isIP } from 'node:net';
import type { Socket as NetSocket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import type { ClientOptions, WebSocket } from 'ws';
import { Emitter } from '../../base/events.ts';
import type { Disposable } from '../../base/lifetime.ts';
import { hostOf, portOf } from '../../base/proxies.ts';
import { answerError, closeFrameKind } from '../http/answerErrors.ts';
import { NomadError, oneLine, serverWords } from '../http/errors.ts';
import { networkError, timeoutError } from '../http/networkErrors.ts';
import type { WebSocketTarget } from '../http/transport.ts';
import { Tunnels } from '../http/tunnels.ts';

/** How a socket ended. */
export type SocketEnd =
  /** It never opened, or the server sent a close frame that says why. */
  | { readonly kind: 'failed'; readonly error: NomadError }
  /** The server closed without a reason, or the connection broke. */
  | { readonly kind: 'dropped' };

/** A server may leave the connection open after its close frame; it is not waited for. */
const closeTimeoutMs = 300;
const maxMessageBytes = 16 * 1024 * 1024;
const maxRefusalBytes = 64 * 1024;

/** What a session needs of a socket. */
export type SessionSocket = Pick<
  Socket,
  'onOpen' | 'onMessage' | 'onPong' | 'onEnd' | 'bufferedAmount' | 'send' | 'ping' | 'pause' | 'resume' | 'dispose'
>;

/** A WebSocket of text messages. Ends exactly once. */
export class Socket implements Disposable {
  readonly #opened = new Emitter<void>();
  readonly #message = new Emitter<string>();
  readonly #pong = new Emitter<string>();
  readonly #end = new Emitter<SocketEnd>();
  readonly onOpen = this.#opened.event;
  readonly onMessage = this.#message.event;
  /** Fired with what the {@link ping} said that is answered. */
  readonly onPong = this.#pong.event;
  readonly onEnd = this.#end.event;
  readonly #target: WebSocketTarget;
  readonly #socket: WebSocket;
  readonly #connectTimeoutMs: number;
  #tunnels: Tunnels | undefined;
  #ended = false;

  /** Starts to connect. The WebSocket library is loaded with the first socket. */
  static async connect(target: WebSocketTarget, connectTimeoutMs: number): Promise<Socket> {
    const { WebSocket } = await import('ws');
    return new Socket(WebSocket, target, connectTimeoutMs);
  }

  private constructor(Implementation: typeof WebSocket, target: WebSocketTarget, connectTimeoutMs: number) {
    this.#target = target;
    this.#connectTimeoutMs = connectTimeoutMs;
    const options: ClientOptions & { closeTimeout: number } = {
      headers: { ...target.headers, 'User-Agent': 'nomad-workbench' },
      handshakeTimeout: connectTimeoutMs,
      closeTimeout: closeTimeoutMs,
      maxPayload: maxMessageBytes,
      perMessageDeflate: false,
      ...target.tls,
    };
    this.#socket =
      target.way.kind === 'editor'
        ? new Implementation(target.url, options)
        : new Implementation(aroundTheEditor(target.url), { ...options, ...this.#ownWay(target) });
    this.#socket.on('open', () => {
      this.#opened.fire();
    });
    this.#socket.on('message', (data) => {
      if (!this.#ended) this.#message.fire(textOf(data));
    });
    this.#socket.on('pong', (data) => {
      if (!this.#ended) this.#pong.fire(data.toString('utf8'));
    });
    this.#socket.on('unexpected-response', (request, response) => {
      void this.#refused(request, response);
    });
    this.#socket.on('error', (error) => {
      this.#finish({ kind: 'failed', error: this.#failure(error) });
    });
    this.#socket.on('close', (code, reason) => {
      this.#finish(this.#closed(code, reason.toString('utf8')));
    });
  }

  /** Bytes that were sent but are not yet on their way. */
  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  /** Sends a message; `onSent` is called when it left, or can't. Without effect unless open. */
  send(text: string, onSent?: () => void): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(text, () => onSent?.());
  }

  /** Sends a ping after what was sent before. No effect unless open. */
  ping(text: string): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping(text, undefined, () => undefined);
  }

  /** Stops reading, so that the server has to wait. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    if (this.#socket.isPaused) this.#socket.resume();
  }

  /** Says goodbye and closes, after what was sent. Ends without firing `onEnd`. */
  dispose(): void {
    this.#ended = true;
    this.#tunnels?.dispose();
    // A paused socket would not read the answer to its close frame.
    this.resume();
    this.#socket.close(1000);
    this.#opened.dispose();
    this.#message.dispose();
    this.#pong.dispose();
    this.#end.dispose();
  }

  /** The options that lead to the server of a target whose way we know. */
  #ownWay({ url, way, tls, headers }: WebSocketTarget): ClientOptions {
    const server = new URL(url.replace(/^ws/, 'http'));
    const destination = { host: hostOf(server), port: portOf(server) };
    const name = isIP(destination.host) === 0 ? { servername: destination.host } : {};
    const finish = (socket: NetSocket) => {
      const made = tls === undefined ? socket : connectSecure({ ...destination, ...name, ...tls, socket });
      // The request's own limit listens to the socket's.
      return made.setTimeout(this.#connectTimeoutMs);
    };
    const createConnection = (_: unknown, done: (error: Error | null, socket?: NetSocket) => void) => {
      if (way.kind !== 'proxy') {
        return finish(connectPlain(destination));
      }
      this.#tunnels = new Tunnels(way);
      this.#tunnels.through(destination, this.#connectTimeoutMs).then(
        (socket) => {
          done(null, finish(socket));
        },
        (error: unknown) => {
          done(error as Error);
        },
      );
      return undefined;
    };
    return {
      headers: { ...headers, 'User-Agent': 'nomad-workbench', Host: server.host },
      // The type only allows sockets that are returned at once; Node also takes one from the callback.
      createConnection: createConnection as unknown as NonNullable<ClientOptions['createConnection']>,
    };
  }

  #finish(end: SocketEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#end.fire(end);
  }

  #failure(error: Error): NomadError {
    const { facts } = this.#target;
    // Of a proxy.
    if (error instanceof NomadError) return error;
    if (error.message.includes('handshake has timed out'))
      return timeoutError(facts, this.#connectTimeoutMs, 'request');
    if (/^(?:Unexpected server response|Invalid Sec-WebSocket|Invalid Upgrade|Server sent)/.test(error.message)) {
      return new NomadError('notNomad', `${facts.address} does not answer as a WebSocket.`, facts);
    }
    return networkError(error, facts);
  }

  #closed(code: number, rawReason: string): SocketEnd {
    if (code === 1005 || code === 1006 || (code === 1000 && rawReason === '')) return { kind: 'dropped' };
    const reason = serverWords(this.#target.redact(rawReason));
    const said = reason === '' ? ` with code ${String(code)}.` : `: ${oneLine(reason)}`;
    const { method, path } = this.#target.facts;
    const details = { body: reason, method, path };
    return {
      kind: 'failed',
      error: new NomadError(closeFrameKind(code, reason), `Nomad closed the session${said}`, details),
    };
  }

  /** The server answered the upgrade with plain HTTP, as older agents do for wrong parameters. */
  async #refused(request: ClientRequest, response: IncomingMessage): Promise<void> {
    const { facts, redact } = this.#target;
    const parts: Uint8Array[] = [];
    let length = 0;
    try {
      for await (const chunk of response as AsyncIterable<Uint8Array>) {
        parts.push(chunk);
        length += chunk.byteLength;
        if (length > maxRefusalBytes) break;
      }
    } catch {
      // What arrived before the connection broke says enough.
    }
    const error = answerError({
      status: response.statusCode ?? 0,
      body: redact(Buffer.concat(parts).toString('utf8')),
      contentType: response.headers['content-type'] ?? null,
      authenticate: response.headers['www-authenticate'] ?? null,
      retryAfter: response.headers['retry-after'] ?? null,
      method: 'GET',
      path: facts.path,
      address: facts.address,
    });
    this.#finish({ kind: 'failed', error });
    request.destroy();
    this.#socket.terminate();
  }
}

/**
 * The URL of a server behind a Unix socket, with the path of `url`: `http.request`, which `ws` uses and the editor
 * replaces, leads those past the editor's own choice of a proxy. Where the socket really goes is up to `createConnection`.
 */
function aroundTheEditor(url: string): string {
  const { pathname, search } = new URL(url);
  return `ws+unix:/nomad:${pathname}${search}`;
}

function textOf(data: Buffer | ArrayBuffer | Buffer[]): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}
