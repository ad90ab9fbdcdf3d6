import * as vscode from 'vscode';
import { Lifetime, type Disposable } from '../../base/lifetime.ts';
import { isLogLine, type LogSource } from '../../operations/logs/types.ts';
import type { ShownLine } from './logLines.ts';
import type { OpenLog } from './openLog.ts';

/** Colours that can be told apart, and be read, in dark and in light themes. */
const colours = [
  'charts.blue',
  'charts.purple',
  'charts.green',
  'charts.orange',
  'terminal.ansiCyan',
  'terminal.ansiMagenta',
  'charts.yellow',
];

/** Lines beyond those that are visible that are coloured too, so that scrolling a little shows no grey. */
const margin = 100;

/** Draws what is not the task's own words: each allocation's name in its colour, our own lines dim, stderr tinted. */
export class LogColours implements Disposable {
  readonly #life = new Lifetime();
  readonly #names = colours.map((id) => this.#type({ color: new vscode.ThemeColor(id) }));
  readonly #quiet = this.#type({ color: new vscode.ThemeColor('disabledForeground') });
  readonly #note = this.#type({ color: new vscode.ThemeColor('descriptionForeground'), fontStyle: 'italic' });
  readonly #errorBar = this.#type({ color: new vscode.ThemeColor('charts.red') });
  readonly #errorLine = this.#type({
    isWholeLine: true,
    dark: { backgroundColor: 'rgba(255, 90, 90, 0.07)' },
    light: { backgroundColor: 'rgba(200, 0, 0, 0.045)' },
  });

  /** Colours what these editors show of a log. */
  draw(log: OpenLog, editors: readonly vscode.TextEditor[]): void {
    for (const editor of editors) {
      // Of the file's own numbers they would say nothing: lines go at the start.
      editor.options.lineNumbers = vscode.TextEditorLineNumbersStyle.Off;
      const ranges = new Map<vscode.TextEditorDecorationType, vscode.Range[]>();
      const add = (type: vscode.TextEditorDecorationType | undefined, range: vscode.Range) => {
        if (type === undefined || range.isEmpty) return;
        const all = ranges.get(type);
        if (all === undefined) ranges.set(type, [range]);
        else all.push(range);
      };
      const first = (editor.visibleRanges[0]?.start.line ?? 0) - margin;
      const last = (editor.visibleRanges.at(-1)?.end.line ?? 0) + margin;
      const lines = log.painter.linesIn(Math.max(0, first), Math.min(last, editor.document.lineCount - 1));
      for (const [at, line] of lines) this.#mark(add, at, line, log);
      if (first <= 0 && log.painter.isOlderTold) add(this.#note, new vscode.Range(0, 0, 0, 200));
      for (const type of this.#types) editor.setDecorations(type, ranges.get(type) ?? []);
    }
  }

  dispose(): void {
    this.#life.dispose();
  }

  #mark(
    add: (type: vscode.TextEditorDecorationType | undefined, range: vscode.Range) => void,
    at: number,
    { time, head, shown, entry }: ShownLine,
    log: OpenLog,
  ): void {
    const range = (from: number, to: number) => new vscode.Range(at, from, at, to);
    add(this.#quiet, range(0, time));
    // The bar stands before the blank that ends the head.
    const bar = Math.max(time, head - 2);
    const { source } = entry;
    add(source === undefined ? undefined : this.#names[log.colourOf(source) % colours.length], range(time, bar));
    if (!isLogLine(entry)) {
      add(this.#note, range(bar, shown.length));
      return;
    }
    const isError = isStderr(entry.source);
    add(isError ? this.#errorBar : this.#quiet, range(bar, head));
    if (isError) add(this.#errorLine, range(0, Math.max(1, shown.length)));
  }

  get #types(): readonly vscode.TextEditorDecorationType[] {
    return [...this.#names, this.#quiet, this.#note, this.#errorBar, this.#errorLine];
  }

  #type(options: vscode.DecorationRenderOptions): vscode.TextEditorDecorationType {
    return this.#life.own(vscode.window.createTextEditorDecorationType(options));
  }
}

function isStderr(source: LogSource): boolean {
  return source.kind === 'task' && source.stream === 'stderr';
}
