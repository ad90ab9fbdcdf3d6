/** How many to remember, so that late events of what belonged to them don't bring rows back. */
const max = 1000;

/** What was removed and did not come again since, each with the index up to which that is known. */
export class Removals<Key extends string> {
  readonly #indexes = new Map<Key, number>();

  has(key: Key): boolean {
    return this.#indexes.has(key);
  }

  /** Whether a state of this index is older than the removal. */
  covers(key: Key, index: number): boolean {
    const at = this.#indexes.get(key);
    return at !== undefined && index <= at;
  }

  add(key: Key, index: number): void {
    const known = this.#indexes.get(key) ?? 0;
    // Put last, so that those that were removed first are forgotten first.
    this.#indexes.delete(key);
    this.#indexes.set(key, Math.max(index, known));
    if (this.#indexes.size <= max) return;
    const oldest = this.#indexes.keys().next();
    if (oldest.done !== true) this.#indexes.delete(oldest.value);
  }

  delete(key: Key): void {
    this.#indexes.delete(key);
  }

  /**
   * A list of that index reflects all removals before it. A removal at a higher index is from before the cluster was
   * set up anew, and would hide what the present one has.
   *
   * @param except what was removed while the list was under way
   */
  listed(index: number, except: (key: Key) => boolean): void {
    for (const [key, at] of this.#indexes) if (at > index && !except(key)) this.#indexes.set(key, index);
  }
}
