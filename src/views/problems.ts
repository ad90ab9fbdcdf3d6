import type { ChangeSet } from '../model/changes.ts';
import type { JobKey } from '../model/keys.ts';
import { jobStatus } from '../model/status.ts';
import type { Store } from '../model/store.ts';
import { counted } from '../platform/words.ts';

/** The number that the activity bar shows, and what it counts. */
export interface Badge {
  readonly value: number;
  readonly tooltip: string;
}

/** Counts failed and blocked jobs, and rollouts that wait for a decision; brought up to date by what changed only. */
export class Problems {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #failed = new Set<JobKey>();
  readonly #blocked = new Set<JobKey>();
  readonly #undecided = new Set<string>();

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
    for (const job of store.jobs.keys()) this.#countJob(job);
    for (const deployment of store.deployments.keys()) this.#countDeployment(deployment);
  }

  apply(changes: ChangeSet): void {
    for (const job of changes.jobs) this.#countJob(job);
    for (const deployment of changes.deployments) this.#countDeployment(deployment);
  }

  /** Nothing when there is no problem. */
  badge(): Badge | undefined {
    const parts: string[] = [];
    if (this.#failed.size > 0) parts.push(counted(this.#failed.size, 'failed job'));
    if (this.#blocked.size > 0) parts.push(counted(this.#blocked.size, 'blocked job'));
    const { size } = this.#undecided;
    if (size > 0) parts.push(`${counted(size, 'deployment')} ${size === 1 ? 'needs' : 'need'} a decision`);
    const value = this.#failed.size + this.#blocked.size + size;
    return value === 0 ? undefined : { value, tooltip: parts.join(', ') };
  }

  #countJob(key: JobKey): void {
    const job = this.#store.jobs.get(key);
    const tone = job === undefined ? undefined : jobStatus(this.#store, job, this.#now()).tone;
    keep(this.#failed, key, tone === 'bad');
    keep(this.#blocked, key, tone === 'blocked');
  }

  #countDeployment(id: string): void {
    const deployment = this.#store.deployments.get(id);
    keep(this.#undecided, id, deployment?.active === true && deployment.needsPromotion);
  }
}

function keep<T>(set: Set<T>, value: T, belongs: boolean): void {
  if (belongs) set.add(value);
  else set.delete(value);
}
