import * as vscode from 'vscode';
import { Lifetime } from '../base/lifetime.ts';
import type { Log } from '../base/log.ts';
import type { ExecEnd, ExecSession, TerminalSize } from '../nomad/exec.ts';
import { printable } from '../base/plain.ts';
import { OutputQueue } from './outputQueue.ts';
import { shellIsMissing } from './shellChoice.ts';

export interface ExecTarget {
  /** Name of the terminal's tab. */
  readonly name: string;
  /** `task server of web.app[0] on host:4646`, for the lines that the terminal writes itself. */
  readonly where: string;
  /** Shells to try, in this order. */
  readonly shells: readonly string[];
  /** Opens a session with a TTY. */
  open(command: readonly string[], size: TerminalSize | undefined): ExecSession;
}

const enter = '\r';
const firstOutputLength = 4096;

/**
 * A shell in a task as a VS Code terminal: keys go to the session as they are, output comes back through one streaming
 * decoder a stream. The server doesn't end a process whose client went away, so closing the terminal asks the shell to
 * end first.
 */
export class ExecTerminal implements vscode.Pseudoterminal {
  readonly #target: ExecTarget;
  readonly #log: Log;
  readonly #life = new Lifetime();
  readonly #written = this.#life.own(new vscode.EventEmitter<string>());
  readonly #closed = this.#life.own(new vscode.EventEmitter<number | undefined>());
  readonly onDidWrite = this.#written.event;
  readonly onDidClose = this.#closed.event;
  readonly #queue: OutputQueue;
  #size: TerminalSize | undefined;
  #session: { live: ExecSession; life: Lifetime } | undefined;
  /** What was typed before the shell said anything: the next shell gets it too where this one isn't there. */
  #early = '';
  #silent = true;

  constructor(target: ExecTarget, log: Log) {
    this.#target = target;
    this.#log = log;
    this.#queue = this.#life.own(
      new OutputQueue({
        write: (text) => {
          this.#written.fire(text);
        },
        hold: () => this.#session?.live.pause(),
        release: () => this.#session?.live.resume(),
      }),
    );
  }

  open(dimensions: vscode.TerminalDimensions | undefined): void {
    this.#size = dimensions;
    this.#start(0);
  }

  close(): void {
    this.#endSession();
    this.#life.dispose();
  }

  setDimensions(dimensions: vscode.TerminalDimensions): void {
    this.#size = dimensions;
    this.#session?.live.resize(dimensions);
  }

  handleInput(text: string): void {
    if (this.#session !== undefined) {
      if (this.#silent) this.#early += text;
      this.#session.live.write(text);
    } else if (text === enter) this.#start(0);
    else this.#closed.fire(undefined);
  }

  #start(shellIndex: number, early = ''): void {
    const shell = this.#target.shells[shellIndex] ?? '/bin/sh';
    this.#log.info(`Exec ${shell} in ${this.#target.where}`);
    const life = new Lifetime();
    const live = life.own(this.#target.open([shell], this.#size));
    this.#session = { live, life };
    this.#early = early;
    this.#silent = true;
    if (early !== '') live.write(early);
    const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
    let begin = '';
    life.own(
      live.onOutput(({ stream, data }) => {
        this.#silent = false;
        const text = decoders[stream].decode(data, { stream: true });
        if (begin.length < firstOutputLength) begin += text.slice(0, firstOutputLength);
        this.#queue.push(text);
      }),
    );
    life.own(
      live.onEnd((end) => {
        this.#queue.push(decoders.stdout.decode() + decoders.stderr.decode());
        this.#ended(end, begin, shellIndex);
      }),
    );
  }

  #ended(end: ExecEnd, output: string, shellIndex: number): void {
    this.#endSession();
    const isLast = shellIndex + 1 >= this.#target.shells.length;
    const refusal = end.kind === 'closed' ? (end.error.body ?? end.error.message) : undefined;
    const exitCode = end.kind === 'exited' ? end.exitCode : undefined;
    if (!isLast && shellIsMissing({ refusal, exitCode, output })) {
      this.#start(shellIndex + 1, this.#early);
      return;
    }
    this.#queue.flush();
    if (exitCode === 0) this.#closed.fire(undefined);
    else this.#say(exitCode === undefined ? `Disconnected: ${refusal ?? ''}` : `Exit code ${String(exitCode)}`);
  }

  /** The text stays readable: nothing closes before a key is pressed. */
  #say(sentence: string): void {
    const line = printable(sentence).trim();
    this.#log.info(`${this.#target.where}: ${line}`);
    this.#written.fire(`\r\n\u001b[2m${line}. Press Enter to start again, any other key to close.\u001b[0m\r\n`);
  }

  #endSession(): void {
    const session = this.#session;
    this.#session = undefined;
    session?.life.dispose();
  }
}
