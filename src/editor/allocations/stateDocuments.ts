import * as vscode from 'vscode';
import { schemes } from '../../platform/contributions.ts';
import { ReadOnlyFiles } from '../documents/readOnlyDocuments.ts';
import type { OpenStates, OpenStatesOptions } from './openStates.ts';

/** What is known of allocations, as read-only documents. What follows them is read from disk with the first one. */
export class StateDocuments extends ReadOnlyFiles {
  readonly #options: OpenStatesOptions;
  #open: Promise<OpenStates> | undefined;

  constructor(options: OpenStatesOptions) {
    super(schemes.events);
    this.#options = options;
  }

  /** All that are open. */
  open(): Promise<OpenStates> {
    this.#open ??= import('./openStates.ts').then(({ OpenStates: All }) => this.life.own(new All(this.#options)));
    return this.#open;
  }

  /** Always the same, so that VS Code doesn't read a document anew when its tab is chosen again: edits change it. */
  stat(): vscode.FileStat {
    return { type: vscode.FileType.File, ctime: 0, mtime: 1, size: 0 };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return Buffer.from((await this.open()).text(uri));
  }
}
