import * as vscode from 'vscode';
import { Lifetime } from '../base/lifetime.ts';
import type { CommandId } from './contributions.ts';

let last = 0;

/**
 * Commands of the lenses over documents, under ids of their own that stand for their arguments.
 *
 * VS Code keeps the arguments of a CodeLens only until newer lenses are made, and goes on showing the old one until those have
 * come: a click meanwhile would do nothing. A command without arguments stays what it is as long as somebody can click it,
 * which here is until its document is closed.
 */
export class LensCommands implements vscode.Disposable {
  readonly #life = new Lifetime();
  /** By document, then by command and arguments. */
  readonly #byDocument = new Map<string, Map<string, Registered>>();

  constructor() {
    this.#life.own(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        this.#forget(uri.toString());
      }),
    );
    this.#life.onEnd(() => {
      for (const document of [...this.#byDocument.keys()]) this.#forget(document);
    });
  }

  /** A lens over `range` of a document that calls a command with these arguments, which JSON can tell from others. */
  lens(
    document: vscode.TextDocument,
    range: vscode.Range,
    title: string,
    command: CommandId,
    args: readonly unknown[],
  ): vscode.CodeLens {
    return new vscode.CodeLens(range, { title, command: this.#idOf(document, command, args) });
  }

  dispose(): void {
    this.#life.dispose();
  }

  #idOf(document: vscode.TextDocument, command: CommandId, args: readonly unknown[]): string {
    const of = document.uri.toString();
    const known = this.#byDocument.get(of) ?? new Map<string, Registered>();
    const key = JSON.stringify([command, ...args.map((one) => (one instanceof vscode.Uri ? one.toString() : one))]);
    const found = known.get(key);
    if (found !== undefined) return found.id;
    last += 1;
    // Names with this first letter are listed nowhere.
    const id = `_${command}.${String(last)}`;
    const registration = vscode.commands.registerCommand(id, () => vscode.commands.executeCommand(command, ...args));
    known.set(key, { id, registration });
    this.#byDocument.set(of, known);
    // Lenses that were made while their document was closed are seen by nobody.
    if (document.isClosed) this.#forget(of);
    return id;
  }

  #forget(document: string): void {
    for (const { registration } of this.#byDocument.get(document)?.values() ?? []) registration.dispose();
    this.#byDocument.delete(document);
  }
}

interface Registered {
  readonly id: string;
  readonly registration: vscode.Disposable;
}
