import * as vscode from 'vscode';
import { Emitter } from '../../base/events.ts';
import { Lifetime, type Disposable } from '../../base/lifetime.ts';
import type { Cluster } from '../../state/clusters/cluster.ts';
import { jobKey, type JobKey } from '../../state/tables/keys.ts';
import type { Place } from '../../state/tables/place.ts';
import { nextOutdated, type Outdated, type PlannedOn } from '../../wording/plan/planOutdated.ts';
import { renderKept } from '../../wording/plan/planHead.ts';
import type { PlanView, RenderedPlan, renderPlan } from '../../wording/plan/planText.ts';
import type { Store } from '../../state/tables/store.ts';
import { schemes } from '../../platform/contributions.ts';
import { KeptPlans } from './keptPlans.ts';
import { PlanHover } from './planHover.ts';
import { planLenses } from './planLenses.ts';
import { fileName, ReadOnlyDocuments } from '../documents/readOnlyDocuments.ts';

/** What a plan document shows, and what its lenses lead to. */
export interface PlanDocument {
  readonly view: PlanView;
  /** The jobspec that was planned; undefined for the preview of a revert. */
  readonly jobspec?: vscode.Uri;
  /** Where the job is; as the view says where it is left out. */
  readonly place?: Place;
  /** The version that a revert is made from. */
  readonly revertFrom?: number;
}

/** A plan document as it is open. */
export interface OpenPlan extends PlanDocument {
  readonly key: JobKey;
  readonly place: Place;
  readonly on: PlannedOn;
  readonly summary: string;
  readonly placeable: boolean;
}

/** Plans as documents: one a jobspec, updated in place, which say when they are over and why. */
export class PlanDocuments implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #life = new Lifetime();
  readonly #kept: KeptPlans;
  readonly #texts: ReadOnlyDocuments;
  readonly #shown = new Map<string, OpenPlan>();
  /** Plans that are being carried out: what the cluster tells of their jobs meanwhile may be their own doing. */
  readonly #held = new Set<string>();
  readonly #changed = this.#life.own(new Emitter<void>());
  readonly onDidChangeCodeLenses = this.#changed.event;
  readonly #passed = this.#life.own(new Emitter<vscode.Uri>());
  /** Fires with the jobspec whose plan is over because the cluster has another job by now. */
  readonly onDidPass = this.#passed.event;
  #store: Store | undefined;
  /** Read from disk with the first plan, before which nothing is drawn anew. */
  #render: typeof renderPlan | undefined;

  constructor(state: vscode.Memento) {
    this.#kept = new KeptPlans(state);
    this.#texts = this.#life.own(
      new ReadOnlyDocuments(schemes.plan, (uri) => {
        const kept = this.#kept.get(uri);
        return kept && renderKept(kept);
      }),
    );
    this.#life.own(vscode.languages.registerCodeLensProvider({ scheme: schemes.plan }, this));
    this.#life.own(new PlanHover((uri) => this.get(uri)));
    this.#life.own(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme !== schemes.plan) return;
        this.#shown.delete(uri.toString());
        this.#kept.drop(uri);
      }),
    );
  }

  /** Shows a plan beside the editor, without taking the focus, and returns what it says. */
  async show(plan: PlanDocument): Promise<RenderedPlan> {
    const uri = planUri(plan);
    this.#render ??= (await import('../../wording/plan/planText.ts')).renderPlan;
    const rendered = this.#put(uri, plan, this.#render);
    const document = await vscode.workspace.openTextDocument(uri);
    // As a preview, so that the plan of the next job takes its place, unless somebody keeps it open.
    await vscode.window.showTextDocument(document, { viewColumn: columnFor(uri), preserveFocus: true, preview: true });
    return rendered;
  }

  /** Brings the plan of a jobspec to the front, and says whether there is one. */
  async reveal(jobspec: vscode.Uri): Promise<boolean> {
    const [text] = [...this.#shown].find(([, plan]) => plan.jobspec?.toString() === jobspec.toString()) ?? [];
    if (text === undefined) return false;
    const uri = vscode.Uri.parse(text);
    await vscode.window.showTextDocument(uri, { viewColumn: columnFor(uri), preview: true });
    return true;
  }

  get(uri: vscode.Uri): OpenPlan | undefined {
    return this.#shown.get(uri.toString());
  }

  /** Says in the document of `jobspec` that it tells of something that is over. */
  markOutdated(jobspec: vscode.Uri, outdated: Outdated): void {
    for (const [text, plan] of this.#shown) {
      if (plan.jobspec?.toString() === jobspec.toString()) this.#end(text, plan, outdated);
    }
  }

  /** The same for the document at `uri`. */
  endAt(uri: vscode.Uri, outdated: Outdated): void {
    const plan = this.get(uri);
    if (plan !== undefined) this.#end(uri.toString(), plan, outdated);
  }

  /** Until it is disposed, what the cluster tells of the job of `jobspec` or of the document there ends no plan. */
  hold(uri: vscode.Uri): Disposable {
    const text = uri.toString();
    this.#held.add(text);
    return {
      dispose: () => {
        this.#held.delete(text);
        this.#look();
      },
    };
  }

  /** Looks at what `cluster` tells from now on; plans that were made before are over. */
  follow(cluster: Cluster): void {
    this.#store = cluster.store;
    for (const [text, plan] of this.#shown) {
      const to = plan.view.cluster === cluster.label ? {} : { to: cluster.label };
      this.#end(text, plan, { kind: 'left', ...to });
    }
    cluster.onDidChange((changes) => {
      if (this.#store === cluster.store) this.#look(changes.jobs);
    });
  }

  /** The jobspec behind a plan document, one of before the window was loaded anew included. */
  jobspecOf(uri: vscode.Uri): vscode.Uri | undefined {
    if (uri.scheme !== schemes.plan) return undefined;
    const shown = this.get(uri);
    if (shown !== undefined) return shown.jobspec;
    return this.#kept.get(uri)?.revertTo === undefined ? vscode.Uri.parse(uri.query) : undefined;
  }

  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    const plan = this.get(uri);
    const kept = plan === undefined ? this.#kept.get(uri) : undefined;
    const key = plan?.key ?? (kept && jobKey(kept.namespace, kept.jobId));
    if (key === undefined) return [];
    return planLenses({
      ...{ uri, key, jobspec: this.jobspecOf(uri) },
      region: plan === undefined ? kept?.region : plan.place.region,
      revertTo: (plan?.view ?? kept)?.revertTo,
      outdated: plan === undefined ? 'reloaded' : plan.view.outdated,
    });
  }

  dispose(): void {
    this.#life.dispose();
  }

  #end(text: string, plan: OpenPlan, outdated: Outdated): void {
    const { outdated: now } = plan.view;
    const isDone = typeof outdated === 'object' && outdated.kind === 'done';
    if (now === undefined || isDone) this.#again(text, plan, outdated);
    if (isDone) this.#look(new Set([plan.key]));
  }

  /** Compares the plans of `jobs` with what the cluster has. */
  #look(jobs?: ReadonlySet<JobKey>): void {
    const store = this.#store;
    if (store === undefined) return;
    for (const [text, plan] of [...this.#shown]) {
      const { key, view, jobspec, on } = plan;
      const isHeld = this.#held.has(text) || this.#held.has(jobspec?.toString() ?? '');
      // What is elsewhere, in another region perhaps, is not what the store knows by the same name.
      if (isHeld || jobs?.has(key) === false || view.elsewhere !== undefined) continue;
      const outdated = nextOutdated(view.outdated, on, store.jobs.get(key), store.wasRemoved(key));
      if (outdated === undefined) continue;
      this.#again(text, plan, outdated);
      if (view.outdated === undefined && jobspec !== undefined) this.#passed.fire(jobspec);
    }
  }

  #again(text: string, plan: OpenPlan, outdated: Outdated): void {
    const view = { ...plan.view, outdated };
    if (this.#render !== undefined) this.#put(vscode.Uri.parse(text), { ...plan, view }, this.#render);
  }

  #put(uri: vscode.Uri, plan: PlanDocument & Partial<OpenPlan>, render: typeof renderPlan): RenderedPlan {
    const { view } = plan;
    const rendered = render(view);
    const key = jobKey(view.namespace, view.jobId);
    const on = plan.on ?? { index: view.plan.JobModifyIndex, version: this.#store?.jobs.get(key)?.version };
    const place = plan.place ?? { namespace: view.namespace, region: undefined };
    const { summary, placeable } = rendered;
    this.#shown.set(uri.toString(), { ...plan, key, place, on, summary, placeable });
    this.#texts.set(uri, rendered.text);
    this.#kept.set(uri, view, { summary, region: place.region });
    this.#changed.fire();
    return rendered;
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

function planUri({ view, jobspec }: PlanDocument): vscode.Uri {
  const name = `${fileName(view.jobId)} — ${jobspec === undefined ? 'revert' : 'plan'}.nomad-plan`;
  const query = jobspec?.toString() ?? `${view.cluster}/${view.namespace}`;
  return vscode.Uri.from({ scheme: schemes.plan, path: `/${name}`, query });
}
