import * as vscode from 'vscode';
import { sleep } from '../../base/clock.ts';
import { Lifetime } from '../../base/lifetime.ts';
import type { Log } from '../../base/log.ts';
import type { NomadError } from '../../nomad/http/errors.ts';
import type { ExecEnd, ExecSession, TerminalSize } from '../../nomad/sessions/exec.ts';
import { printable } from '../../base/plain.ts';
import { OutputQueue } from './outputQueue.ts';
import { causeOf, needsCause, sentenceOf } from './sessionEnd.ts';
import type { Aftermath } from '../../operations/allocations.ts';
import { shellIsMissing } from './shellChoice.ts';

export interface ExecTarget {
  /** For the log: `web app[0] server on host:4646`. */
  readonly where: string;
  /** What the terminal starts with: job, group, task, allocation, node and cluster. */
  readonly greeting: string;
  readonly task: string;
  readonly namespace: string;
  readonly node: string;
  /** Shells to try, in this order. */
  readonly shells: readonly string[];
  /** Opens a session with a TTY. */
  open(command: readonly string[], size: TerminalSize | undefined): ExecSession;
  /** How the allocation is now, for why a session ended; nothing where that can't be known. */
  lookUp(signal: AbortSignal): Promise<Aftermath | undefined>;
}

const enter = '\r';
const endOfInput = '\u0004';
const firstOutputLength = 4096;
/** A node reports what happened to its tasks to the servers within a second or two. */
const lookUpMs = 4000;
const lookUpEveryMs = 500;

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
  /** How the last session ended, while there is none. */
  #ending: 'looking' | 'exited' | 'lost' | undefined;
  #hasTyped = false;

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
    this.#written.fire(`${dim(printable(this.#target.greeting).trim())}\r\n`);
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
    } else if (this.#ending === 'looking') this.#hasTyped = true;
    else if (text === enter) this.#start(0);
    else if (this.#ending === 'exited' || text === endOfInput) this.#closed.fire(undefined);
    else this.#say('Not connected, so what you type is not sent', lostKeys);
  }

  #start(shellIndex: number, early = ''): void {
    const shell = this.#target.shells[shellIndex] ?? '/bin/sh';
    this.#log.info(`Exec ${shell} in ${this.#target.where}`);
    this.#ending = undefined;
    this.#hasTyped = false;
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
    const unconfirmed = (this.#session?.live.unconfirmedInput ?? 0) > 0;
    this.#endSession();
    const isLast = shellIndex + 1 >= this.#target.shells.length;
    const refusal = end.kind === 'closed' ? (end.error.body ?? end.error.message) : undefined;
    const exitCode = end.kind === 'exited' ? end.exitCode : undefined;
    if (!isLast && shellIsMissing({ refusal, exitCode, output })) {
      this.#start(shellIndex + 1, this.#early);
      return;
    }
    this.#queue.flush();
    if (end.kind === 'closed') {
      this.#ending = 'looking';
      void this.#tellEnd(end.error, this.#target.shells[shellIndex] ?? '/bin/sh', unconfirmed);
    } else if (end.exitCode === 0) this.#closed.fire(undefined);
    else {
      this.#ending = 'exited';
      this.#say(`Exit code ${String(end.exitCode)}`, 'Press Enter to start again, any other key to close.');
    }
  }

  /** Never rejects. */
  async #tellEnd(error: NomadError, shell: string, unconfirmed: boolean): Promise<void> {
    const { task, namespace, node } = this.#target;
    const aftermath = await this.#lookUp(error);
    if (this.#life.ended) return;
    this.#ending = 'lost';
    const sentence = sentenceOf({ error, task, shell, namespace, node, aftermath });
    const typed = unconfirmed ? ' What you typed in the last seconds may not have arrived.' : '';
    const unsent = this.#hasTyped ? ' What you typed since then was not sent.' : '';
    this.#say(sentence, `${typed}${unsent} ${lostKeys}`.trim());
  }

  /** Asks again for a moment where a cause is to come. */
  async #lookUp(error: NomadError): Promise<Aftermath | undefined> {
    const signal = AbortSignal.any([this.#life.signal(), AbortSignal.timeout(lookUpMs)]);
    let aftermath: Aftermath | undefined;
    try {
      for (;;) {
        aftermath = await this.#target.lookUp(signal);
        const cause = aftermath === undefined ? undefined : causeOf(aftermath, this.#target.task);
        if (cause !== undefined || !needsCause(error)) return aftermath;
        await sleep(lookUpEveryMs, signal);
      }
    } catch {
      return aftermath;
    }
  }

  /** The text stays readable: nothing closes before a key is pressed. */
  #say(sentence: string, keys: string): void {
    const line = printable(sentence).trim();
    this.#log.info(`${this.#target.where}: ${line}`);
    this.#written.fire(`\r\n${dim(`${line}. ${keys}`)}\r\n`);
  }

  #endSession(): void {
    const session = this.#session;
    this.#session = undefined;
    session?.life.dispose();
  }
}

const lostKeys = 'Press Enter to connect again, Ctrl+D to close.';

function dim(text: string): string {
  return `\u001b[2m${text}\u001b[0m`;
}
