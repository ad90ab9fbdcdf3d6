import * as vscode from 'vscode';
import { Emitter } from '../../base/events.ts';
import { Lifetime, type Disposable } from '../../base/lifetime.ts';
import type { PlanTicket } from '../../operations/ticket.ts';
import { languages, schemes } from '../../platform/contributions.ts';
import type { Cluster } from '../../state/clusters/cluster.ts';
import type { CurrentCluster } from '../../state/clusters/current.ts';
import type { OpenClusters } from '../../state/clusters/openClusters.ts';
import type { JobKey } from '../../state/tables/keys.ts';
import type { Outdated } from '../../wording/plan/planOutdated.ts';
import { beginPlan, endPlan, isTruer, leftTo, outdatedBy } from './plan.ts';
import type { NewPlan, Plan, PlannedCluster, Render } from './plan.ts';
import { PlanDocuments } from './planDocuments.ts';

/**
 * The plans of the window, each with its ticket and its document: a plan that is over has no ticket, and its document says
 * so, whatever ended it. It is over when its jobspec is edited, the window leaves the cluster, the job there is another, a
 * variable says something else, or another plan of the jobspec is made; and when it was carried out.
 */
export class Plans implements vscode.Disposable {
  readonly #life = new Lifetime();
  readonly #documents: PlanDocuments;
  /** By document, the latest last. A jobspec has one that isn't over at most, the latest of its plans. */
  readonly #plans = new Map<string, Plan>();
  /** Plans that are being carried out: changes of their jobs in the meantime may be their own doing. */
  readonly #held = new Set<string>();
  readonly #changed = this.#life.own(new Emitter<vscode.Uri>());
  /** Fires with the jobspec whose ticket came or went. */
  readonly onDidChange = this.#changed.event;
  readonly #current: Pick<CurrentCluster, 'get' | 'onDidChange'>;
  /** The clusters that plans were made on, as long as they are open. */
  readonly #followed = new Set<PlannedCluster>();
  /** Those among them that have a plan to be seen which isn't over: so that it says when it is, whatever else is shown. */
  readonly #needed = new Map<PlannedCluster, Lifetime>();
  #render: Render | undefined;

  constructor(state: vscode.Memento, current: Pick<CurrentCluster, 'get' | 'onDidChange'>, clusters: OpenClusters) {
    this.#current = current;
    this.#documents = this.#life.own(
      new PlanDocuments(
        state,
        (uri) => this.get(uri),
        (id) => current.get() === undefined || clusters.get(id) !== undefined,
      ),
    );
    this.#life.own(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (document.languageId === languages.jobspec && contentChanges.length > 0) {
          this.end(document.uri, 'jobspecChanged');
        }
      }),
    );
    this.#life.own(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme === schemes.plan) this.#closed(uri);
      }),
    );
    this.#life.own(
      current.onDidChange(() => {
        this.#leave();
        this.#documents.redraw();
      }),
    );
  }

  /**
   * Takes in a plan that was made on `cluster` and shows it beside the editor, without taking the focus. It may be over
   * already, where something happened while it was made; then it has no ticket.
   */
  async put(made: NewPlan, cluster: Cluster): Promise<Plan> {
    const render = await this.#prepare();
    this.#follow(cluster);
    const left = cluster.signal.aborted ? leftTo(this.#current.get()?.id, cluster.id) : undefined;
    const plan = beginPlan(made, left ?? made.overAlready?.(), cluster, render);
    const text = plan.uri.toString();
    const had = this.#plans.get(text)?.ticket;
    this.#plans.delete(text);
    if (made.jobspec !== undefined) this.end(made.jobspec, 'plannedAnew');
    this.#set(plan);
    if ((had ?? plan.ticket) !== undefined && plan.jobspec !== undefined) this.#changed.fire(plan.jobspec);
    await this.#documents.show(plan.uri, { preserveFocus: true });
    return this.#plans.get(text) ?? plan;
  }

  /** The plan whose document is at `uri`. */
  get(uri: vscode.Uri): Plan | undefined {
    return this.#plans.get(uri.toString());
  }

  /** Permission to run the jobspec as it was planned; undefined once that plan is over. */
  ticketOf(jobspec: vscode.Uri): PlanTicket | undefined {
    return this.#latestOf(jobspec)?.ticket;
  }

  /** All tickets, each with its jobspec. */
  get tickets(): readonly { readonly jobspec: vscode.Uri; readonly ticket: PlanTicket }[] {
    return [...this.#plans.values()].flatMap(({ jobspec, ticket }) =>
      jobspec === undefined || ticket === undefined ? [] : [{ jobspec, ticket }],
    );
  }

  /** Ends the plan of a jobspec, or that of a document at `uri`: its ticket is gone, and the document says why. */
  end(uri: vscode.Uri, outdated: Outdated): void {
    const plan = this.#find(uri);
    if (plan === undefined || !isTruer(outdated, plan.view.outdated)) return;
    this.#over(plan, outdated);
    // The cluster may have told of it before.
    this.#look(new Set([plan.key]));
  }

  /** Until it is disposed, what the cluster tells of the job of a jobspec, or of the plan at `uri`, ends no plan. */
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

  /** Brings the plan of a jobspec to the front, opened again if it was closed, and says whether there is one. */
  async reveal(jobspec: vscode.Uri): Promise<boolean> {
    const plan = this.#latestOf(jobspec);
    if (plan === undefined) return false;
    this.#set({ ...plan, isOpen: true });
    await this.#documents.show(plan.uri, { preserveFocus: false });
    return true;
  }

  /** The jobspec behind a plan document, one of before the window was loaded anew included. */
  jobspecOf(uri: vscode.Uri): vscode.Uri | undefined {
    return this.#documents.jobspecOf(uri);
  }

  dispose(): void {
    this.#life.dispose();
  }

  /** Looks at what `cluster` tells, until it is left: then its plans are over. */
  #follow(cluster: PlannedCluster): void {
    if (this.#followed.has(cluster) || cluster.signal.aborted || this.#life.ended) return;
    this.#followed.add(cluster);
    const following = this.#life.own(
      cluster.onDidChange((changes) => {
        this.#look(changes.of('jobs'), cluster);
      }),
    );
    const leave = () => {
      this.#life.release(following);
      this.#followed.delete(cluster);
      this.#leave();
      this.#need(cluster);
    };
    cluster.signal.addEventListener('abort', leave, { once: true });
  }

  /** Ends the plans whose cluster was left, or says where the window is since then. */
  #leave(): void {
    const now = this.#current.get()?.id;
    for (const plan of [...this.#plans.values()]) {
      if (plan.source?.signal.aborted === false) continue;
      const left = leftTo(now, plan.cluster);
      // All that the cluster had in memory goes with it.
      if (isTruer(left, plan.view.outdated)) this.#over({ ...plan, source: undefined }, left);
      else this.#plans.set(plan.uri.toString(), { ...plan, source: undefined });
    }
  }

  /** Compares the plans of `jobs` with what their cluster has. */
  #look(jobs?: ReadonlySet<JobKey>, cluster?: PlannedCluster): void {
    for (const plan of [...this.#plans.values()]) {
      if (plan.source === undefined || (cluster ?? plan.source) !== plan.source) continue;
      const isHeld = this.#held.has(plan.uri.toString()) || this.#held.has(plan.jobspec?.toString() ?? '');
      if (isHeld || jobs?.has(plan.key) === false) continue;
      const outdated = outdatedBy(plan);
      if (outdated !== undefined) this.#over(plan, outdated);
    }
  }

  #over(plan: Plan, outdated: Outdated): void {
    if (this.#render === undefined) return;
    this.#set(endPlan(plan, outdated, this.#render));
    if (plan.ticket !== undefined && plan.jobspec !== undefined) this.#changed.fire(plan.jobspec);
  }

  #closed(uri: vscode.Uri): void {
    const plan = this.get(uri);
    if (plan !== undefined) this.#set({ ...plan, isOpen: false });
    this.#documents.forget(uri);
  }

  #set(plan: Plan): void {
    const text = plan.uri.toString();
    if (!plan.isOpen && plan.ticket === undefined) this.#plans.delete(text);
    else this.#plans.set(text, plan);
    if (plan.isOpen) this.#documents.write(plan);
    if (plan.source !== undefined) this.#need(plan.source);
  }

  /** Has a cluster followed as long as a plan of it is open that may come to its end. */
  #need(cluster: PlannedCluster): void {
    const plans = [...this.#plans.values()].filter(({ source }) => source === cluster);
    const isNeeded = plans.some(
      ({ isOpen, view }) => isOpen && view.outdated === undefined && view.elsewhere === undefined,
    );
    if (!isNeeded) {
      const needed = this.#needed.get(cluster);
      if (needed !== undefined) this.#life.release(needed);
      this.#needed.delete(cluster);
    } else if (!this.#needed.has(cluster) && !this.#life.ended) {
      const needed = this.#life.own(new Lifetime());
      this.#needed.set(cluster, needed);
      cluster.hold(needed.signal());
    }
  }

  #find(uri: vscode.Uri): Plan | undefined {
    return uri.scheme === schemes.plan ? this.get(uri) : this.#latestOf(uri);
  }

  #latestOf(jobspec: vscode.Uri): Plan | undefined {
    const text = jobspec.toString();
    return [...this.#plans.values()].findLast((plan) => plan.jobspec?.toString() === text);
  }

  /** Reads from disk, with the first plan, what draws plans and what looks after their variable files. */
  async #prepare(): Promise<Render> {
    if (this.#render !== undefined) return this.#render;
    const [{ renderPlan }, { PlannedFiles }] = await Promise.all([
      import('../../wording/plan/planText.ts'),
      import('./plannedFiles.ts'),
    ]);
    // Two calls may have waited for it.
    if (!this.#isReady()) this.#life.own(new PlannedFiles(this));
    this.#render = renderPlan;
    return renderPlan;
  }

  #isReady(): boolean {
    return this.#render !== undefined;
  }
}
