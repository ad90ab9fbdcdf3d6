import type { Disposable } from '../base/lifetime.ts';
import type { Cluster } from '../state/clusters/cluster.ts';

/** Keeps nodes and servers up while a view shows them. What does that is read from disk when it is first shown. */
export class ShownNodes implements Disposable {
  readonly #cluster: Cluster;
  #visible = false;
  #loaded = false;
  #watching: Disposable | undefined;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  get loaded(): boolean {
    return this.#loaded;
  }

  /** @throws {NomadError} */
  async load(): Promise<void> {
    const nodes = await this.#cluster.nodes();
    await nodes.load();
    this.#loaded = true;
  }

  /** @throws {NomadError}; the signal's reason */
  async loadNode(id: string, signal: AbortSignal): Promise<void> {
    const nodes = await this.#cluster.nodes();
    await nodes.loadNode(id, signal);
  }

  setVisible(visible: boolean): void {
    if (this.#visible === visible) return;
    this.#visible = visible;
    if (visible) void this.#watch();
    else this.#stop();
  }

  /** Lists everything again, where somebody looks. */
  refresh(): void {
    if (!this.#visible) return;
    void this.#cluster.nodes().then((nodes) => {
      nodes.refresh();
    });
  }

  dispose(): void {
    this.setVisible(false);
  }

  async #watch(): Promise<void> {
    const nodes = await this.#cluster.nodes();
    this.#stop();
    // It may be hidden again by now.
    if (this.#visible && !this.#cluster.signal.aborted) this.#watching = nodes.watch();
  }

  #stop(): void {
    this.#watching?.dispose();
    this.#watching = undefined;
  }
}
