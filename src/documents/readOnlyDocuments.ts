import * as vscode from 'vscode';
import { Lifetime } from '../base/lifetime.ts';

/** Read-only documents of one scheme whose text is kept here and may be replaced while they are open. */
export class ReadOnlyDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #life = new Lifetime();
  readonly #texts = new Map<string, string>();
  readonly #changed = this.#life.own(new vscode.EventEmitter<vscode.Uri>());
  readonly onDidChange = this.#changed.event;

  constructor(scheme: string) {
    this.#life.own(vscode.workspace.registerTextDocumentContentProvider(scheme, this));
    this.#life.own(
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (document.uri.scheme === scheme) this.#texts.delete(document.uri.toString());
      }),
    );
  }

  set(uri: vscode.Uri, text: string): void {
    this.#texts.set(uri.toString(), text);
    this.#changed.fire(uri);
  }

  has(uri: vscode.Uri): boolean {
    return this.#texts.has(uri.toString());
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? 'This document is not kept any longer. Close it and ask for it again.\n';
  }

  dispose(): void {
    this.#life.dispose();
  }
}

/** A name that is safe as a part of a path and still reads as the id that it stands for. */
export function fileName(text: string): string {
  return text.replace(/[/\\:*?"<>|]+/g, '∕').replace(/^\.+$/, '_');
}
