import type { ChangeNotes } from './changes.ts';
import type { Grouping } from './kind.ts';

/** The records of one group. */
interface Group<Key extends string, Held> {
  readonly keys: Set<Key>;
  /** Worked out when it is first asked for. */
  ordered: readonly Held[] | undefined;
  /** Whether all records of the group are held. */
  whole: boolean;
}

const none: readonly never[] = [];

/** Keys of records by group, each group in the order of its kind; none for a kind that is not grouped. */
export class Groups<Key extends string, Held extends object> {
  readonly #records: ReadonlyMap<Key, Held>;
  readonly #grouping: Grouping<Held, string> | undefined;
  readonly #groups = new Map<string, Group<Key, Held>>();
  #wholeCount = 0;

  constructor(records: ReadonlyMap<Key, Held>, grouping: Grouping<Held, string> | undefined) {
    this.#records = records;
    this.#grouping = grouping;
  }

  /** The name of a record's group, which is the key of what it is grouped by. */
  nameFor(record: Held | undefined): string | undefined {
    return record && this.#grouping?.key(record);
  }

  of(name: string): readonly Held[] {
    const group = this.#groups.get(name);
    return group === undefined ? none : (group.ordered ??= this.#inOrder(group));
  }

  /** Puts a record where it is now, and says that what it is grouped by changed. */
  put(key: Key, known: Held | undefined, next: Held | undefined, changes: ChangeNotes): void {
    const before = this.nameFor(known);
    const now = this.nameFor(next);
    if (before !== undefined && before !== now) {
      const group = this.#change(before, changes);
      group.keys.delete(key);
      this.#forgetEmpty(before, group);
    }
    if (now !== undefined) this.#change(now, changes).keys.add(key);
  }

  isWhole(name: string): boolean {
    return this.#groups.get(name)?.whole === true;
  }

  /** How many groups are whole. */
  get wholeCount(): number {
    return this.#wholeCount;
  }

  /** @returns whether that is something else than before */
  setWhole(name: string, whole: boolean): boolean {
    if (this.isWhole(name) === whole) return false;
    const group = this.#group(name);
    group.whole = whole;
    this.#wholeCount += whole ? 1 : -1;
    this.#forgetEmpty(name, group);
    return true;
  }

  #change(name: string, changes: ChangeNotes): Group<Key, Held> {
    if (this.#grouping !== undefined) changes.mark(this.#grouping.by, name);
    const group = this.#group(name);
    group.ordered = undefined;
    return group;
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
    return this.#grouping === undefined ? records : records.sort(this.#grouping.order);
  }
}
