import * as vscode from 'vscode';
import { Lifetime } from '../../base/lifetime.ts';
import type { Log } from '../../base/log.ts';
import type { NomadError } from '../../nomad/http/errors.ts';
import type { ExecEnd, ExecSession, TerminalSize } from '../../nomad/sessions/exec.ts';
import { printable } from '../../base/plain.ts';
import { causeOf } from '../../platform/failure.ts';
import { commandText } from '../../wording/exec/commandText.ts';
import { refusalWords, sentenceOf } from '../../operations/exec/sessionEnd.ts';
import type { Aftermath } from '../../operations/allocations.ts';
import { OutputQueue } from './outputQueue.ts';
import { Resizes } from './resizes.ts';
import type { Commands, Words } from './chooseCommand.ts';
import { isOnWindows, shellIsMissing, type ShellAttempt } from './shellChoice.ts';

/** Where a terminal is. */
export interface ExecTarget {
  /** For the log: `web app[0] server on host:4646`. */
  readonly where: string;
  /** What the terminal starts with: job, group, task, allocation, node and cluster. */
  readonly greeting: string;
  readonly task: string;
  readonly namespace: string;
  readonly node: string;
  /** Opens a session with a TTY. */
  open(command: Words, size: TerminalSize | undefined): ExecSession;
  /** How the allocation is after a session ended so, and who took its place. Never rejects. */
  lookUp(error: NomadError, signal: AbortSignal): Promise<Outcome>;
  /** Asks what else to start, where nothing of what was tried is there; undefined where the person leaves. */
  readonly choose?: (() => Promise<Commands | undefined>) | undefined;
}

export interface Outcome {
  readonly aftermath?: Aftermath | undefined;
  /** Named as in `app[0] 5ec4e700 on node-2`. */
  readonly successor?: { readonly name: string; readonly target: ExecTarget } | undefined;
}

const enter = '\r';
const endOfInput = '\u0004';
const firstOutputLength = 4096;
/** A node reports what happened to its tasks to the servers within a second or two. */
const lookUpMs = 4000;

/**
 * A program in a task as a VS Code terminal: keys go to the session as they are, output comes back through one streaming
 * decoder a stream. The server doesn't end a process whose client went away, so closing the terminal asks the shell to
 * end first.
 */
export class ExecTerminal implements vscode.Pseudoterminal {
  #target: ExecTarget;
  /** Tried in this order. */
  #commands: readonly Words[];
  #onWindows: readonly Words[];
  #staysOpen: boolean;
  readonly #log: Log;
  readonly #life = new Lifetime();
  readonly #written = this.#life.own(new vscode.EventEmitter<string>());
  readonly #closed = this.#life.own(new vscode.EventEmitter<number | undefined>());
  readonly onDidWrite = this.#written.event;
  readonly onDidClose = this.#closed.event;
  readonly #queue: OutputQueue;
  readonly #resizes: Resizes;
  #session: { live: ExecSession; life: Lifetime } | undefined;
  /** What was typed before the shell said anything: the next shell gets it too where this one isn't there. */
  #early = '';
  #silent = true;
  /** How the last session ended, while there is none. */
  #ending: 'looking' | 'exited' | 'lost' | 'missing' | 'choosing' | undefined;
  #successor: ExecTarget | undefined;
  #hasTyped = false;
  /** Of the last program; what the terminal is closed with. */
  #exitCode: number | undefined;

  constructor(target: ExecTarget, commands: Commands, log: Log) {
    this.#target = target;
    this.#commands = commands.words;
    this.#onWindows = commands.onWindows;
    this.#staysOpen = commands.staysOpen;
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
    this.#resizes = this.#life.own(new Resizes((size) => this.#session?.live.resize(size)));
  }

  open(dimensions: vscode.TerminalDimensions | undefined): void {
    if (dimensions !== undefined) this.#resizes.set(dimensions);
    this.#greet();
    this.#start(0);
  }

  close(): void {
    this.#endSession();
    this.#life.dispose();
  }

  setDimensions(dimensions: vscode.TerminalDimensions): void {
    this.#resizes.set(dimensions);
  }

  handleInput(text: string): void {
    if (this.#session !== undefined) {
      if (this.#silent) this.#early += text;
      this.#resizes.flush();
      this.#session.live.write(text);
    } else if (this.#ending === 'choosing') return;
    else if (this.#ending === 'looking') this.#hasTyped = true;
    else if (text === enter) this.#again();
    else if (this.#ending === 'exited' || text === endOfInput) this.#end();
    else this.#say('Not connected, so what you type is not sent', this.#keys());
  }

  /** Closes the terminal, with what others read as `exitStatus`: an exit code of Windows may be a negative number here. */
  #end(): void {
    this.#closed.fire(this.#exitCode === undefined ? undefined : this.#exitCode >>> 0);
  }

  #greet(): void {
    this.#written.fire(`${dim(printable(this.#target.greeting).trim())}\r\n`);
  }

  /** What Enter does where there is no session. */
  #again(): void {
    if (this.#ending === 'missing' && this.#target.choose !== undefined) {
      void this.#chooseOther(this.#target.choose);
      return;
    }
    const next = this.#successor;
    if (next !== undefined) {
      this.#successor = undefined;
      this.#target = next;
      this.#greet();
    }
    this.#start(0);
  }

  /** Never rejects. */
  async #chooseOther(choose: () => Promise<Commands | undefined>): Promise<void> {
    this.#ending = 'choosing';
    let failure = 'Nothing was chosen';
    const chosen = await choose().catch((error: unknown) => {
      failure = `Nothing could be chosen: ${causeOf(error)}`;
      return undefined;
    });
    if (this.#life.ended) return;
    this.#ending = 'missing';
    if (chosen === undefined) {
      this.#say(failure, this.#keys());
      return;
    }
    this.#commands = chosen.words;
    this.#onWindows = chosen.onWindows;
    this.#staysOpen = chosen.staysOpen;
    this.#start(0);
  }

  #command(index: number): Words {
    return this.#commands[index] ?? ['/bin/sh'];
  }

  #start(index: number, early = ''): void {
    const command = this.#command(index);
    // Arguments may be secrets.
    this.#log.info(`Exec ${command[0] ?? ''} in ${this.#target.where}`);
    if (command.length > 1) this.#written.fire(`${dim(printable(commandText(command)))}\r\n`);
    this.#ending = undefined;
    this.#hasTyped = false;
    this.#exitCode = undefined;
    const life = new Lifetime();
    const live = life.own(this.#target.open(command, this.#resizes.latest));
    this.#resizes.started();
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
        this.#ended(end, begin, index);
      }),
    );
  }

  #ended(end: ExecEnd, output: string, index: number): void {
    const unconfirmed = (this.#session?.live.unconfirmedInput ?? 0) > 0;
    this.#endSession();
    const refusal = end.kind === 'closed' ? (end.error.body ?? end.error.message) : undefined;
    this.#exitCode = end.kind === 'exited' ? end.exitCode : undefined;
    const attempt = { refusal, exitCode: this.#exitCode, output };
    const isMissing = shellIsMissing(attempt);
    if (isMissing && isOnWindows(attempt)) this.#addWindowsShells();
    if (isMissing && index + 1 < this.#commands.length) {
      this.#start(index + 1, this.#early);
      return;
    }
    this.#queue.flush();
    if (isMissing && this.#target.choose !== undefined) this.#tellMissing(attempt);
    else if (end.kind === 'closed') {
      this.#ending = 'looking';
      void this.#tellEnd(end.error, this.#command(index)[0] ?? '', unconfirmed);
    } else if (end.exitCode === 0 && !this.#staysOpen) this.#end();
    else {
      this.#ending = 'exited';
      this.#say(`Exit code ${String(end.exitCode)}`, 'Press Enter to start again, any other key to close.');
    }
  }

  #addWindowsShells(): void {
    this.#commands = [...this.#commands, ...this.#onWindows];
    this.#onWindows = [];
  }

  #tellMissing({ refusal }: ShellAttempt): void {
    this.#ending = 'missing';
    const names = this.#commands.map(([program = '']) => program);
    const which = names.length === 1 ? `There is no ${names.join()}` : `There is none of ${names.join(', ')}`;
    // A runtime that says so on the terminal has said it above.
    const said = refusal === undefined ? '' : ` (${refusalWords(refusal)})`;
    this.#say(`${which} in task ${this.#target.task}${said}`, this.#keys());
  }

  /** Never rejects. */
  async #tellEnd(error: NomadError, shell: string, unconfirmed: boolean): Promise<void> {
    const { task, namespace, node } = this.#target;
    const signal = AbortSignal.any([this.#life.signal(), AbortSignal.timeout(lookUpMs)]);
    const { aftermath, successor } = await this.#target.lookUp(error, signal);
    if (this.#life.ended) return;
    this.#ending = 'lost';
    this.#successor = successor?.target;
    const sentence = sentenceOf({ error, task, shell, namespace, node, aftermath });
    const typed = unconfirmed ? ' What you typed in the last seconds may not have arrived.' : '';
    const unsent = this.#hasTyped ? ' What you typed since then was not sent.' : '';
    const place = successor === undefined ? '' : ` Its place was taken by ${printable(successor.name)}.`;
    this.#say(sentence, `${place}${typed}${unsent} ${this.#keys()}`.trim());
  }

  #keys(): string {
    if (this.#ending === 'missing') return 'Press Enter to choose another shell or command, Ctrl+D to close.';
    const again = this.#successor === undefined ? 'connect again' : 'go on there';
    return `Press Enter to ${again}, Ctrl+D to close.`;
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

function dim(text: string): string {
  return `\u001b[2m${text}\u001b[0m`;
}
