import { Emitter } from '../../base/events.ts';
import { Lifetime } from '../../base/lifetime.ts';
import type { NomadError } from '../http/errors.ts';
import type { ByMessage, WebSocketTarget } from '../http/transport.ts';
import { Socket, type SessionSocket, type SocketEnd } from './socket.ts';

/** What is sent before the server has said anything is kept up to here, to be sent once more. */
const maxEarlyLength = 2 * 1024 * 1024;

/** How a proxy answers that takes offence at a header: as a bad request, as one that is not allowed, as too large a one. */
const offended: readonly (number | undefined)[] = [400, 401, 403, 431];

/**
 * Opens a socket for a session, with the token in the header of the upgrade. Where that is refused as it would be by a proxy
 * that forbids the header, or by a server that never saw it, it is opened once more with the token in the first message.
 */
export async function connectWithToken(target: WebSocketTarget, connectTimeoutMs: number): Promise<SessionSocket> {
  const { byMessage } = target;
  if (byMessage === undefined) return Socket.connect(target, connectTimeoutMs);
  const again = () => Socket.connect({ ...target, url: byMessage.url, headers: byMessage.headers }, connectTimeoutMs);
  if (byMessage.isKnown) return new TokenSocket(await again(), byMessage, undefined);
  return new TokenSocket(await Socket.connect(target, connectTimeoutMs), byMessage, again);
}

interface Early {
  readonly text: string;
  readonly onSent: (() => void) | undefined;
}

/** One socket to its user, whichever of the two it is. */
class TokenSocket implements SessionSocket {
  readonly #opened = new Emitter<void>();
  readonly #message = new Emitter<string>();
  readonly #pong = new Emitter<string>();
  readonly #end = new Emitter<SocketEnd>();
  readonly onOpen = this.#opened.event;
  readonly onMessage = this.#message.event;
  readonly onPong = this.#pong.event;
  readonly onEnd = this.#end.event;
  readonly #byMessage: ByMessage;
  /** Opens the second one; undefined once that is no way any more. */
  #again: (() => Promise<Socket>) | undefined;
  #socket: Socket;
  /** Of the socket there is now. */
  #life = new Lifetime();
  /** What was sent before the server said anything. */
  #early: Early[] = [];
  #earlyLength = 0;
  #isOpen = false;
  #wasOpen = false;
  #paused = false;
  /** The end of the first one, where there was a reason for a second one. */
  #refused: SocketEnd | undefined;
  #disposed = false;

  constructor(socket: Socket, byMessage: ByMessage, again: (() => Promise<Socket>) | undefined) {
    this.#byMessage = byMessage;
    this.#again = again;
    this.#socket = socket;
    this.#listen(again === undefined);
  }

  get bufferedAmount(): number {
    return this.#isOpen ? this.#socket.bufferedAmount : this.#earlyLength;
  }

  send(text: string, onSent?: () => void): void {
    if (this.#again !== undefined || !this.#isOpen) this.#keep({ text, onSent });
    if (this.#isOpen) this.#socket.send(text, onSent);
  }

  ping(text: string): void {
    this.#socket.ping(text);
  }

  pause(): void {
    this.#paused = true;
    if (this.#isOpen) this.#socket.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#socket.resume();
  }

  dispose(): void {
    this.#disposed = true;
    this.#life.dispose();
    this.#early = [];
    this.#socket.dispose();
    for (const emitter of [this.#opened, this.#message, this.#pong, this.#end]) emitter.dispose();
  }

  #listen(byMessage: boolean): void {
    const socket = this.#socket;
    this.#life.own(
      socket.onOpen(() => {
        this.#onOpen(byMessage);
      }),
    );
    this.#life.own(
      socket.onMessage((text) => {
        this.#heard(byMessage);
        this.#message.fire(text);
      }),
    );
    this.#life.own(
      socket.onPong((text) => {
        this.#pong.fire(text);
      }),
    );
    this.#life.own(
      socket.onEnd((end) => {
        this.#ended(end);
      }),
    );
  }

  #onOpen(byMessage: boolean): void {
    this.#isOpen = true;
    if (this.#paused) this.#socket.pause();
    if (byMessage) this.#socket.send(this.#byMessage.first);
    const early = byMessage ? this.#takeEarly() : [];
    for (const { text, onSent } of early) this.#socket.send(text, onSent);
    if (this.#wasOpen) return;
    this.#wasOpen = true;
    this.#opened.fire();
  }

  /** The server has taken the token, however it came. */
  #heard(byMessage: boolean): void {
    if (byMessage) this.#byMessage.works();
    this.#again = undefined;
    this.#takeEarly();
  }

  #keep(early: Early): void {
    this.#early.push(early);
    this.#earlyLength += early.text.length;
    if (this.#earlyLength <= maxEarlyLength || !this.#isOpen) return;
    // It can't be said again whole, so it isn't said again.
    this.#again = undefined;
    this.#takeEarly();
  }

  #takeEarly(): readonly Early[] {
    const early = this.#early;
    this.#early = [];
    this.#earlyLength = 0;
    return early;
  }

  #ended(end: SocketEnd): void {
    const again = this.#again;
    this.#again = undefined;
    if (again === undefined || end.kind !== 'failed' || !mayLackToken(end.error)) {
      this.#finish(end);
      return;
    }
    this.#refused = end;
    void this.#reopen(again);
  }

  /** Never rejects: where there can be no second one, the first one's refusal is the end. */
  async #reopen(again: () => Promise<Socket>): Promise<void> {
    this.#life.dispose();
    this.#life = new Lifetime();
    this.#isOpen = false;
    // What was said on the first one is said again, and has been taken note of as sent.
    this.#early = this.#early.map(({ text }) => ({ text, onSent: undefined }));
    this.#socket.dispose();
    const socket = await again().catch(() => undefined);
    if (this.#disposed) socket?.dispose();
    else if (socket === undefined) this.#finish({ kind: 'dropped' });
    if (this.#disposed || socket === undefined) return;
    this.#socket = socket;
    this.#listen(true);
  }

  /** A second one that never opens says less than the first one's refusal. */
  #finish(end: SocketEnd): void {
    this.#end.fire(this.#isOpen ? end : (this.#refused ?? end));
  }
}

function mayLackToken({ kind, status }: NomadError): boolean {
  return kind === 'denied' || offended.includes(status);
}
