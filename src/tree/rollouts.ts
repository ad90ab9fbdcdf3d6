import type { ChangeSet } from '../state/tables/changes.ts';
import { describeRollout } from '../operations/rollout.ts';
import type { Store } from '../state/tables/store.ts';

/** Longer sentences are told by the rows. */
const maxLength = 60;

/** What the status bar says of the rollouts that are under way; brought up to date by what changed only. */
export class Rollouts {
  readonly #store: Store;
  /** Deployment ids. */
  readonly #active = new Set<string>();

  constructor(store: Store) {
    this.#store = store;
    for (const id of store.deployments.keys()) this.#look(id);
  }

  apply(changes: ChangeSet): void {
    for (const id of changes.deployments) this.#look(id);
  }

  /** `web v13: 2/3 healthy` for one, `3 rollouts` for several, nothing for none. */
  words(): string {
    if (this.#active.size > 1) return `${String(this.#active.size)} rollouts`;
    const [id] = this.#active;
    const deployment = id === undefined ? undefined : this.#store.deployments.get(id);
    if (deployment === undefined) return '';
    const { jobKey, jobVersion } = deployment;
    const { sentence } = describeRollout(this.#store, { jobKey, jobVersion, deploymentId: deployment.id });
    return sentence.length > maxLength ? `${sentence.slice(0, maxLength - 1)}…` : sentence;
  }

  #look(id: string): void {
    if (this.#store.deployments.get(id)?.active === true) this.#active.add(id);
    else this.#active.delete(id);
  }
}
