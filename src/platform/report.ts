import * as vscode from 'vscode';
import { isCancelled } from '../base/cancel.ts';
import { placeOfFault } from '../base/log.ts';
import type { Log } from '../base/log.ts';
import { plain } from '../base/plain.ts';
import type { Plain } from '../base/plain.ts';
import { commands } from './contributions.ts';
import { failureSentence, isUnexpected, wayOut } from './failure.ts';
import type { Doing } from './failure.ts';
import { showMessage } from './window.ts';
import type { Level } from './window.ts';

/** A button of a message. */
export interface Action {
  readonly title: string;
  run(): unknown;
}

/** Shows a sentence with buttons; resolves with the title of the one that was chosen. */
export type Show = (level: Level, sentence: Plain, titles: readonly Plain[]) => Thenable<string | undefined>;

/** The one place that shows messages. Cancelling is never reported. */
export class Report {
  readonly #log: Log;
  readonly #showMessage: Show;

  constructor(log: Log, show: Show = showMessage) {
    this.#log = log;
    this.#showMessage = show;
  }

  /** Tells that `doing` failed, in our sentence and Nomad's words, with a way out. Resolves when it was answered. */
  async failure(error: unknown, doing: Doing, actions: readonly Action[] = []): Promise<void> {
    if (isCancelled(error)) return;
    const sentence = failureSentence(error, doing);
    this.#log.error(isUnexpected(error) ? `${sentence}\n${placeOfFault(error)}` : sentence);
    const offered = [...actions, ...wayOut(error).map((way) => commandAction(way.title, way.command)), showLog];
    await this.#show('error', sentence, offered);
  }

  /** Says that something did not end as wished although no request failed. */
  async problem(sentence: string, actions: readonly Action[] = []): Promise<void> {
    this.#log.warn(sentence);
    await this.#show('warning', sentence, actions);
  }

  /** Tells that something is done. */
  async done(sentence: string, actions: readonly Action[] = []): Promise<void> {
    this.#log.info(sentence);
    await this.#show('info', sentence, actions);
  }

  async #show(level: Level, sentence: string, actions: readonly Action[]): Promise<void> {
    // VS Code itself replaces a message by an equal one, so that none is stacked and none is missed.
    const titles = [...new Set(actions.map((action) => plain(action.title)))];
    const chosen = await this.#showMessage(level, plain(sentence), titles);
    await actions.find((action) => plain(action.title) === chosen)?.run();
  }
}

/** A button that runs one of our commands. */
export function commandAction(title: string, command: string, ...args: unknown[]): Action {
  return { title, run: () => vscode.commands.executeCommand(command, ...args) };
}

const showLog = commandAction('Show log', commands.showLog);
