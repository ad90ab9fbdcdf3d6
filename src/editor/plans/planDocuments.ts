import * as vscode from 'vscode';
import { Emitter } from '../../base/events.ts';
import { Lifetime } from '../../base/lifetime.ts';
import { schemes } from '../../platform/contributions.ts';
import { documentOf } from '../../platform/documentUri.ts';
import { LensCommands } from '../../platform/lensCommands.ts';
import { jobKey } from '../../state/tables/keys.ts';
import { renderKept } from '../../wording/plan/planHead.ts';
import { ReadOnlyDocuments } from '../documents/readOnlyDocuments.ts';
import { KeptPlans } from './keptPlans.ts';
import type { Plan } from './plan.ts';
import { PlanHover } from './planHover.ts';
import { planLenses } from './planLenses.ts';

/** How plans stand in editors: their texts, lenses and hovers, and what is left of them when the window is loaded anew. */
export class PlanDocuments implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #life = new Lifetime();
  readonly #commands = this.#life.own(new LensCommands());
  readonly #kept: KeptPlans;
  readonly #texts: ReadOnlyDocuments;
  readonly #get: (uri: vscode.Uri) => Plan | undefined;
  readonly #changed = this.#life.own(new Emitter<void>());
  readonly onDidChangeCodeLenses = this.#changed.event;
  readonly #isWithin: (cluster: string) => boolean;

  /**
   * @param get the plan of a document, if it was made in this window
   * @param isWithin whether a cluster, by its id, can be asked now, or may be the next that is connected to
   */
  constructor(
    state: vscode.Memento,
    get: (uri: vscode.Uri) => Plan | undefined,
    isWithin: (cluster: string) => boolean,
  ) {
    this.#get = get;
    this.#isWithin = isWithin;
    this.#kept = new KeptPlans(state);
    this.#texts = this.#life.own(
      new ReadOnlyDocuments(schemes.plan, (uri) => {
        const kept = this.#kept.get(uri);
        return kept && renderKept(kept);
      }),
    );
    this.#life.own(vscode.languages.registerCodeLensProvider({ scheme: schemes.plan }, this));
    this.#life.own(new PlanHover(get));
  }

  /** Sets what the document of a plan says. */
  write({ uri, view, text, summary, place }: Plan): void {
    this.#texts.set(uri, text);
    this.#kept.set(uri, view, { summary, region: place.region });
    this.#changed.fire();
  }

  /** As a preview, so that the plan of the next job takes its place, unless somebody keeps it open. */
  async show(uri: vscode.Uri, { preserveFocus }: { readonly preserveFocus: boolean }): Promise<void> {
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { viewColumn: columnFor(uri), preserveFocus, preview: true });
  }

  /** After the document was closed. */
  forget(uri: vscode.Uri): void {
    this.#kept.drop(uri);
  }

  /** After another cluster was opened, or left: what can be done from a plan depends on it. */
  redraw(): void {
    this.#changed.fire();
  }

  /** The jobspec behind a plan document, one of before the window was loaded anew included. */
  jobspecOf(uri: vscode.Uri): vscode.Uri | undefined {
    if (uri.scheme !== schemes.plan) return undefined;
    const plan = this.#get(uri);
    if (plan !== undefined) return plan.jobspec;
    const { jobspec } = documentOf(uri);
    return jobspec === undefined ? undefined : vscode.Uri.parse(jobspec);
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const { uri } = document;
    const plan = this.#get(uri);
    const kept = plan === undefined ? this.#kept.get(uri) : undefined;
    const of = plan?.view ?? kept;
    const { cluster } = documentOf(uri);
    if (of === undefined || cluster === undefined) return [];
    const { namespace, jobId, revertTo } = of;
    const lensed = {
      ...{ uri, cluster, revertTo, key: jobKey(namespace, jobId), jobspec: this.jobspecOf(uri) },
      isElsewhere: !this.#isWithin(cluster),
      region: plan === undefined ? kept?.region : plan.place.region,
      outdated: plan === undefined ? ('reloaded' as const) : plan.view.outdated,
    };
    return planLenses(document, lensed, this.#commands);
  }

  dispose(): void {
    this.#life.dispose();
  }
}

/** Where this plan is shown already, else where another one is, else beside the editor, if there is one. */
function columnFor(uri: vscode.Uri): vscode.ViewColumn {
  const columnOf = (accept: (open: vscode.Uri) => boolean) =>
    vscode.window.tabGroups.all.find(({ tabs }) =>
      tabs.some(({ input }) => input instanceof vscode.TabInputText && accept(input.uri)),
    )?.viewColumn;
  return (
    columnOf((open) => open.toString() === uri.toString()) ??
    columnOf((open) => open.scheme === schemes.plan) ??
    (vscode.window.tabGroups.activeTabGroup.tabs.length === 0 ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside)
  );
}
