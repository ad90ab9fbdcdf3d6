import type { RawData, WebSocket } from 'ws';
import type { Disposable } from '../../../src/base/lifetime.ts';
import { readInput, textOf } from './exec-frames.ts';
import type { ExecListener, ExecProcess } from './exec-process.ts';

const frameBytes = 4096;
// The process waits while more than the first is on its way to the client, until less than the second is.
const highWaterBytes = 1024 * 1024;
const lowWaterBytes = 256 * 1024;

/**
 * Connects a process with a WebSocket. The process outlives a client that goes away; disposing ends both, as the end
 * of the task does.
 */
export class ExecSession implements ExecListener, Disposable {
  readonly #socket: WebSocket;
  readonly #tty: boolean;
  readonly #drop: () => boolean;
  readonly #onMessage = (raw: RawData) => {
    this.#input(raw);
  };
  #process: ExecProcess | undefined;
  #onEnd: () => void = () => undefined;
  /** Undefined while the process runs. */
  #exitCode: number | undefined;
  #inputClosed = false;
  #badInput: string | undefined;
  #paused = false;
  #over = false;

  constructor(socket: WebSocket, tty: boolean, drop: () => boolean) {
    this.#socket = socket;
    this.#tty = tty;
    this.#drop = drop;
    socket.on('message', this.#onMessage);
    socket.once('close', () => {
      this.#detached();
    });
  }

  attach(process: ExecProcess): void {
    this.#process = process;
  }

  /** Calls `end` once the process has ended. */
  onEnd(end: () => void): void {
    this.#onEnd = end;
  }

  output(stream: 'stdout' | 'stderr', data: Buffer): void {
    for (let at = 0; at < data.length; at += frameBytes) {
      this.#send({ [stream]: { data: data.subarray(at, at + frameBytes).toString('base64') } });
    }
  }

  ready(): void {
    this.#socket.resume();
  }

  ended(exitCode: number): void {
    this.#exitCode = exitCode;
    this.ready();
    // With pipes Nomad tells of the end only after the client has closed its input.
    if (this.#tty || this.#inputClosed || this.#socket.readyState !== this.#socket.OPEN) this.#conclude();
  }

  dispose(): void {
    if (this.#over) return;
    this.#over = true;
    this.#socket.off('message', this.#onMessage);
    if (this.#exitCode === undefined) this.#process?.kill();
    this.#socket.resume();
    this.#socket.close(1011, 'plugin is shut down');
  }

  #input(raw: RawData): void {
    if (this.#badInput !== undefined || this.#over) return;
    const { input, error } = readInput(textOf(raw));
    if (error !== undefined) {
      this.#badInput = error;
      return;
    }
    if (input.size !== undefined) this.#process?.resize(input.size.rows, input.size.columns);
    if (input.data !== undefined && this.#exitCode === undefined && !this.#inputClosed) {
      if (this.#process?.write(input.data) === false) this.#socket.pause();
    }
    if (input.close !== true) return;
    this.#inputClosed = true;
    this.#process?.closeInput();
    if (this.#exitCode !== undefined) this.#conclude();
  }

  /** Sends the closing frames, then ends the connection without a close frame. */
  #conclude(): void {
    if (this.#over) return;
    if (!this.#tty) this.#send({ stderr: { close: true } });
    this.#send({ stdout: { close: true } });
    const exitCode = this.#exitCode ?? 0;
    this.#send({ exited: true, result: exitCode === 0 ? {} : { exit_code: exitCode } }, () => {
      this.#socket.terminate();
    });
    this.#finish();
  }

  #send(frame: object, sent?: () => void): void {
    const socket = this.#socket;
    if (this.#over || socket.readyState !== socket.OPEN) return;
    if (this.#drop()) {
      socket.terminate();
      return;
    }
    socket.send(JSON.stringify(frame), () => {
      sent?.();
      this.#flow();
    });
    this.#flow();
    // Nomad tells of an unreadable frame only after the next output.
    if (this.#badInput !== undefined && sent === undefined) socket.close(1011, this.#badInput);
  }

  #flow(): void {
    const waiting = this.#socket.bufferedAmount;
    if (!this.#paused && waiting > highWaterBytes) {
      this.#paused = true;
      this.#process?.pause();
    } else if (this.#paused && waiting < lowWaterBytes) {
      this.#paused = false;
      this.#process?.resume();
    }
  }

  /** The client has gone: output is dropped from here on, the process goes on. */
  #detached(): void {
    this.#paused = false;
    this.#process?.resume();
    if (this.#exitCode !== undefined) this.#finish();
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#onEnd();
  }
}
