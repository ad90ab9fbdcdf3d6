import * as vscode from 'vscode';
import { isCancelled } from '../base/cancel.ts';
import type { Clock } from '../base/clock.ts';
import { Lifetime } from '../base/lifetime.ts';
import type { Disposable } from '../base/lifetime.ts';
import type { Log } from '../base/log.ts';
import type { Cluster } from '../state/clusters/cluster.ts';
import type { ClusterState } from '../state/sync/clusterState.ts';
import type { CurrentCluster } from '../state/clusters/current.ts';
import type { JobKey } from '../state/tables/keys.ts';
import { views } from '../platform/contributions.ts';
import type { ViewId } from '../platform/contributions.ts';
import { causeForLog } from '../platform/failure.ts';
import { settingOrDefault } from '../platform/settings.ts';
import { allocationLayout } from './allocationLayout.ts';
import type { ClusterTree } from './clusterTree.ts';
import { ClusterView } from './clusterView.ts';
import { statusBarFace, viewDescription } from './clusterWords.ts';
import type { ClusterInfo } from './clusterWords.ts';
import { deploymentLayout } from './deploymentLayout.ts';
import type { JobFilter } from './filter.ts';
import { focusedRow } from './focus.ts';
import { jobLayout } from './jobLayout.ts';
import { nodeLayout } from './nodeLayout.ts';
import { Problems } from './problems.ts';
import type { Layout, Row } from './rows.ts';
import { Rollouts } from './rollouts.ts';
import { ShownJobs } from './shownJobs.ts';
import { StatusBar } from './statusBar.ts';
import { hasRows, hidesAll, WelcomeKeys, welcomeState } from './welcome.ts';
import type { SetContext } from './welcome.ts';

export interface ViewsOptions {
  readonly current: CurrentCluster;
  readonly filter: JobFilter;
  readonly setContext: SetContext;
  readonly log: Log;
  readonly clock: Clock;
  /** Whether a token is sent; decides whether to ask for a token or for another one. */
  readonly hasToken?: () => boolean | 'withheld';
}

/** How often rows are looked through for words that depend on the time of day. */
const tickMs = 30_000;

/** The views, the badge and the status bar: all of it follows the current cluster. */
export class Views implements Disposable {
  readonly #options: ViewsOptions;
  readonly #lifetime = new Lifetime();
  readonly #keys: WelcomeKeys;
  readonly #statusBar: StatusBar;
  readonly #jobs: ClusterView;
  readonly #deployments: ClusterView;
  readonly #allocations: ClusterView;
  readonly #nodes: ClusterView;
  /** What belongs to the cluster of the moment. */
  #session = new Lifetime();
  #problems: Problems | undefined;
  #rollouts: Rollouts | undefined;
  #shownJobs: ShownJobs | undefined;
  #hadRows = false;
  #tried = false;
  #opening = false;
  #everConnected = false;
  #tick: Disposable | undefined;
  /** While somebody looks at the cluster of the moment. */
  #looking: Lifetime | undefined;

  constructor(options: ViewsOptions) {
    this.#options = options;
    this.#keys = new WelcomeKeys(options.setContext);
    this.#statusBar = this.#lifetime.own(new StatusBar());
    this.#jobs = this.#view(views.jobs, jobLayout);
    this.#deployments = this.#view(views.deployments, deploymentLayout);
    this.#allocations = this.#view(views.allocations, allocationLayout);
    this.#nodes = this.#view(views.nodes, nodeLayout);
    this.#lifetime.own(
      options.current.onDidChange((cluster) => {
        this.#setCluster(cluster);
      }),
    );
    this.#lifetime.own(
      options.filter.onDidChange(() => {
        this.#shownJobs?.forget();
        this.#update();
      }),
    );
    this.#lifetime.own(
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused && this.#looking !== undefined) options.current.get()?.touch();
      }),
    );
    this.#lifetime.own(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('nomad.liveWhileHidden')) this.#holdOrNot();
      }),
    );
    this.#lifetime.onEnd(() => {
      this.#session.dispose();
      this.#looking?.dispose();
      this.#tick?.dispose();
    });
    this.#setCluster(options.current.get());
  }

  /** What is selected in the jobs view. */
  get selection(): readonly Row[] {
    return this.#jobs.selection;
  }

  /** The row that has the keyboard's focus; it is selected then. */
  focusedRow(): Promise<Row | undefined> {
    return focusedRow(this.#all());
  }

  /** The rows of a view, as VS Code asks for them. */
  tree(id: ViewId): ClusterTree {
    const all = {
      [views.jobs]: this.#jobs,
      [views.deployments]: this.#deployments,
      [views.allocations]: this.#allocations,
      [views.nodes]: this.#nodes,
    };
    return all[id].tree;
  }

  /** Draws everything anew, and lets what could not be loaded be tried again. */
  refresh(): void {
    for (const view of this.#all()) view.tree.refresh();
    this.#update();
  }

  /** Shows a job in the jobs view. */
  async revealJob(job: JobKey): Promise<void> {
    const { tree } = this.#jobs.tree;
    if (tree !== undefined) await this.#jobs.reveal(tree.rows.job(job));
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #all(): readonly ClusterView[] {
    return [this.#jobs, this.#deployments, this.#allocations, this.#nodes];
  }

  #view(id: ViewId, layout: Layout): ClusterView {
    const { filter, clock, log } = this.#options;
    const onLook = () => {
      this.#connectOnce();
      this.#holdOrNot();
      this.#keepTicking();
    };
    const onVisibility = () => {
      this.#holdOrNot();
      this.#keepTicking();
    };
    return this.#lifetime.own(new ClusterView(id, { layout, filter, clock, log, onLook }, onVisibility));
  }

  /**
   * Connects when a view is first shown. Later only a command does: somebody who left a cluster doesn't want it back.
   */
  #connectOnce(): void {
    if (this.#tried || this.#lifetime.ended) return;
    this.#tried = true;
    void this.#connect();
  }

  async #connect(): Promise<void> {
    const { current, log } = this.#options;
    this.#opening = true;
    this.#update();
    try {
      await current.connect();
    } catch (error) {
      if (!isCancelled(error)) log.warn(`Could not open the cluster: ${causeForLog(error)}`);
    } finally {
      this.#opening = false;
      this.#update();
    }
  }

  #setCluster(cluster: Cluster | undefined): void {
    this.#session.dispose();
    this.#session = new Lifetime();
    this.#looking?.dispose();
    this.#looking = undefined;
    this.#problems = undefined;
    this.#rollouts = undefined;
    this.#shownJobs = undefined;
    this.#hadRows = hasRows(cluster?.state);
    if (cluster !== undefined) this.#follow(cluster);
    for (const view of this.#all()) view.setCluster(cluster);
    this.#holdOrNot();
    this.#update();
  }

  /** The cluster is followed while a view is shown, or people want it to be; else it may rest. */
  #holdOrNot(): void {
    const cluster = this.#options.current.get();
    const wanted = this.#all().some((view) => view.visible) || settingOrDefault('nomad.liveWhileHidden', false);
    if (!wanted || cluster === undefined) {
      this.#looking?.dispose();
      this.#looking = undefined;
    } else if (this.#looking === undefined && !this.#lifetime.ended) {
      this.#looking = new Lifetime();
      cluster.hold(this.#looking.signal());
    }
  }

  #follow(cluster: Cluster): void {
    this.#tried = true;
    this.#everConnected = true;
    const now = () => this.#options.clock.now();
    this.#problems = new Problems(cluster.store, now);
    this.#rollouts = new Rollouts(cluster.store, now);
    this.#shownJobs = new ShownJobs({ store: cluster.store, filter: this.#options.filter, now });
    this.#session.own(
      cluster.onDidChange((changes) => {
        this.#problems?.apply(changes);
        this.#rollouts?.apply(changes);
        this.#shownJobs?.apply(changes);
        this.#update();
        this.#keepTicking();
      }),
    );
    this.#session.own(
      cluster.onDidChangeState((state) => {
        this.#onState(state);
      }),
    );
  }

  #onState(state: ClusterState): void {
    const has = hasRows(state);
    // What could not be loaded while the cluster was unreachable is worth another try.
    if (state.kind === 'live' || state.kind === 'polling') for (const view of this.#all()) view.tree.retry();
    if (has !== this.#hadRows) for (const view of this.#all()) view.tree.refresh();
    this.#hadRows = has;
    this.#update();
    this.#keepTicking();
  }

  /** Brings all that isn't a row up to date. Each part tells VS Code only what is new. */
  #update(): void {
    if (this.#lifetime.ended) return;
    const { current, filter, clock } = this.#options;
    const cluster = current.get();
    const moment = { nowMs: clock.now() };
    this.#keys.set(this.#contextOf(cluster));
    const info = cluster === undefined ? undefined : { ...infoOf(cluster), rollout: this.#rollouts?.words() ?? '' };
    const description = viewDescription(info, filter, moment);
    for (const view of this.#all()) view.setDescription(description);
    this.#jobs.setBadge(hasRows(cluster?.state) ? this.#problems?.badge() : undefined);
    this.#statusBar.draw(statusBarFace(info, current.lastError, moment), this.#everConnected);
  }

  #contextOf(cluster: Cluster | undefined) {
    const { current, filter, hasToken = () => true } = this.#options;
    const opening = this.#opening && cluster === undefined;
    const count = cluster?.store.jobs.size ?? 0;
    const shown = opening ? { kind: 'connecting' as const } : cluster?.state;
    const state = welcomeState(shown, current.lastError, hasToken(), count === 0);
    return {
      'nomad.state': state,
      'nomad.filtered': filter.text !== '',
      'nomad.problemsOnly': filter.problemsOnly,
      'nomad.filterHidesAll':
        count > 0 && cluster?.jobsArePartial === false && filter.active && this.#shownJobs?.any() === false,
      'nomad.empty': state === 'ready' && count === 0,
    };
  }

  /** One timer, and only while somebody looks, the status bar counts minutes or a problem may end by itself. */
  #keepTicking(): void {
    const wanted =
      this.#options.current.get()?.state.kind === 'stale' ||
      this.#problems?.passing === true ||
      this.#all().some((view) => view.visible);
    if (!wanted || this.#lifetime.ended) {
      this.#tick?.dispose();
      this.#tick = undefined;
      return;
    }
    this.#tick ??= this.#options.clock.timer(tickMs, () => {
      this.#tick = undefined;
      this.#problems?.recount();
      this.#shownJobs?.forget();
      for (const view of this.#all()) view.settle();
      this.#holdOrNot();
      for (const view of this.#all()) view.tree.tick();
      this.#update();
      this.#keepTicking();
    });
  }
}

function infoOf(cluster: Cluster): ClusterInfo {
  const { label, namespace, region, version, state, client, store } = cluster;
  const hidden = hidesAll(state, store.jobs.size === 0);
  const regionNamed = client.connection.region !== undefined;
  return { label, namespace, region, regionNamed, version, state, hidden, address: client.displayAddress };
}
