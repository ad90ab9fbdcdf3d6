import * as vscode from 'vscode';
import { isCancelled } from '../base/cancel.ts';
import type { Clock } from '../base/clock.ts';
import { Lifetime } from '../base/lifetime.ts';
import type { Disposable } from '../base/lifetime.ts';
import type { Log } from '../base/log.ts';
import type { Allocated } from '../wording/allocated.ts';
import type { ChangeSet } from '../state/tables/changes.ts';
import type { Cluster } from '../state/clusters/cluster.ts';
import { causeForLog, causeOf } from '../platform/failure.ts';
import type { AllocationReads } from './allocationReads.ts';
import type { JobFilter } from './filter.ts';
import { Throttle } from './throttle.ts';
import { Redraws } from './redraws.ts';
import { repaint, repaintForTime } from './repaint.ts';
import type { Repaint } from './repaint.ts';
import { kindOf } from './kinds/kinds.ts';
import { RowTree } from './rowTree.ts';
import type { Layout, Row } from './rows.ts';
import { ShownNodes } from './shownNodes.ts';
import { treeItem } from './treeItem.ts';
import { hasRows } from './welcome.ts';

export interface ClusterTreeOptions {
  readonly layout: Layout;
  readonly filter: JobFilter;
  readonly clock: Clock;
  readonly log: Log;
  /** Called when VS Code asks for the top rows, which it only does for a visible view. */
  readonly onLook: () => void;
}

/** The rows of one view for VS Code, answered from the store and redrawn where the store changes. */
export class ClusterTree implements vscode.TreeDataProvider<Row>, Disposable {
  readonly #options: ClusterTreeOptions;
  readonly #lifetime = new Lifetime();
  readonly #changed = this.#lifetime.own(new vscode.EventEmitter<Row[] | undefined>());
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #throttle: Throttle;
  readonly #redraws: Redraws;
  #session: Session | undefined;
  #visible = false;
  /** Something changed while nobody looked. */
  #outdated = false;

  constructor(options: ClusterTreeOptions) {
    this.#options = options;
    this.#redraws = this.#lifetime.own(
      new Redraws(options.clock, (rows) => {
        this.#changed.fire(rows === 'all' ? undefined : [...rows]);
      }),
    );
    this.#throttle = this.#lifetime.own(
      new Throttle(options.clock, () => {
        this.#fire('all');
      }),
    );
    this.#lifetime.own(
      options.filter.onDidChange(() => {
        this.#fire('all');
      }),
    );
    this.#lifetime.onEnd(() => {
      this.#session?.dispose();
    });
  }

  /** The rows of the cluster that is shown; nothing where there is none. */
  get tree(): RowTree | undefined {
    return this.#session?.tree;
  }

  /** Whether somebody looks. */
  get visible(): boolean {
    return this.#visible;
  }

  /** Shows another cluster, or none. */
  setCluster(cluster: Cluster | undefined): void {
    this.#session?.dispose();
    this.#session = cluster === undefined ? undefined : new Session(cluster, this.#options);
    if (cluster !== undefined && this.#session !== undefined) {
      this.#session.lifetime.own(
        cluster.onDidChange((changes) => {
          this.#onChange(changes);
        }),
      );
    }
    this.#fire('all');
  }

  setVisible(visible: boolean): void {
    this.#visible = visible;
    this.#session?.nodes?.setVisible(visible);
    if (visible && this.#outdated) this.#fire('all');
  }

  /** Draws everything anew, and tries again what could not be loaded. */
  refresh(): void {
    this.#session?.failures.clear();
    this.#session?.nodes?.refresh();
    this.#fire('all');
  }

  /** Tries again what could not be loaded, if anything. */
  retry(): void {
    if (this.#session !== undefined && this.#session.failures.size > 0) this.refresh();
  }

  /** Resolves when VS Code was told of every row that changed, so that it finds those that are shown to it. */
  drawn(): Promise<void> {
    return this.#redraws.drawn();
  }

  /** Draws rows anew whose words depend on the time of day. */
  tick(): void {
    const tree = this.tree;
    if (tree !== undefined && this.#visible) this.#fire(repaintForTime(tree));
  }

  getTreeItem(row: Row): vscode.TreeItem {
    const tree = this.tree;
    return tree === undefined ? new vscode.TreeItem('') : treeItem(tree, row);
  }

  /** The tooltip of a row that somebody points at, and only then what has to be read for it. */
  async resolveTreeItem(item: vscode.TreeItem, row: Row, token: vscode.CancellationToken): Promise<vscode.TreeItem> {
    const session = this.#session;
    if (session !== undefined) {
      const [given, { tooltip }] = await Promise.all([session.given(row, token), import('./tooltip.ts')]);
      item.tooltip = tooltip(session.tree, row, given);
    }
    return item;
  }

  getParent(row: Row): Row | undefined {
    return this.tree?.parent(row);
  }

  /** Answered at once from what is known, and after loading where somebody looks for the first time. */
  getChildren(row?: Row): Row[] | Promise<Row[]> {
    if (row === undefined) this.#look();
    const session = this.#session;
    if (session === undefined || !hasRows(session.cluster.state)) return [];
    if (row === undefined) session.nodes?.setVisible(true);
    const answer = () => [...session.tree.children(row)];
    const loading = session.load(row);
    if (loading !== undefined) return this.#redraws.answering(loading.then(answer));
    this.#redraws.answered();
    return answer();
  }

  #look(): void {
    this.#visible = true;
    this.#outdated = false;
    this.#options.onLook();
  }

  #onChange(changes: ChangeSet): void {
    const session = this.#session;
    if (session === undefined) return;
    if (!this.#visible) {
      this.#outdated = true;
      return;
    }
    // Sorting a very long list for every event would keep the extension host busy with nothing else.
    if (session.isLong && changes.listChanged('allocations')) this.#throttle.soon();
    else this.#fire(repaint(session.tree, changes));
  }

  #fire(rows: Repaint): void {
    if (rows === 'all') this.#outdated = true;
    this.#redraws.add(rows);
  }

  dispose(): void {
    this.#lifetime.dispose();
  }
}

/** With more allocations than this, the list is sorted again at most once a second. */
const longList = 5000;

/** What belongs to one cluster and ends with it. */
class Session implements Disposable {
  readonly cluster: Cluster;
  readonly tree: RowTree;
  readonly lifetime = new Lifetime();
  /** In their view alone. */
  readonly nodes: ShownNodes | undefined;
  /** Why jobs or nodes, or with no key the list of what the view shows, could not be loaded. */
  readonly failures = new Map<string | undefined, string>();
  readonly #signal = this.lifetime.signal();
  readonly #options: ClusterTreeOptions;
  #reads: Promise<AllocationReads> | undefined;

  constructor(cluster: Cluster, options: ClusterTreeOptions) {
    const { layout, filter, clock } = options;
    this.cluster = cluster;
    this.nodes = layout.view === 'nodes' ? this.lifetime.own(new ShownNodes(cluster)) : undefined;
    this.#options = options;
    this.tree = new RowTree(layout, {
      cluster: cluster.id,
      store: cluster.store,
      namespace: cluster.namespace,
      filter,
      now: () => clock.now(),
      loadFailure: (key) => this.failures.get(key),
      get allocationsTruncated() {
        return cluster.allocationsTruncated;
      },
    });
  }

  get isLong(): boolean {
    return this.tree.view === 'allocations' && this.cluster.store.allocations.size > longList;
  }

  /** Loads what the rows under `row` need and the store doesn't have; nothing where it has all. Never rejects. */
  load(row: Row | undefined): Promise<void> | undefined {
    const { cluster } = this;
    if (row?.kind === 'node') return this.#loadNode(row.node);
    if (row === undefined) {
      if (this.nodes?.loaded === false && !this.failures.has(undefined)) return this.#try(undefined, this.nodes.load());
      if (this.tree.view !== 'allocations' || cluster.allocationsLoaded || this.failures.has(undefined))
        return undefined;
      return this.#try(undefined, cluster.loadAllocations(this.#signal));
    }
    if (row.job === undefined || kindOf(row).needsJob?.(this.tree.view) !== true) return undefined;
    if (cluster.isJobLoaded(row.job) || this.failures.has(row.job)) return undefined;
    // A deployment may outlive its job.
    if (!cluster.store.jobs.has(row.job)) return undefined;
    return this.#try(row.job, cluster.loadJob(row.job, this.#signal));
  }

  #loadNode(id: string): Promise<void> | undefined {
    if (
      this.nodes === undefined ||
      this.failures.has(id) ||
      this.cluster.store.records('nodes').get(id)?.allocated !== undefined
    )
      return undefined;
    return this.#try(id, this.nodes.loadNode(id, this.#signal));
  }

  /** What the allocation of a row was given; nothing for other rows, and where it can't be told. Never rejects. */
  async given(row: Row, token: vscode.CancellationToken): Promise<Allocated | undefined> {
    // What is allocated of a node changes with each allocation, so it is read when somebody asks.
    if (row.kind === 'node' && this.nodes !== undefined) {
      await this.#try(row.node, this.nodes.loadNode(row.node, this.#signal));
    }
    if (row.kind !== 'allocation' && row.kind !== 'task') return undefined;
    const controller = new AbortController();
    const cancelling = token.onCancellationRequested(() => {
      controller.abort();
    });
    try {
      this.#reads ??= this.#makeReads();
      const reads = await this.#reads;
      const signal = AbortSignal.any([controller.signal, this.#signal]);
      const [given, used] = await Promise.all([reads.read(row, signal), reads.used(row, signal)]);
      return given === undefined ? undefined : { ...given, used };
    } finally {
      cancelling.dispose();
    }
  }

  async #makeReads(): Promise<AllocationReads> {
    const { AllocationReads } = await import('./allocationReads.ts');
    return new AllocationReads(this.cluster, this.#options);
  }

  async #try(key: string | undefined, loading: Promise<void>): Promise<void> {
    try {
      await loading;
    } catch (error) {
      if (isCancelled(error)) return;
      this.failures.set(key, causeOf(error));
      this.#options.log.warn(
        `Could not load ${key === undefined ? this.tree.view : JSON.stringify(key)}: ${causeForLog(error)}`,
      );
    }
  }

  dispose(): void {
    this.lifetime.dispose();
  }
}
