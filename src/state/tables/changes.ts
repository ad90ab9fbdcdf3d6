import type { Clock } from '../../base/clock.ts';
import { systemClock } from '../../base/clock.ts';
import type { Disposable } from '../../base/lifetime.ts';
import type { KeyIn, TableName, TableTypes } from './tableTypes.ts';

/** What a step changed in the store. */
export interface ChangeSet<Types = TableTypes> {
  /** The tables in which something changed. */
  readonly tables: Iterable<TableName<Types>>;
  /** Keys of the records of a table that changed, came or went. */
  of<Name extends TableName<Types>>(table: Name): ReadonlySet<KeyIn<Name, Types>>;
  /** Whether records of a table came or went, or changed their order. */
  listChanged(table: TableName<Types>): boolean;
  /** True when nothing was changed. */
  readonly empty: boolean;
}

/** Where a step says what it changed: a record by table and key, or that the list of a table is another. */
export interface ChangeNotes {
  mark(table: string, key: string): void;
  markList(table: string): void;
}

interface TableChanges {
  readonly keys: Set<string>;
  list: boolean;
}

const none: ReadonlySet<never> = new Set<never>();

/** A change set that is still being collected. */
export class Changes<Types = TableTypes> implements ChangeSet<Types> {
  // Most steps change one or two tables, so the sets are made when they are needed.
  readonly #tables = new Map<TableName<Types>, TableChanges>();

  get tables(): Iterable<TableName<Types>> {
    return this.#tables.keys();
  }

  of<Name extends TableName<Types>>(table: Name): ReadonlySet<KeyIn<Name, Types>> {
    const keys: ReadonlySet<string> = this.#tables.get(table)?.keys ?? none;
    return keys as ReadonlySet<KeyIn<Name, Types>>;
  }

  listChanged(table: TableName<Types>): boolean {
    return this.#tables.get(table)?.list === true;
  }

  get empty(): boolean {
    return this.#tables.size === 0;
  }

  /** Says that a record changed, came or went. */
  mark<Name extends TableName<Types>>(table: Name, key: KeyIn<Name, Types>): this {
    this.#in(table).keys.add(key);
    return this;
  }

  /** Says that records came or went, or changed their order. */
  markList(table: TableName<Types>): this {
    this.#in(table).list = true;
    return this;
  }

  /** Takes over all that `other` says. */
  add(other: ChangeSet<Types>): this {
    for (const table of other.tables) {
      const changes = this.#in(table);
      for (const key of other.of(table)) changes.keys.add(key);
      changes.list ||= other.listChanged(table);
    }
    return this;
  }

  #in(table: TableName<Types>): TableChanges {
    let changes = this.#tables.get(table);
    if (changes === undefined) this.#tables.set(table, (changes = { keys: new Set(), list: false }));
    return changes;
  }
}

export interface ChangeCoalescerOptions {
  readonly emit: (changes: ChangeSet) => void;
  readonly clock?: Clock;
  /** How long changes are collected before they are told, in milliseconds. */
  readonly windowMs?: number;
}

/** Collects changes for a short while and passes them on together, so that a burst of events repaints a row once. */
export class ChangeCoalescer implements Disposable {
  readonly #emit: (changes: ChangeSet) => void;
  readonly #clock: Clock;
  readonly #windowMs: number;
  #pending = new Changes();
  #timer: Disposable | undefined;
  #ended = false;

  constructor(options: ChangeCoalescerOptions) {
    this.#emit = options.emit;
    this.#clock = options.clock ?? systemClock;
    this.#windowMs = options.windowMs ?? 50;
  }

  add(changes: ChangeSet): void {
    if (this.#ended || changes.empty) return;
    this.#pending.add(changes);
    this.#timer ??= this.#clock.timer(this.#windowMs, () => {
      this.flush();
    });
  }

  /** Tells at once what was collected, if anything. */
  flush(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    if (this.#ended || this.#pending.empty) return;
    const changes = this.#pending;
    this.#pending = new Changes();
    this.#emit(changes);
  }

  dispose(): void {
    this.#ended = true;
    this.#timer?.dispose();
  }
}
