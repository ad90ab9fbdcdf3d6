import * as vscode from 'vscode';
import type { Clock } from '../../base/clock.ts';
import type { Disposable } from '../../base/lifetime.ts';
import { olderLine } from '../../wording/logs/lineText.ts';
import type { LogLines, ShownLine } from './logLines.ts';

/** What the document has now. */
interface Painted {
  readonly epoch: number;
  /** Ids of the first line and of the one after the last. */
  readonly first: number;
  readonly end: number;
  /** Whether its first line says that there are older ones. */
  readonly older: boolean;
}

const unknown: Painted = { epoch: -1, first: 0, end: 0, older: false };

/** No more often than that; people can't read faster, and each change is work for the window. */
const pauseMs = 250;

/** The window has this many times longer for other things than one change took. */
const rest = 4;

/** But nobody waits longer for what is there. */
const longestPauseMs = 1000;

interface Options {
  readonly uri: vscode.Uri;
  readonly lines: LogLines;
  readonly clock: Clock;
  /** Whether lines may be taken away at the start of the document: not while somebody reads there. */
  readonly mayTrim: () => boolean;
  /** Before and after each change, with how many lines went at the start. */
  readonly onWillChange: (gone: number) => void;
  readonly onDidChange: () => void;
}

/**
 * Brings a document to what its lines are, by edits: what is appended costs what is appended, however long the document is. A
 * file that is read anew would cost all of it, since VS Code reads and compares the whole.
 */
export class Painter implements Disposable {
  readonly #options: Options;
  #uri: vscode.Uri;
  #written = 0;
  /** Unknown at first, as of a document that was kept longer than its tab: then all of it is written. */
  #painted: Painted = unknown;
  #timer: Disposable | undefined;
  #painting: Promise<void> | undefined;
  #nextMs = 0;
  #isHeld = true;
  #ended = false;

  constructor(options: Options) {
    this.#options = options;
    this.#uri = options.uri;
  }

  /** How many characters were brought into the document by edits. The window keeps all of them, to be undone. */
  get written(): number {
    return this.#written;
  }

  /** Another document takes the place of this one; what it has to show it will read as it opens. */
  moveTo(uri: vscode.Uri, written: number): void {
    this.#uri = uri;
    this.#painted = unknown;
    this.#written = written;
  }

  /**
   * While nobody sees the document nothing is painted; what came meanwhile is, when somebody does.
   *
   * @returns once nothing is painted any more, where it is held: the window may be at a change at that moment
   */
  async hold(held: boolean): Promise<void> {
    this.#isHeld = held;
    if (!held) {
      this.changed();
      return;
    }
    this.#timer?.dispose();
    this.#timer = undefined;
    await this.#painting;
  }

  /** Says that there may be something to paint. */
  changed(): void {
    if (this.#ended || this.#isHeld || this.#timer !== undefined || this.#painting !== undefined) return;
    const { clock } = this.#options;
    this.#timer = clock.timer(Math.max(0, this.#nextMs - clock.now()), () => {
      this.#timer = undefined;
      this.#painting = this.#paint().finally(() => {
        this.#painting = undefined;
        if (this.#isBehind()) this.changed();
      });
    });
  }

  /** The whole document, for VS Code that opens it; from then on it has to be told what changes. */
  text(): string {
    const painted = this.#latest();
    this.#options.lines.takeChanged();
    this.#painted = painted;
    return this.#textOf(painted);
  }

  /** Whether the first line of the document says that there are older ones. */
  get isOlderTold(): boolean {
    return this.#painted.older;
  }

  /** The line of the document at `at`, from 0; nothing where it is not a line of a log. */
  lineAt(at: number): ShownLine | undefined {
    const { lines } = this.#options;
    const painted = this.#painted;
    if (painted.epoch !== lines.epoch) return undefined;
    return lines.line(painted.first + at - (painted.older ? 1 : 0));
  }

  /** The lines of the document from one of its lines to another. */
  linesIn(from: number, to: number): readonly (readonly [at: number, line: ShownLine])[] {
    const found: (readonly [number, ShownLine])[] = [];
    for (let at = from; at <= to; at += 1) {
      const line = this.lineAt(at);
      if (line !== undefined) found.push([at, line]);
    }
    return found;
  }

  dispose(): void {
    this.#ended = true;
    this.#timer?.dispose();
    this.#timer = undefined;
  }

  #latest(): Painted {
    const { lines } = this.#options;
    return { epoch: lines.epoch, first: lines.first, end: lines.end, older: lines.dropped };
  }

  #isBehind(): boolean {
    const [latest, painted] = [this.#latest(), this.#painted];
    if (latest.epoch !== painted.epoch || this.#options.lines.hasChanged) return true;
    if (this.#options.mayTrim() && latest.first !== painted.first) return true;
    return latest.end !== painted.end && this.#mayGrow(painted.end - painted.first);
  }

  #textOf({ first, end, older }: Painted): string {
    const { lines } = this.#options;
    const shown = lines.slice(first, end).map((line) => line.shown);
    return [...(older ? [olderLine(lines.most)] : []), ...shown, ''].join('\n');
  }

  async #paint(): Promise<void> {
    const { clock, onWillChange, onDidChange } = this.#options;
    const uri = this.#uri;
    const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
    // Not again at once, lest nothing else is done while it is not there.
    this.#nextMs = clock.now() + pauseMs;
    if (document === undefined || this.#ended) return;
    const { edit, next, gone } = this.#edit(document, this.#painted);
    if (edit === undefined) return;
    const before = clock.now();
    onWillChange(gone);
    this.#painted = next;
    const done = await Promise.resolve(vscode.workspace.applyEdit(edit)).catch(() => false);
    const tookMs = clock.now() - before;
    this.#nextMs = clock.now() + Math.min(longestPauseMs, Math.max(pauseMs, rest * tookMs));
    // It was read anew meanwhile, or closed: the next time all of it is written.
    if (!done && this.#painted === next) this.#painted = unknown;
    onDidChange();
  }

  /** What has to be changed; nothing where the document is up to date. */
  #edit(document: vscode.TextDocument, painted: Painted) {
    const { lines, mayTrim } = this.#options;
    const uri = this.#uri;
    const edit = new vscode.WorkspaceEdit();
    const latest = this.#latest();
    const changed = lines.takeChanged();
    const head = painted.older ? 1 : 0;
    const count = painted.end - painted.first + head;
    // A document whose lines were not counted well is written as a whole, as one that was read anew.
    const isKnown = latest.epoch === painted.epoch && document.lineCount === count + 1 && latest.first < painted.end;
    if (!isKnown) {
      const text = this.#textOf(latest);
      edit.replace(uri, new vscode.Range(0, 0, document.lineCount, 0), text);
      this.#written += text.length;
      return { edit, next: latest, gone: 0 };
    }
    const trims = mayTrim() && (latest.first > painted.first || latest.older !== painted.older);
    const gone = trims ? latest.first - painted.first : 0;
    if (trims) {
      edit.replace(uri, new vscode.Range(0, 0, head + gone, 0), latest.older ? `${olderLine(lines.most)}\n` : '');
    }
    let some = trims;
    for (const { id, shown } of changed) {
      const at = id - painted.first + head;
      if (id < painted.first + gone || id >= painted.end) continue;
      edit.replace(uri, document.lineAt(at).range, shown);
      this.#written += shown.length;
      some = true;
    }
    const added = this.#mayGrow(count) ? lines.slice(painted.end).map(({ shown }) => `${shown}\n`) : [];
    const text = added.join('');
    if (added.length > 0) edit.insert(uri, new vscode.Position(count, 0), text);
    this.#written += text.length;
    const end = added.length > 0 ? latest.end : painted.end;
    const next = { ...(trims ? latest : painted), end };
    return { edit: some || added.length > 0 ? edit : undefined, next, gone };
  }

  /** Who reads the start of a long document keeps it as it is, for a while without what is new. */
  #mayGrow(count: number): boolean {
    const { lines, mayTrim } = this.#options;
    return mayTrim() || count < lines.most * 2;
  }
}
