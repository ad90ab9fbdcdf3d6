import * as vscode from 'vscode';
import { Lifetime, type Disposable } from '../../base/lifetime.ts';
import { commands, schemes } from '../../platform/contributions.ts';
import { commonEnd, filePlaces, type FilePlace } from '../../wording/logs/filePlaces.ts';
import { loadOlder } from '../../wording/logs/lineText.ts';
import type { OpenLog } from './openLog.ts';

/** Links of as many lines around the visible ones are looked for: VS Code asks for those of the whole document each time. */
const margin = 200;

/** Of a name with more files than that, none is likely to be meant. */
const mostFiles = 50;

/** `src/app.ts:12` in a log leads to the file of the workspace with that name, and the first line to older ones. */
export class LogLinks implements vscode.DocumentLinkProvider, Disposable {
  readonly #life = new Lifetime();
  readonly #get: (uri: vscode.Uri) => OpenLog | undefined;
  /** Files of the workspace by name. Forgotten as soon as files come or go. */
  readonly #files = new Map<string, Promise<readonly vscode.Uri[]>>();

  constructor(get: (uri: vscode.Uri) => OpenLog | undefined) {
    this.#get = get;
    this.#life.own(vscode.languages.registerDocumentLinkProvider({ scheme: schemes.logs }, this));
    const forget = () => {
      this.#files.clear();
    };
    const { workspace } = vscode;
    for (const event of [workspace.onDidCreateFiles, workspace.onDidDeleteFiles, workspace.onDidRenameFiles])
      this.#life.own(event(forget));
    this.#life.own(workspace.onDidChangeWorkspaceFolders(forget));
  }

  async provideDocumentLinks(document: vscode.TextDocument): Promise<vscode.DocumentLink[]> {
    const log = this.#get(document.uri);
    if (log === undefined) return [];
    const ranges = log.editors.flatMap((editor) => editor.visibleRanges);
    const [first, last] = [
      Math.min(...ranges.map(({ start }) => start.line)),
      Math.max(...ranges.map(({ end }) => end.line)),
    ];
    const from = Number.isFinite(first) ? Math.max(0, first - margin) : Math.max(0, document.lineCount - margin);
    const to = Number.isFinite(last) ? Math.min(document.lineCount - 1, last + margin) : document.lineCount - 1;
    const links = log.painter.linesIn(from, to).flatMap(([at, { head, shown }]) =>
      filePlaces(shown.slice(head)).map((place) => {
        const range = new vscode.Range(at, head + place.start, at, head + place.end);
        return { range, place };
      }),
    );
    const targets = await Promise.all(links.map(({ place }) => this.#target(place)));
    const found = links.flatMap(({ range }, at) => {
      const target = targets[at];
      return target === undefined ? [] : [new vscode.DocumentLink(range, target)];
    });
    return [...(log.painter.isOlderTold ? olderLink(document) : []), ...found];
  }

  dispose(): void {
    this.#life.dispose();
  }

  /** The file whose path ends most like the one in the log: a log has the paths of the machine that it was built on. */
  async #target({ path, line, column }: FilePlace): Promise<vscode.Uri | undefined> {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const files = await this.#named(name);
    const alike = files
      .map((uri) => ({ uri, common: commonEnd(path, uri.path) }))
      .sort((a, b) => b.common - a.common || a.uri.path.length - b.uri.path.length);
    const [best] = alike;
    if (best === undefined || best.common === 0) return undefined;
    return best.uri.with({ fragment: `L${String(line)}${column === undefined ? '' : `,${String(column)}`}` });
  }

  #named(name: string): Promise<readonly vscode.Uri[]> {
    let files = this.#files.get(name);
    if (files === undefined) {
      // What a pattern would read otherwise than as a letter stands for itself in brackets.
      const pattern = `**/${name.replace(/[[\]{}*?]/g, '[$&]')}`;
      files = Promise.resolve(vscode.workspace.findFiles(pattern, '**/node_modules/**', mostFiles));
      this.#files.set(name, files);
    }
    return files;
  }
}

function olderLink(document: vscode.TextDocument): vscode.DocumentLink[] {
  const start = document.lineAt(0).text.lastIndexOf(loadOlder);
  if (start === -1) return [];
  const range = new vscode.Range(0, start, 0, start + loadOlder.length);
  const given = encodeURIComponent(JSON.stringify([document.uri.toString()]));
  return [new vscode.DocumentLink(range, vscode.Uri.parse(`command:${commands.loadOlderLogs}?${given}`))];
}
