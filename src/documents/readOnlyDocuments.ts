import * as vscode from 'vscode';
import { Lifetime } from '../base/lifetime.ts';

/** Read-only documents of one scheme whose text is kept here and may be replaced while they are open. */
export class ReadOnlyDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #life = new Lifetime();
  readonly #texts = new Map<string, string>();
  readonly #changed = this.#life.own(new vscode.EventEmitter<vscode.Uri>());
  readonly onDidChange = this.#changed.event;
  readonly #ofBefore: (uri: vscode.Uri) => string | undefined;

  /** @param ofBefore what to show of a document that was open when the window was loaded anew */
  constructor(scheme: string, ofBefore: (uri: vscode.Uri) => string | undefined = () => undefined) {
    this.#ofBefore = ofBefore;
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
    return this.#texts.get(uri.toString()) ?? this.#ofBefore(uri) ?? notKept;
  }

  dispose(): void {
    this.#life.dispose();
  }
}

const notKept = 'This document is not kept any longer. Close it and ask for it again.\n';

/** A name that is safe as a part of a path and still reads as the id that it stands for. */
export function fileName(text: string): string {
  return text.replace(/[/\\:*?"<>|]+/g, '∕').replace(/^\.+$/, '_');
}
