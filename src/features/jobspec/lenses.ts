import * as vscode from 'vscode';
import { Emitter, type Event } from '../../base/events.ts';
import { Lifetime } from '../../base/lifetime.ts';
import type { Jobspec } from '../../hcl/jobspec.ts';
import { commands, languages, type CommandId } from '../../platform/contributions.ts';
import { LensCommands } from '../../platform/lensCommands.ts';
import type { Jobspecs } from '../../editor/jobspecs/jobspecs.ts';
import { toRange } from '../../editor/jobspecs/ranges.ts';

export interface LensState {
  /** Whether the document has a plan that still fits its text. */
  isPlanned(document: vscode.TextDocument): boolean;
  readonly onDidChange: Event<vscode.Uri | undefined>;
}

/** `Plan` and `Run` over the job, and its variables where there are any. */
export class JobLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #jobspecs: Jobspecs;
  readonly #state: LensState;
  readonly #life = new Lifetime();
  readonly #commands = this.#life.own(new LensCommands());
  readonly #changed = this.#life.own(new Emitter<void>());
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(jobspecs: Jobspecs, state: LensState) {
    this.#jobspecs = jobspecs;
    this.#state = state;
    this.#life.own(
      state.onDidChange(() => {
        this.#changed.fire();
      }),
    );
    this.#life.own(vscode.languages.registerCodeLensProvider({ language: languages.jobspec }, this));
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const jobspec = await this.#jobspecs.read(document);
    const planned = this.#state.isPlanned(document);
    const first = jobspec.jobs[0];
    if (first === undefined) return [];
    const range = toRange(first.headerRange);
    return commandsOf(jobspec, planned).map(([title, command]) =>
      this.#commands.lens(document, range, title, command, [document.uri]),
    );
  }

  dispose(): void {
    this.#life.dispose();
  }
}

function commandsOf(jobspec: Jobspec, isPlanned: boolean): [title: string, command: CommandId][] {
  const lenses: [string, CommandId][] = [
    ['Plan', commands.planJob],
    [isPlanned ? 'Run the plan' : 'Run', commands.runJob],
  ];
  if (jobspec.variables.length > 0) lenses.push(['Variables', commands.setVariables]);
  return lenses;
}
