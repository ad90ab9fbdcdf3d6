import * as vscode from 'vscode';
import { Lifetime, type Disposable } from '../../base/lifetime.ts';
import { commands, schemes } from '../../platform/contributions.ts';
import type { StateLink } from '../../wording/allocations/stateText.ts';
import type { OpenState } from './openState.ts';

/** Names in a document about an allocation lead to its job, to its node in the Web UI, and to the allocations around it. */
export class StateLinks implements vscode.DocumentLinkProvider, Disposable {
  readonly #life = new Lifetime();
  readonly #get: (uri: vscode.Uri) => OpenState | undefined;

  constructor(get: (uri: vscode.Uri) => OpenState | undefined) {
    this.#get = get;
    this.#life.own(vscode.languages.registerDocumentLinkProvider({ scheme: schemes.events }, this));
  }

  provideDocumentLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
    const state = this.#get(document.uri);
    if (state === undefined) return [];
    return state.lines().flatMap(({ text, links = [] }, line) => {
      // What is not painted yet has other places.
      if (line >= document.lineCount || document.lineAt(line).text !== text) return [];
      return links.flatMap((link) => linkIn(state, link, { text, line }));
    });
  }

  dispose(): void {
    this.#life.dispose();
  }
}

function linkIn(
  state: OpenState,
  { text, to }: StateLink,
  at: { readonly text: string; readonly line: number },
): vscode.DocumentLink[] {
  const start = at.text.indexOf(text);
  const target = targetOf(state, to);
  if (start < 0 || text === '' || target === undefined) return [];
  const link = new vscode.DocumentLink(new vscode.Range(at.line, start, at.line, start + text.length), target);
  link.tooltip = hints[to.kind];
  return [link];
}

const hints = { allocation: 'Show state and events', job: 'Open the source of the job', node: 'Open in the Web UI' };

function targetOf({ of, cluster }: OpenState, { kind, id }: StateLink['to']): vscode.Uri | undefined {
  const { job, region } = of;
  const base = { cluster: of.cluster, job, ...(region === undefined ? {} : { region }) };
  if (kind === 'allocation') return commandUri(commands.showEvents, { ...base, allocation: id });
  if (kind === 'job') return commandUri(commands.openJobSource, base);
  if (cluster === undefined) return undefined;
  const { displayAddress, connection } = cluster.client;
  const shown = region ?? connection.region;
  const query = shown === undefined ? '' : `?region=${encodeURIComponent(shown)}`;
  return vscode.Uri.parse(`${displayAddress}/ui/clients/${encodeURIComponent(id)}${query}`);
}

function commandUri(command: string, argument: unknown): vscode.Uri {
  return vscode.Uri.parse(`command:${command}?${encodeURIComponent(JSON.stringify([argument]))}`);
}
