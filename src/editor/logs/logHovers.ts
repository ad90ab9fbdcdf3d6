import * as vscode from 'vscode';
import { Lifetime, type Disposable } from '../../base/lifetime.ts';
import { isLogLine, type LogEntry } from '../../operations/logs/types.ts';
import { schemes } from '../../platform/contributions.ts';
import { jsonLine } from '../../wording/logs/jsonLine.ts';
import type { OpenLog } from './openLog.ts';

/** More is cut off: a hover is for a look. */
const longestField = 600;

/** What a line doesn't show: which log it is from, when it came, and the fields of JSON. */
export class LogHovers implements vscode.HoverProvider, Disposable {
  readonly #life = new Lifetime();
  readonly #get: (uri: vscode.Uri) => OpenLog | undefined;

  constructor(get: (uri: vscode.Uri) => OpenLog | undefined) {
    this.#get = get;
    this.#life.own(vscode.languages.registerHoverProvider({ scheme: schemes.logs }, this));
  }

  provideHover({ uri }: vscode.TextDocument, { line: at, character }: vscode.Position): vscode.Hover | undefined {
    const log = this.#get(uri);
    const line = log?.painter.lineAt(at);
    if (log === undefined || line === undefined || !isLogLine(line.entry)) return undefined;
    const json = log.options.foldsJson ? jsonLine(line.entry.text) : undefined;
    // Over the words of a task a hover is in the way, unless there is more to them.
    if (character >= line.head && json === undefined) return undefined;
    const text = new vscode.MarkdownString();
    text.appendText(whereOf(line.entry));
    if (json !== undefined) {
      const fields = json.fields.map(([name, value]) => `${name}: ${shortened(value)}`);
      text.appendCodeblock(fields.join('\n'), 'yaml');
    }
    return new vscode.Hover(text);
  }

  dispose(): void {
    this.#life.dispose();
  }
}

function whereOf({ source, atMs }: LogEntry): string {
  const came = `came ${new Date(atMs).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' })}`;
  if (source === undefined) return came;
  if (source.kind === 'agent') return `${source.name} · ${came}`;
  if (source.kind === 'file') return `${source.name} · allocation ${source.allocation.slice(0, 8)} · ${came}`;
  return `${source.name} · ${source.task} · ${source.stream} · allocation ${source.allocation.slice(0, 8)} · ${came}`;
}

function shortened(value: string): string {
  const line = value.replace(/\s+/gu, ' ');
  return line.length > longestField ? `${line.slice(0, longestField)}…` : line;
}
