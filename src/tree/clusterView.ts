import * as vscode from 'vscode';
import { Lifetime } from '../base/lifetime.ts';
import type { Disposable } from '../base/lifetime.ts';
import type { Cluster } from '../state/clusters/cluster.ts';
import type { ViewId } from '../platform/contributions.ts';
import { ClusterTree } from './clusterTree.ts';
import type { ClusterTreeOptions } from './clusterTree.ts';
import type { Badge } from './problems.ts';
import type { Row } from './rows.ts';

/** One view: its rows, and what stands beside its title. */
export class ClusterView implements Disposable {
  readonly tree: ClusterTree;
  readonly #lifetime = new Lifetime();
  readonly #view: vscode.TreeView<Row>;
  #badge = '';

  constructor(id: ViewId, options: ClusterTreeOptions, onVisibility: () => void) {
    this.tree = this.#lifetime.own(new ClusterTree(options));
    this.#view = this.#lifetime.own(
      vscode.window.createTreeView(id, { treeDataProvider: this.tree, showCollapseAll: true, canSelectMany: true }),
    );
    this.#lifetime.own(
      this.#view.onDidChangeVisibility(({ visible }) => {
        this.tree.setVisible(visible);
        if (visible) options.onLook();
        onVisibility();
      }),
    );
  }

  get visible(): boolean {
    return this.#view.visible || this.tree.visible;
  }

  /**
   * Takes the view for hidden if the window says so by now. It asks for rows a moment before it says that a view is shown,
   * and may have asked in the moment of hiding it.
   */
  settle(): void {
    if (!this.#view.visible) this.tree.setVisible(false);
  }

  get selection(): readonly Row[] {
    return this.#view.selection;
  }

  setCluster(cluster: Cluster | undefined): void {
    this.tree.setCluster(cluster);
  }

  setDescription(text: string): void {
    if ((this.#view.description ?? '') !== text) this.#view.description = text;
  }

  setBadge(badge: Badge | undefined): void {
    const next = badge === undefined ? '' : JSON.stringify(badge);
    if (next === this.#badge) return;
    this.#badge = next;
    this.#view.badge = badge;
  }

  /** Scrolls to a row and selects it. */
  async reveal(row: Row): Promise<void> {
    const options = { select: true, focus: true } as const;
    await this.tree.drawn();
    // The window may be at its rows for longer than it tells of; then it doesn't know this one for that moment.
    await this.#view.reveal(row, options).then(undefined, async () => {
      await this.tree.drawn();
      await this.#view.reveal(row, options);
    });
  }

  dispose(): void {
    this.#lifetime.dispose();
  }
}
