/** The records of one group. */
interface Group<Key extends string, Held> {
  readonly keys: Set<Key>;
  /** Worked out when it is first asked for. */
  ordered: readonly Held[] | undefined;
  /** Whether all records of the group are held. */
  whole: boolean;
}

const none: readonly never[] = [];

/** Keys of records by group, each group in a stable order. */
export class Groups<Key extends string, Held> {
  readonly #records: ReadonlyMap<Key, Held>;
  readonly #order: (a: Held, b: Held) => number;
  readonly #groups = new Map<string, Group<Key, Held>>();

  constructor(records: ReadonlyMap<Key, Held>, order: (a: Held, b: Held) => number) {
    this.#records = records;
    this.#order = order;
  }

  of(name: string): readonly Held[] {
    const group = this.#groups.get(name);
    return group === undefined ? none : (group.ordered ??= this.#inOrder(group));
  }

  keysOf(name: string): Iterable<Key> {
    return this.#groups.get(name)?.keys ?? none;
  }

  /** To be called whenever a record of the group is another. */
  add(name: string, key: Key): void {
    const group = this.#group(name);
    group.keys.add(key);
    group.ordered = undefined;
  }

  delete(name: string, key: Key): void {
    const group = this.#groups.get(name);
    if (group?.keys.delete(key) !== true) return;
    group.ordered = undefined;
    this.#forgetEmpty(name, group);
  }

  isWhole(name: string): boolean {
    return this.#groups.get(name)?.whole === true;
  }

  /** @returns whether that is something else than before */
  setWhole(name: string, whole: boolean): boolean {
    if (this.isWhole(name) === whole) return false;
    const group = this.#group(name);
    group.whole = whole;
    this.#forgetEmpty(name, group);
    return true;
  }

  #group(name: string): Group<Key, Held> {
    let group = this.#groups.get(name);
    if (group === undefined) this.#groups.set(name, (group = { keys: new Set(), ordered: undefined, whole: false }));
    return group;
  }

  /** A group that has nothing may still be known to have nothing. */
  #forgetEmpty(name: string, group: Group<Key, Held>): void {
    if (group.keys.size === 0 && !group.whole) this.#groups.delete(name);
  }

  #inOrder(group: Group<Key, Held>): readonly Held[] {
    const records: Held[] = [];
    for (const key of group.keys) {
      const record = this.#records.get(key);
      if (record !== undefined) records.push(record);
    }
    return records.sort(this.#order);
  }
}
