import type { Cluster } from './cluster.ts';
import type { ClusterId } from './clusterId.ts';

/** The clusters that are open, by their ids. A window looks at one of them; what it holds of another finds that here. */
export class OpenClusters {
  readonly #open = new Map<string, Cluster>();

  /** Takes note of a cluster until it is disposed. One of the same id that was opened before is no longer found. */
  add(cluster: Cluster): void {
    const { id, signal } = cluster;
    if (signal.aborted) return;
    this.#open.set(id, cluster);
    const forget = () => {
      if (this.#open.get(id) === cluster) this.#open.delete(id);
    };
    signal.addEventListener('abort', forget, { once: true });
  }

  get all(): readonly Cluster[] {
    return [...this.#open.values()];
  }

  /** @param id may come from outside, as in the argument of a command */
  get(id: ClusterId | string): Cluster | undefined {
    return this.#open.get(id);
  }
}
