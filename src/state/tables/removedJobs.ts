import type { JobKey } from './keys.ts';

/** How many to remember, so that late events of their allocations don't bring rows back. */
const max = 1000;

/** Jobs that were removed and not registered since, each with the index up to which that is known. */
export class RemovedJobs {
  readonly #indexes = new Map<JobKey, number>();

  has(key: JobKey): boolean {
    return this.#indexes.has(key);
  }

  /** Whether a state of the job of this index is older than its removal. */
  covers(key: JobKey, index: number): boolean {
    const at = this.#indexes.get(key);
    return at !== undefined && index <= at;
  }

  add(key: JobKey, index: number): void {
    const known = this.#indexes.get(key) ?? 0;
    // Put last, so that those that were removed first are forgotten first.
    this.#indexes.delete(key);
    this.#indexes.set(key, Math.max(index, known));
    if (this.#indexes.size <= max) return;
    const oldest = this.#indexes.keys().next();
    if (oldest.done !== true) this.#indexes.delete(oldest.value);
  }

  delete(key: JobKey): void {
    this.#indexes.delete(key);
  }

  /**
   * A list of that index reflects all removals before it. A removal at a higher index is from before the cluster was
   * set up anew, and would hide jobs of the present one.
   *
   * @param except those that were removed while the list was under way
   */
  listed(index: number, except: ReadonlySet<JobKey>): void {
    for (const [key, at] of this.#indexes) if (at > index && !except.has(key)) this.#indexes.set(key, index);
  }
}
