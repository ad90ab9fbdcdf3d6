import * as vscode from 'vscode';
import { Emitter } from '../base/events.ts';
import { Lifetime } from '../base/lifetime.ts';
import type { Outdated } from '../model/planOutdated.ts';
import { renderPlan, type PlanView, type RenderedPlan } from '../model/planText.ts';
import { commands, schemes } from '../platform/contributions.ts';
import { fileName, ReadOnlyDocuments } from './readOnlyDocuments.ts';

/** What a plan document shows, and what its lenses lead to. */
export interface PlanDocument {
  readonly view: PlanView;
  /** The jobspec that was planned; undefined for the preview of a revert. */
  readonly jobspec?: vscode.Uri;
}

/** Plans as documents: one a jobspec, updated in place. */
export class PlanDocuments implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #life = new Lifetime();
  readonly #texts = this.#life.own(new ReadOnlyDocuments(schemes.plan));
  readonly #shown = new Map<string, PlanDocument>();
  readonly #changed = this.#life.own(new Emitter<void>());
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor() {
    this.#life.own(vscode.languages.registerCodeLensProvider({ scheme: schemes.plan }, this));
    this.#life.own(
      vscode.workspace.onDidCloseTextDocument((document) => {
        this.#shown.delete(document.uri.toString());
      }),
    );
  }

  /** Shows a plan beside the editor, without taking the focus, and returns what it says. */
  async show(plan: PlanDocument): Promise<RenderedPlan> {
    const uri = planUri(plan);
    const rendered = this.#put(uri, plan);
    const document = await vscode.workspace.openTextDocument(uri);
    const open = vscode.window.visibleTextEditors.find((editor) => editor.document.uri.toString() === uri.toString());
    const viewColumn = open?.viewColumn ?? vscode.ViewColumn.Beside;
    await vscode.window.showTextDocument(document, { viewColumn, preserveFocus: true, preview: false });
    return rendered;
  }

  /** Says in the document of `jobspec` that it tells of something that is over. */
  markOutdated(jobspec: vscode.Uri, outdated: Outdated): void {
    for (const [text, plan] of this.#shown) {
      if (plan.jobspec?.toString() !== jobspec.toString() || plan.view.outdated !== undefined) continue;
      this.#put(vscode.Uri.parse(text), { ...plan, view: { ...plan.view, outdated } });
    }
  }

  /** The jobspec behind a plan document. */
  jobspecOf(uri: vscode.Uri): vscode.Uri | undefined {
    return this.#shown.get(uri.toString())?.jobspec;
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const plan = this.#shown.get(document.uri.toString());
    const { jobspec } = plan ?? {};
    if (plan === undefined || jobspec === undefined) return [];
    const lens = (title: string, command: string) =>
      new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), { title, command, arguments: [jobspec] });
    const compare = lens('Compare sources', commands.compareSources);
    const again = lens('Plan again', commands.planJob);
    return plan.view.outdated !== undefined
      ? [again, compare]
      : [lens('Run this plan', commands.runJob), compare, again];
  }

  dispose(): void {
    this.#life.dispose();
  }

  #put(uri: vscode.Uri, plan: PlanDocument): RenderedPlan {
    const rendered = renderPlan(plan.view);
    this.#shown.set(uri.toString(), plan);
    this.#texts.set(uri, rendered.text);
    this.#changed.fire();
    return rendered;
  }
}

function planUri(plan: PlanDocument): vscode.Uri {
  const name = `${fileName(plan.view.jobId)} — ${plan.jobspec === undefined ? 'revert' : 'plan'}.nomad-plan`;
  const query = plan.jobspec?.toString() ?? `${plan.view.cluster}/${plan.view.namespace}`;
  return vscode.Uri.from({ scheme: schemes.plan, path: `/${name}`, query });
}
