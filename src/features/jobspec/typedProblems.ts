import * as vscode from 'vscode';
import { systemClock, type Clock } from '../../base/clock.ts';
import { Lifetime, type Disposable } from '../../base/lifetime.ts';
import type { Jobspec } from '../../hcl/jobspec.ts';
import { languages } from '../../platform/contributions.ts';
import type { Jobspecs } from '../../editor/jobspecs/jobspecs.ts';
import type { JobspecProblems } from '../../editor/jobspecs/problems.ts';
import { toRange } from '../../editor/jobspecs/ranges.ts';

/** People pause that long between two words, not between two letters. */
const pauseMs = 400;

interface Options {
  readonly clock?: Clock;
}

/**
 * What is wrong in the text of open jobspecs while they are typed, in the Problems view: syntax, and functions that no
 * server has. It takes no cluster. Where Nomad has said something about a line, only Nomad's words stand.
 */
export class TypedProblems implements vscode.Disposable {
  readonly #jobspecs: Jobspecs;
  readonly #nomads: JobspecProblems;
  readonly #clock: Clock;
  readonly #life = new Lifetime();
  readonly #collection = this.#life.own(vscode.languages.createDiagnosticCollection(`${languages.jobspec}-text`));
  readonly #waiting = new Map<string, Disposable>();

  constructor(jobspecs: Jobspecs, nomads: JobspecProblems, { clock = systemClock }: Options = {}) {
    this.#jobspecs = jobspecs;
    this.#nomads = nomads;
    this.#clock = clock;
    const { workspace } = vscode;
    this.#life.own(workspace.onDidOpenTextDocument((document) => void this.#check(document)));
    this.#life.own(
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        // What stands where a person types is mended or said again once they pause.
        this.#keep(document.uri, (line) => !contentChanges.some(({ range }) => touches(range, line)));
        this.#checkLater(document);
      }),
    );
    this.#life.own(
      workspace.onDidCloseTextDocument((document) => {
        this.#forget(document);
      }),
    );
    this.#life.own(
      nomads.onDidChange((uri) => {
        this.#keep(uri, (line) => !nomads.isOn(uri, line));
        const document = workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
        if (document !== undefined) void this.#check(document);
      }),
    );
    for (const document of workspace.textDocuments) void this.#check(document);
  }

  dispose(): void {
    for (const timer of this.#waiting.values()) timer.dispose();
    this.#life.dispose();
  }

  #checkLater(document: vscode.TextDocument): void {
    if (document.languageId !== languages.jobspec) return;
    const key = document.uri.toString();
    this.#waiting.get(key)?.dispose();
    this.#waiting.set(
      key,
      this.#clock.timer(pauseMs, () => {
        this.#waiting.delete(key);
        void this.#check(document);
      }),
    );
  }

  async #check(document: vscode.TextDocument): Promise<void> {
    if (document.languageId !== languages.jobspec) return;
    const { version } = document;
    // Without a parser there is nothing to say here; the lenses and commands tell why.
    const jobspec = await this.#jobspecs.read(document).catch(() => undefined);
    if (jobspec === undefined) return;
    // What was typed meanwhile is checked on its own.
    if (document.isClosed || document.version !== version) return;
    const found = diagnostics(jobspec).filter(({ range }) => !this.#nomads.isOn(document.uri, range.start.line));
    this.#collection.set(document.uri, found);
  }

  /** Drops at once what stands on lines that `isKept` says no to. */
  #keep(uri: vscode.Uri, isKept: (line: number) => boolean): void {
    const known = this.#collection.get(uri) ?? [];
    const kept = known.filter(({ range }) => isKept(range.start.line));
    if (kept.length < known.length) this.#collection.set(uri, kept);
  }

  #forget(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    this.#waiting.get(key)?.dispose();
    this.#waiting.delete(key);
    this.#collection.delete(document.uri);
  }
}

function touches({ start, end }: vscode.Range, line: number): boolean {
  return start.line <= line && line <= end.line;
}

function diagnostics({ problems, fileCalls }: Jobspec): vscode.Diagnostic[] {
  const { Error: error, Warning: warning } = vscode.DiagnosticSeverity;
  return [
    ...problems.map(({ range, message }) => new vscode.Diagnostic(toRange(range), message, error)),
    ...fileCalls.map(
      ({ range, message, isRefused }) => new vscode.Diagnostic(toRange(range), message, isRefused ? error : warning),
    ),
  ].map((diagnostic) => Object.assign(diagnostic, { source: 'nomad' }));
}
