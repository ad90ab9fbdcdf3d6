import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Socket } from 'node:net';
import { spawn as spawnInTerminal, type IPty } from '@lydell/node-pty';
import { systemClock } from '../../../src/base/clock.ts';
import type { Disposable } from '../../../src/base/lifetime.ts';
import type { Outside } from './outside.ts';
import { TerminalInput } from './terminal-input.ts';
import { findProgram, signalNumber, type ProcessTable } from './processes.ts';

/** A command that runs beside a task. */
export interface ExecProcess {
  /** Writes input; false when the process does not keep up: wait for {@link ExecListener.ready}. */
  write(data: Buffer): boolean;
  closeInput(): void;
  resize(rows: number, columns: number): void;
  /** Stops reading output, so that the process has to wait. */
  pause(): void;
  resume(): void;
  kill(): void;
}

export interface ExecListener {
  output(stream: 'stdout' | 'stderr', data: Buffer): void;
  /** The process takes input again. */
  ready(): void;
  /** The process has ended and all its output was given. */
  ended(exitCode: number): void;
}

export interface ExecCommand {
  command: readonly string[];
  folder: string;
  environment: Record<string, string>;
  processes: ProcessTable;
  outside?: Outside | undefined;
}

interface Program extends ExecCommand {
  file: string;
  args: string[];
}

// How often a paused terminal is asked whether its process has ended: its last output is lost soon after.
const livenessMs = 50;
// How long nothing may come of a terminal whose process has ended, until it is closed though another one has it open.
const quietMs = 200;

/** Starts a command in a terminal or with pipes. Answers the reason in Go's words when there is no such program. */
export function startProcess(
  command: ExecCommand,
  tty: boolean,
  listener: ExecListener,
): { process: ExecProcess; error?: undefined } | { process?: undefined; error: string } {
  const [name = '', ...args] = command.command;
  const found = findProgram(name, command.folder, command.environment['PATH'] ?? '');
  if (found.error !== undefined) return { error: found.error };
  const program = { ...command, file: found.file, args };
  return { process: tty ? new TerminalProcess(program, listener) : new PipedProcess(program, listener) };
}

class TerminalProcess implements ExecProcess {
  readonly #terminal: IPty;
  readonly #processes: ProcessTable;
  readonly #input: TerminalInput;
  #liveness: Disposable | undefined;
  #closing: Disposable | undefined;
  #ended = false;

  constructor(program: Program, listener: ExecListener) {
    this.#processes = program.processes;
    const outside = program.outside?.process('session');
    this.#terminal = spawnInTerminal(program.file, program.args, {
      name: 'xterm',
      cwd: program.folder,
      env: program.environment,
      // Bytes, not text: a character may be split over two reads.
      encoding: null,
    });
    this.#processes.track(this.#terminal.pid);
    this.#readToTheEnd();
    outside?.started(this.#terminal.pid);
    this.#input = new TerminalInput(this.#terminal, () => {
      listener.ready();
    });
    this.#terminal.onData((data) => {
      outside?.heard();
      listener.output('stdout', data as unknown as Buffer);
    });
    this.#terminal.onExit(({ exitCode, signal }) => {
      this.#ended = true;
      this.#liveness?.dispose();
      this.#closing?.dispose();
      this.#input.dispose();
      this.#processes.release(this.#terminal.pid);
      listener.ended(signal === undefined || signal === 0 ? exitCode : 128 + signal);
      outside?.ended();
    });
  }

  write(data: Buffer): boolean {
    return this.#ended || this.#input.write(data);
  }

  closeInput(): void {
    // A terminal has no end of input; a client sends ctrl-D.
  }

  resize(rows: number, columns: number): void {
    if (this.#ended || rows <= 0 || columns <= 0) return;
    try {
      this.#terminal.resize(columns, rows);
    } catch {
      // Its process has ended, which is told in a moment.
    }
  }

  pause(): void {
    this.#liveness?.dispose();
    if (this.#ended || !isAlive(this.#terminal.pid)) return;
    this.#terminal.pause();
    this.#watch();
  }

  resume(): void {
    this.#liveness?.dispose();
    if (!this.#ended) this.#terminal.resume();
  }

  kill(): void {
    if (this.#ended) return;
    this.resume();
    this.#processes.kill(this.#terminal.pid);
  }

  /**
   * A while after its process has ended, node-pty closes a terminal with whatever was not read until then: much, on a machine
   * that had something else to do meanwhile. So that is read first. The terminal ends by itself with the last who has it open.
   */
  #readToTheEnd(): void {
    const socket = (this.#terminal as unknown as { readonly _socket: Socket })._socket;
    const destroy = socket.destroy.bind(socket);
    let heard = false;
    this.#terminal.onData(() => {
      heard = true;
    });
    const closeWhenQuiet = () => {
      heard = false;
      this.#closing = systemClock.timer(quietMs, () => {
        // What came meanwhile is read between a timer and this.
        setImmediate(() => {
          if (heard) closeWhenQuiet();
          else destroy();
        });
      });
    };
    socket.destroy = () => {
      socket.destroy = destroy;
      this.resume();
      this.#processes.release(this.#terminal.pid);
      closeWhenQuiet();
      return socket;
    };
  }

  #watch(): void {
    this.#liveness = systemClock.timer(livenessMs, () => {
      if (isAlive(this.#terminal.pid)) this.#watch();
      else this.resume();
    });
  }
}

class PipedProcess implements ExecProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #processes: ProcessTable;

  constructor(program: Program, listener: ExecListener) {
    this.#processes = program.processes;
    const outside = program.outside?.process('session');
    const child = spawn(program.file, program.args, {
      argv0: program.command[0] ?? program.file,
      cwd: program.folder,
      env: program.environment,
      stdio: 'pipe',
      detached: true,
    });
    this.#child = child;
    if (child.pid !== undefined) {
      this.#processes.track(child.pid);
      outside?.started(child.pid);
    }
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (data: Buffer) => {
        outside?.heard();
        listener.output(name, data);
      });
    }
    const ready = () => {
      listener.ready();
    };
    child.stdin.on('drain', ready);
    // Input for a process that has closed its end is dropped.
    child.stdin.on('error', ready);
    child.on('error', () => undefined);
    child.once('exit', () => {
      if (child.pid !== undefined) this.#processes.release(child.pid);
    });
    child.once('close', (code, signal) => {
      listener.ended(code ?? 128 + (signal === null ? 0 : signalNumber(signal)));
      outside?.ended();
    });
  }

  write(data: Buffer): boolean {
    return !this.#child.stdin.writable || this.#child.stdin.write(data);
  }

  closeInput(): void {
    this.#child.stdin.end();
  }

  resize(): void {
    // Pipes have no size.
  }

  pause(): void {
    this.#child.stdout.pause();
    this.#child.stderr.pause();
  }

  resume(): void {
    this.#child.stdout.resume();
    this.#child.stderr.resume();
  }

  kill(): void {
    this.resume();
    if (this.#child.pid !== undefined) this.#processes.kill(this.#child.pid);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
