import type { ChangeNotes } from './changes.ts';
import { Groups } from './groups.ts';
import type { Kind } from './kind.ts';
import type { Marks, SnapshotMark } from './marks.ts';
import { same } from './merge.ts';
import { Removals } from './removals.ts';

/** What a list leaves alone although it does not have it. */
export interface Extent<Held> {
  /** Only what is of this group is listed. */
  readonly group?: string;
  readonly except?: (record: Held) => boolean;
  /** The index of the list: what is not in it was gone by then. */
  readonly index?: number | undefined;
}

/** What a table asks of the one that its records belong to. */
interface Owner {
  readonly name: string;
  wasRemoved(key: string): boolean;
  own(table: Owned): void;
}

interface Owned {
  dropGroup(group: string, changes: ChangeNotes): void;
}

/**
 * The records of one kind. Applying the same state twice, or an older one after a newer, changes nothing: every object
 * has a ModifyIndex. A list says what is there and what isn't, except about what was heard of after it was asked for.
 */
export class Table<Key extends string, Held extends object> implements Owner, Owned {
  readonly name: string;
  readonly #kind: Kind<Key, Held, string>;
  readonly #marks: Marks;
  readonly #records = new Map<Key, Held>();
  readonly #groups: Groups<Key, Held>;
  readonly #removals = new Removals<Key>();
  readonly #owned: Owned[] = [];
  #owner: Owner | undefined;

  /** @param marks those of all tables that one list may be of */
  constructor(name: string, kind: Kind<Key, Held, string>, marks: Marks) {
    this.name = name;
    this.#kind = kind;
    this.#marks = marks;
    this.#groups = new Groups(this.#records, kind.group);
  }

  get records(): ReadonlyMap<Key, Held> {
    return this.#records;
  }

  /** The records of a group, in the order of their kind. */
  of(group: string): readonly Held[] {
    return this.#groups.of(group);
  }

  /** Whether all records of a group are held; else `of` may be a part of them. */
  isWhole(group: string): boolean {
    return this.#groups.isWhole(group);
  }

  /** How many groups have all of their records held. */
  get wholeGroups(): number {
    return this.#groups.wholeCount;
  }

  /** @returns whether that is something else than before */
  setWhole(group: string, whole: boolean): boolean {
    return this.#groups.setWhole(group, whole);
  }

  /** True for what was removed and did not come again since. */
  wasRemoved(key: Key): boolean {
    return this.#removals.has(key);
  }

  /** Whether what a group belongs to was removed since the list was asked for, so that the list is of what is gone. */
  lostOwner(group: string | undefined, mark: SnapshotMark): boolean {
    if (group === undefined || this.#owner === undefined) return false;
    return mark.heard(this.#owner.name, group)?.wasRemoved === true;
  }

  /** Says to which table the records belong: they go with its records. */
  belongTo(owner: Owner): void {
    this.#owner = owner;
    owner.own(this);
  }

  own(table: Owned): void {
    this.#owned.push(table);
  }

  /** Takes the state of one record, as of an event or a read of it alone. */
  apply(record: Held, changes: ChangeNotes): void {
    const key = this.#kind.key(record);
    const index = this.#kind.index(record);
    if (this.#isGone(record, key, index)) return;
    // An older state is ignored, and does not even count as news: a cluster that was set up anew counts from the start.
    const known = this.#records.get(key);
    if (known !== undefined && index < this.#kind.index(known)) return;
    const keeps = this.#keeps(record);
    this.#marks.heard(this.name, key, index, !keeps);
    if (keeps) {
      this.#set(key, known, record, changes);
    } else if (known !== undefined) {
      this.#drop(key, changes);
      this.#removals.add(key, index);
    }
  }

  /**
   * Removes a record and what belongs to it.
   *
   * @param index of what was seen to be gone: what is newer came since, and stays; what is older can't come back. By
   *   default that of the record as it is known.
   */
  remove(key: Key, changes: ChangeNotes, index = this.#indexOf(key)): void {
    if (this.#indexOf(key) > index) return;
    this.#marks.heard(this.name, key, index, true);
    this.#drop(key, changes);
    this.#removals.add(key, index);
  }

  /** Makes the records those of a whole list. */
  replace(records: readonly Held[], mark: SnapshotMark, changes: ChangeNotes, index?: number): void {
    const ofOwners = records.filter((record) => !this.lostOwner(this.#groups.nameFor(record), mark));
    this.retain(this.#takeAll(ofOwners, mark, changes), mark, changes, { index });
  }

  /** Makes the records of one group those of a whole list; from then on all of them are held. */
  replaceGroup(group: string, records: readonly Held[], mark: SnapshotMark, changes: ChangeNotes): void {
    this.retain(this.#takeAll(records, mark, changes), mark, changes, { group });
    // What it is grouped by is told by all of them from now on, even if none is another.
    if (this.setWhole(group, true) && this.#kind.group !== undefined) changes.mark(this.#kind.group.by, group);
  }

  /**
   * Takes what a list says of one record, unless something newer was heard of it since the list was asked for.
   *
   * @returns false where the list is from before the record was removed
   */
  take(record: Held, mark: SnapshotMark, changes: ChangeNotes): boolean {
    const key = this.#kind.key(record);
    const index = this.#kind.index(record);
    const known = this.#records.get(key);
    const heard = mark.heard(this.name, key);
    // What nothing was heard of takes what the list says even at a lower index: a cluster that was made anew starts over.
    if (heard !== undefined) {
      if (known === undefined) {
        if (index <= heard.index || this.#isGone(record, key, index)) return false;
      } else if (index < this.#kind.index(known)) {
        // Even if it came again since, the list is of the one before.
        return !heard.wasRemoved;
      }
    }
    this.#set(key, known, record, changes);
    return true;
  }

  /** Drops what a list does not have, unless it was heard of since the list was asked for. */
  retain(listed: ReadonlySet<Key>, mark: SnapshotMark, changes: ChangeNotes, extent: Extent<Held> = {}): void {
    const { group, except, index } = extent;
    // A group is put in order here, while its records are at hand: it will be looked at soon.
    for (const record of group === undefined ? this.#records.values() : this.of(group)) {
      const key = this.#kind.key(record);
      // Where the last news was that it is gone, another list brought it.
      if (listed.has(key) || mark.heard(this.name, key)?.gone === false) continue;
      if (except?.(record) === true) continue;
      this.#drop(key, changes);
      if (index !== undefined) this.#removals.add(key, index);
    }
    if (index !== undefined) this.#removals.listed(index, (key) => mark.heard(this.name, key)?.wasRemoved === true);
  }

  /** Drops all records of a group, because what they belong to is gone. */
  dropGroup(group: string, changes: ChangeNotes): void {
    for (const record of this.of(group)) this.#drop(this.#kind.key(record), changes);
    this.setWhole(group, false);
  }

  #takeAll(records: readonly Held[], mark: SnapshotMark, changes: ChangeNotes): ReadonlySet<Key> {
    const listed = new Set<Key>();
    for (const record of records) {
      if (!this.#keeps(record)) continue;
      listed.add(this.#kind.key(record));
      this.take(record, mark, changes);
    }
    return listed;
  }

  #indexOf(key: Key): number {
    const known = this.#records.get(key);
    return known === undefined ? 0 : this.#kind.index(known);
  }

  #keeps(record: Held): boolean {
    return this.#kind.keeps?.(record) ?? true;
  }

  /** Whether it was removed since it was so, or what it belongs to was. */
  #isGone(record: Held, key: Key, index: number): boolean {
    if (this.#removals.covers(key, index)) return true;
    const group = this.#groups.nameFor(record);
    return group !== undefined && this.#owner?.wasRemoved(group) === true;
  }

  #set(key: Key, known: Held | undefined, next: Held, changes: ChangeNotes): void {
    const merged = known === undefined ? next : (this.#kind.merge?.(known, next) ?? next);
    if (known !== undefined && same(known, merged)) return;
    this.#removals.delete(key);
    this.#records.set(key, merged);
    changes.mark(this.name, key);
    if (known === undefined || this.#kind.movesInList?.(known, merged) === true) changes.markList(this.name);
    this.#groups.put(key, known, merged, changes);
  }

  #drop(key: Key, changes: ChangeNotes): void {
    const known = this.#records.get(key);
    changes.mark(this.name, key);
    if (known !== undefined) {
      this.#records.delete(key);
      changes.markList(this.name);
      this.#groups.put(key, known, undefined, changes);
    }
    for (const table of this.#owned) table.dropGroup(key, changes);
  }
}
