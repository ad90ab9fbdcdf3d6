import * as vscode from 'vscode';
import { Lifetime, type Disposable } from '../../base/lifetime.ts';
import { commands, schemes, type CommandId } from '../../platform/contributions.ts';
import { allocationCapabilities, hasWord } from '../../state/tables/capabilities.ts';
import type { OpenState } from './openState.ts';

/** What can be done with an allocation, over the document about it. */
export class StateLenses implements vscode.CodeLensProvider, Disposable {
  readonly #life = new Lifetime();
  readonly #get: (uri: vscode.Uri) => OpenState | undefined;
  readonly #changed = this.#life.own(new vscode.EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.#changed.event;
  /** What each document has, so that they are drawn anew only where they are others. */
  readonly #drawn = new WeakMap<OpenState, string>();

  constructor(get: (uri: vscode.Uri) => OpenState | undefined) {
    this.#get = get;
    this.#life.own(vscode.languages.registerCodeLensProvider({ scheme: schemes.events }, this));
  }

  /** A document may have become another. */
  changed(state: OpenState): void {
    if (this.#drawn.get(state) !== keyOf(lensesOf(state))) this.#changed.fire();
  }

  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    const state = this.#get(uri);
    if (state === undefined) return [];
    const lenses = lensesOf(state);
    this.#drawn.set(state, keyOf(lenses));
    const range = new vscode.Range(0, 0, 0, 0);
    return lenses.map(
      ([title, command, argument]) => new vscode.CodeLens(range, { title, command, arguments: [argument] }),
    );
  }

  dispose(): void {
    this.#life.dispose();
  }
}

type Lens = readonly [title: string, command: CommandId, argument: unknown];

function keyOf(lenses: readonly Lens[]): string {
  return JSON.stringify(lenses);
}

function lensesOf({ of, state }: OpenState): readonly Lens[] {
  const { known, standing } = state;
  const { cluster, job, region } = of;
  const within = { cluster, job, ...(region === undefined ? {} : { region }) };
  const target = { ...within, allocation: of.allocation };
  if (known === undefined || standing.kind === 'collected') return [];
  const { record, previousId } = known;
  const runs = hasWord(allocationCapabilities(record), 'execable');
  const lenses: (Lens | false)[] = [
    ['Show logs', commands.showLogs, target],
    runs && ['Open shell', commands.exec, target],
    ['Browse files', commands.browseFiles, target],
    runs && ['Restart', commands.restartAllocation, target],
    runs && ['Send signal', commands.signalTask, target],
    runs && ['Stop', commands.stopAllocation, target],
    ['Write incident report', commands.writeIncidentReport, target],
    previousId !== undefined && ['Previous allocation', commands.showEvents, { ...within, allocation: previousId }],
    record.nextAllocation !== undefined && [
      'Next allocation',
      commands.showEvents,
      { ...within, allocation: record.nextAllocation },
    ],
  ];
  return lenses.filter((lens) => lens !== false);
}
