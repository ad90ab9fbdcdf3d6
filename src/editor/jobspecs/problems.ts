import * as vscode from 'vscode';
import { Emitter } from '../../base/events.ts';
import { Lifetime } from '../../base/lifetime.ts';
import type { HclProblem } from '../../hcl/problem.ts';
import { languages } from '../../platform/contributions.ts';
import { toRange } from './ranges.ts';

/**
 * Shows what Nomad found wrong in jobspecs in the Problems view. A problem goes away when its place in the text is
 * edited, when the document is closed, or when Nomad's next answer replaces it.
 */
export class JobspecProblems implements vscode.Disposable {
  readonly #life = new Lifetime();
  readonly #collection = this.#life.own(vscode.languages.createDiagnosticCollection(languages.jobspec));
  readonly #changed = this.#life.own(new Emitter<vscode.Uri>());
  readonly onDidChange = this.#changed.event;

  constructor() {
    this.#life.own(
      vscode.workspace.onDidCloseTextDocument((document) => {
        this.clear(document.uri);
      }),
    );
    this.#life.own(
      vscode.workspace.onDidChangeTextDocument((event) => {
        this.#dropEdited(event);
      }),
    );
  }

  set(uri: vscode.Uri, problems: readonly HclProblem[]): void {
    this.#collection.set(uri, problems.map(toDiagnostic));
    this.#changed.fire(uri);
  }

  clear(uri: vscode.Uri): void {
    if (!this.#collection.has(uri)) return;
    this.#collection.delete(uri);
    this.#changed.fire(uri);
  }

  /** Whether Nomad has something to say about this line. */
  isOn(uri: vscode.Uri, line: number): boolean {
    return (this.#collection.get(uri) ?? []).some(({ range }) => range.start.line === line);
  }

  dispose(): void {
    this.#life.dispose();
  }

  #dropEdited(event: vscode.TextDocumentChangeEvent): void {
    const known = this.#collection.get(event.document.uri);
    if (known === undefined || known.length === 0 || event.contentChanges.length === 0) return;
    const kept = known.filter(
      (problem) => !event.contentChanges.some((change) => touches(change.range, problem.range)),
    );
    if (kept.length === known.length) return;
    this.#collection.set(event.document.uri, kept);
    this.#changed.fire(event.document.uri);
  }
}

function touches(edit: vscode.Range, problem: vscode.Range): boolean {
  return edit.start.line <= problem.end.line && edit.end.line >= problem.start.line;
}

function toDiagnostic(problem: HclProblem): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(toRange(problem.range), problem.message, vscode.DiagnosticSeverity.Error);
  diagnostic.source = 'nomad';
  return diagnostic;
}
