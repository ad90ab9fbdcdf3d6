import { systemClock, type Clock } from '../../base/clock.ts';
import { Emitter } from '../../base/events.ts';
import { Lifetime } from '../../base/lifetime.ts';
import type { Disposable } from '../../base/lifetime.ts';
import { NomadError, isNomadError } from '../http/errors.ts';
import { parseFrame, stdinFrame } from './execFrames.ts';
import { sayFarewell } from './farewell.ts';
import { Liveness } from './liveness.ts';
import type { SessionSocket } from './socket.ts';
import type { WebSocketTarget } from '../http/transport.ts';

export interface TerminalSize {
  rows: number;
  columns: number;
}

/** Options of every session, whatever it runs. */
export interface SessionOptions {
  /** Gives the command a terminal; its two outputs then arrive as one, as stdout. */
  tty: boolean;
  /** Of the terminal, at the start. */
  size?: TerminalSize | undefined;
  /** Ends the session as {@link ExecSession.dispose} does. */
  signal?: AbortSignal | undefined;
  /** 20,000 where undefined. */
  connectTimeoutMs?: number | undefined;
  /** How often to tell the server, and proxies between, that the session is in use; 10,000 where undefined. */
  heartbeatMs?: number | undefined;
  /** How often to ask whether the server is still there; 5,000 where undefined. Three times without answer end it. */
  pingMs?: number | undefined;
  /** Of both; the machine's own where undefined. */
  clock?: Clock | undefined;
}

export interface ExecOptions extends SessionOptions {
  task: string;
  /** The program and its arguments; no shell is added. */
  command: readonly string[];
  namespace?: string | undefined;
  region?: string | undefined;
}

export interface ExecOutput {
  stream: 'stdout' | 'stderr';
  /** May end in the middle of a character. */
  data: Uint8Array;
}

export type ExecEnd = { kind: 'exited'; exitCode: number } | { kind: 'closed'; error: NomadError };

const maxBufferedBytes = 1024 * 1024;
const maxInputBytes = 32 * 1024;

/**
 * A command (`/v1/client/allocation/:id/exec`) or an action (`/v1/job/:id/action`) that runs within a task, over a
 * WebSocket. The session ends exactly once, with the command's exit code or with the reason why that is unknown.
 * Subscribe right after making it: nothing is fired before the next turn of the event loop.
 */
export class ExecSession implements Disposable {
  readonly #output = new Emitter<ExecOutput>();
  readonly #endEmitter = new Emitter<ExecEnd>();
  readonly #inputTaken = new Emitter<void>();
  /** Output in the order in which it arrived. */
  readonly onOutput = this.#output.event;
  /** Fired exactly once, after all output. */
  readonly onEnd = this.#endEmitter.event;
  /** Fired when all input is on its way that waited for it, as {@link waitingInput} says. */
  readonly onInputTaken = this.#inputTaken.event;
  /** Resolves when the session is open; rejects with the error of `onEnd` if it never is. */
  readonly opened: Promise<void>;
  /** The same as `onEnd`, also for listeners that come after the end. Never rejects. */
  readonly ended: Promise<ExecEnd>;
  /**
   * Resolves when nothing is left of the session: after its end, and after the moment that {@link dispose} gives it.
   */
  readonly left: Promise<void>;

  readonly #options: SessionOptions;
  readonly #lifetime = new Lifetime();
  readonly #opening = new Deferred<undefined>();
  readonly #ending = new Deferred<ExecEnd>();
  readonly #queue: InputFrame[] = [];
  #socket: SessionSocket | undefined;
  #open = false;
  #paused = false;
  #inputClosed = false;
  #size: TerminalSize | undefined;
  #end: ExecEnd | undefined;
  #farewell: Promise<void> | undefined;
  #liveness: Liveness | undefined;
  #unsent = 0;

  /** @param target where to connect to; its failure is the session's */
  constructor(target: () => Promise<WebSocketTarget>, options: SessionOptions) {
    this.#options = options;
    this.#size = options.size;
    this.opened = this.#opening.promise.then(() => undefined);
    this.ended = this.#ending.promise;
    this.left = this.ended.then(() => this.#farewell);
    // A caller that only listens to `onEnd` must not get an unhandled rejection.
    this.opened.catch(() => undefined);
    this.#followSignal(options.signal);
    void this.#connect(target);
  }

  /**
   * How many bytes of input are not known to have reached the server: those of the last seconds, and all of them before
   * the session is open. Stays after the end.
   */
  get unconfirmedInput(): number {
    return this.#unsent + (this.#liveness?.unconfirmed ?? 0);
  }

  /** How many bytes of input wait here since the server, or what is between, doesn't take them as fast. */
  get waitingInput(): number {
    return this.#unsent;
  }

  /** Sends input, before the session is open too. Without effect after {@link closeStdin} and after the end. */
  write(data: Uint8Array | string): void {
    if (this.#inputClosed || this.#end !== undefined) return;
    const bytes = Buffer.from(data);
    for (let from = 0; from < bytes.byteLength; from += maxInputBytes) {
      const part = bytes.subarray(from, from + maxInputBytes);
      this.#unsent += part.byteLength;
      this.#send({ text: stdinFrame(part), input: part.byteLength });
    }
  }

  /**
   * Ends the input. Without a terminal some drivers report the exit only after this; with one it does not end a shell,
   * for which ctrl-D must be written.
   */
  closeStdin(): void {
    if (this.#inputClosed || this.#end !== undefined) return;
    this.#inputClosed = true;
    this.#send({ text: JSON.stringify({ stdin: { close: true } }), input: 0 });
  }

  /** Tells the size of the terminal; without effect where there is none. */
  resize(size: TerminalSize): void {
    this.#size = size;
    if (this.#open) this.#sendSize();
  }

  /** Stops reading output, so that the command has to wait. The end is not noticed before {@link resume}. */
  pause(): void {
    this.#paused = true;
    this.#liveness?.pause();
    if (this.#open) this.#socket?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#liveness?.resume();
    if (this.#open) this.#socket?.resume();
  }

  /**
   * Ends the session. A command would outlive it, so one with a terminal is first sent ctrl-C and ctrl-D, and one
   * without the end of its input; whether that ends it is up to the command. {@link left} tells when that is over.
   */
  dispose(): void {
    if (this.#end !== undefined) return;
    const socket = this.#socket;
    if (socket !== undefined) {
      const { tty } = this.#options;
      // The end of the input may still wait behind input that is never sent now.
      const inputClosed = this.#inputClosed && this.#queue.length === 0;
      this.#farewell = sayFarewell(socket, { tty, open: this.#open, inputClosed });
    }
    this.#finish({ kind: 'closed', error: new NomadError('closed', 'The session was closed.') });
  }

  async #connect(target: () => Promise<WebSocketTarget>): Promise<void> {
    try {
      const resolved = await target();
      if (this.#isOver()) return;
      // Read with the first session: most windows have none.
      const { connectWithToken } = await import('./tokenSocket.ts');
      const socket = await connectWithToken(resolved, this.#options.connectTimeoutMs ?? 20_000);
      if (this.#isOver()) {
        socket.dispose();
        return;
      }
      this.#socket = socket;
      socket.onOpen(() => {
        this.#onOpen(socket);
      });
      socket.onMessage((text) => {
        this.#onMessage(text);
      });
      socket.onEnd((end) => {
        const lost = new NomadError('closed', 'Connection lost: it broke off before the command ended.');
        this.#finish({ kind: 'closed', error: end.kind === 'failed' ? end.error : lost });
      });
    } catch (error) {
      const failed = isNomadError(error) ? error : new NomadError('closed', 'The session could not be started.');
      this.#finish({ kind: 'closed', error: failed });
    }
  }

  /** Asked anew after each wait. */
  #isOver(): boolean {
    return this.#end !== undefined;
  }

  #onOpen(socket: SessionSocket): void {
    if (this.#end !== undefined) return;
    this.#open = true;
    this.#liveness = this.#lifetime.own(
      new Liveness(socket, { everyMs: this.#options.pingMs ?? 5000, clock: this.#options.clock }, (silentMs) => {
        this.#finish({ kind: 'closed', error: silent(silentMs) });
      }),
    );
    if (this.#paused) {
      socket.pause();
      this.#liveness.pause();
    }
    this.#sendSize();
    this.#drain();
    this.#scheduleHeartbeat(socket);
    this.#opening.resolve(undefined);
  }

  #onMessage(text: string): void {
    if (this.#end !== undefined) return;
    const frame = parseFrame(text);
    for (const stream of ['stdout', 'stderr'] as const) {
      const data = frame[stream]?.data;
      if (typeof data === 'string' && data !== '') this.#output.fire({ stream, data: Buffer.from(data, 'base64') });
    }
    // Success is an empty result. The server then drops the connection without a close frame, which needs no waiting for.
    if (frame.exited === true) this.#finish({ kind: 'exited', exitCode: frame.result?.exit_code ?? 0 });
  }

  #sendSize(): void {
    if (!this.#options.tty || this.#size === undefined) return;
    this.#socket?.send(JSON.stringify({ tty_size: { height: this.#size.rows, width: this.#size.columns } }));
  }

  #send(frame: InputFrame): void {
    this.#queue.push(frame);
    if (this.#open) this.#drain();
  }

  #drain(): void {
    const socket = this.#socket;
    while (socket !== undefined && this.#queue.length > 0 && socket.bufferedAmount <= maxBufferedBytes) {
      const frame = this.#queue.shift();
      if (frame === undefined) return;
      this.#unsent -= frame.input;
      this.#liveness?.sent(frame.input);
      socket.send(frame.text, () => {
        if (this.#end === undefined) this.#drain();
      });
      if (this.#unsent === 0 && frame.input > 0) this.#inputTaken.fire();
    }
  }

  #scheduleHeartbeat(socket: SessionSocket): void {
    const timer = (this.#options.clock ?? systemClock).timer(this.#options.heartbeatMs ?? 10_000, () => {
      this.#lifetime.release(timer);
      if (this.#end !== undefined) return;
      socket.send('{}');
      this.#scheduleHeartbeat(socket);
    });
    this.#lifetime.own(timer);
  }

  #followSignal(signal: AbortSignal | undefined): void {
    if (signal === undefined) return;
    const onAbort = () => {
      this.dispose();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    this.#lifetime.onEnd(() => {
      signal.removeEventListener('abort', onAbort);
    });
    if (signal.aborted) queueMicrotask(onAbort);
  }

  #finish(end: ExecEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#queue.length = 0;
    this.#lifetime.dispose();
    if (this.#farewell === undefined) this.#socket?.dispose();
    if (end.kind === 'closed') this.#opening.reject(end.error);
    else this.#opening.resolve(undefined);
    this.#ending.resolve(end);
    this.#endEmitter.fire(end);
    this.#endEmitter.dispose();
    this.#output.dispose();
    this.#inputTaken.dispose();
  }
}

interface InputFrame {
  readonly text: string;
  /** Bytes of input in it. */
  readonly input: number;
}

function silent(silentMs: number): NomadError {
  const seconds = String(Math.round(silentMs / 100) / 10);
  return new NomadError('closed', `Connection lost: the server has not answered for ${seconds} s.`);
}

/** A promise that is settled from outside. `Promise.withResolvers` is newer than the language version in use. */
class Deferred<T> {
  resolve: (value: T) => void = () => undefined;
  reject: (error: Error) => void = () => undefined;
  readonly promise = new Promise<T>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}
