import type { ChangeSet } from '../state/tables/changes.ts';
import { troubleOf } from '../wording/deploymentStatus.ts';
import { underWay } from '../operations/rolloutOfDeployment.ts';
import type { Store } from '../state/tables/store.ts';
import { clean } from '../state/tables/wire.ts';

/** Longer sentences are told by the rows. */
const maxLength = 60;

/** What the status bar says of the rollouts that are under way; brought up to date by what changed only. */
export class Rollouts {
  readonly #store: Store;
  readonly #now: () => number;
  /** Deployment ids. */
  readonly #active = new Set<string>();

  /** @param now milliseconds since the epoch */
  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
    for (const id of store.deployments.keys()) this.#look(id);
  }

  apply(changes: ChangeSet): void {
    for (const id of changes.of('deployments')) this.#look(id);
  }

  /** `web v13: 2/3 healthy` for one, `3 rollouts, 1 in trouble` for several, nothing for none. */
  words(): string {
    const [store, nowMs] = [this.#store, this.#now()];
    const active = [...this.#active].flatMap((id) => store.deployments.get(id) ?? []);
    const [deployment] = active;
    if (deployment === undefined) return '';
    if (active.length > 1) {
      const troubled = active.filter((one) => troubleOf(store, one, nowMs) !== undefined).length;
      return `${String(active.length)} rollouts${troubled > 0 ? `, ${String(troubled)} in trouble` : ''}`;
    }
    const { jobKey, jobId, jobVersion } = deployment;
    const name = `${clean(store.jobs.get(jobKey)?.name ?? jobId)} v${String(jobVersion)}`;
    const { sentence } = underWay(store, deployment, name, nowMs);
    return sentence.length > maxLength ? `${sentence.slice(0, maxLength - 1)}…` : sentence;
  }

  #look(id: string): void {
    if (this.#store.deployments.get(id)?.active === true) this.#active.add(id);
    else this.#active.delete(id);
  }
}
