import * as vscode from 'vscode';
import type { ContextKeys } from './contributions.ts';

/** Sets context keys, and only when their value changes: each set is a message to the window. */
export class Context {
  readonly #values = new Map<keyof ContextKeys, unknown>();

  readonly set = <K extends keyof ContextKeys>(key: K, value: ContextKeys[K]): void => {
    if (this.#values.get(key) === value) return;
    this.#values.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  };

  /** What was last set; VS Code itself tells nobody. */
  get<K extends keyof ContextKeys>(key: K): ContextKeys[K] | undefined {
    return this.#values.get(key) as ContextKeys[K] | undefined;
  }
}
