import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { when, type AnyEvent } from './when.ts';

/** The terminal that a command opened, with what its Pseudoterminal has written. */
export class OpenTerminal {
  readonly terminal: vscode.Terminal;
  #text = '';
  readonly #written: AnyEvent;

  /** @param terminal one that was just made, so that nothing was written yet */
  constructor(terminal: vscode.Terminal | undefined) {
    assert.ok(terminal, 'no terminal was opened');
    const { creationOptions } = terminal;
    assert.ok('pty' in creationOptions, 'the terminal is not the extension’s own');
    const { pty } = creationOptions;
    this.terminal = terminal;
    this.#written = pty.onDidWrite;
    pty.onDidWrite((text) => {
      this.#text += text;
    });
  }

  get text(): string {
    return this.#text;
  }

  /**
   * Types a line. Its echo comes before the prompt of a shell that is slow to start, so that the output need not begin a line:
   * what a test waits for may not be in the line itself.
   */
  type(line: string): void {
    this.terminal.sendText(line);
  }

  /** Waits for output that fits; what was matched up to then is not looked at again. */
  async shows(pattern: RegExp): Promise<RegExpExecArray> {
    const read = () => pattern.exec(this.#text) ?? undefined;
    try {
      const match = await when(`output like ${String(pattern)}`, [this.#written], read);
      this.#text = this.#text.slice(match.index + match[0].length);
      return match;
    } catch (error) {
      throw new Error(`${String(error)}; written: ${JSON.stringify(this.#text)}`, { cause: error });
    }
  }

  async closed(): Promise<void> {
    await when(
      'the terminal is closed',
      [vscode.window.onDidCloseTerminal],
      () => !vscode.window.terminals.includes(this.terminal),
    );
  }
}
