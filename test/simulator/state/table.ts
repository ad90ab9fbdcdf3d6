import { namespaceOf } from './records.ts';

/** Compares two records; never 0 for two of one table. */
export type Order<T> = (a: T, b: T) => number;

/** More changes than this are not worked in one by one: the view is sorted anew. */
const maxChanges = 500;

/** A table's records in one order. Changes are worked in when the view is next looked at. */
class View<T> {
  readonly #order: Order<T>;
  #records: T[] = [];
  #changes: { readonly gone: T | undefined; readonly come: T | undefined }[] = [];
  #isStale = true;

  constructor(order: Order<T>) {
    this.#order = order;
  }

  note(gone: T | undefined, come: T | undefined): void {
    if (this.#isStale) return;
    this.#changes.push({ gone, come });
    if (this.#changes.length > maxChanges) this.forget();
  }

  forget(): void {
    this.#isStale = true;
    this.#records = [];
    this.#changes = [];
  }

  records(all: Iterable<T>): readonly T[] {
    if (this.#isStale) this.#records = [...all].sort(this.#order);
    for (const { gone, come } of this.#changes) this.#workIn(gone, come);
    this.#isStale = false;
    this.#changes = [];
    return this.#records;
  }

  #workIn(gone: T | undefined, come: T | undefined): void {
    const records = this.#records;
    const place = (record: T) => firstIndex(records, (item) => this.#order(item, record) >= 0);
    if (gone !== undefined && come !== undefined && this.#order(gone, come) === 0) {
      records[place(gone)] = come;
      return;
    }
    if (gone !== undefined) records.splice(place(gone), 1);
    if (come !== undefined) records.splice(place(come), 0, come);
  }
}

/** Records by id, which can also be looked at in an order without sorting them each time. */
export class Table<T> extends Map<string, T> {
  readonly #views = new Map<Order<T>, View<T>>();

  override set(id: string, record: T): this {
    for (const view of this.#views.values()) view.note(this.get(id), record);
    return super.set(id, record);
  }

  override delete(id: string): boolean {
    const gone = this.get(id);
    if (gone !== undefined) for (const view of this.#views.values()) view.note(gone, undefined);
    return super.delete(id);
  }

  override clear(): void {
    for (const view of this.#views.values()) view.forget();
    super.clear();
  }

  /** All records in an order. The list is the table's own, and changes with the next call: look, don't keep. */
  inOrder(order: Order<T>): readonly T[] {
    let view = this.#views.get(order);
    if (view === undefined) {
      view = new View(order);
      this.#views.set(order, view);
    }
    return view.records(this.values());
  }
}

/** The first place where `test` holds; it must hold for all after it. The length when it holds nowhere. */
export function firstIndex<T>(records: readonly T[], test: (record: T) => boolean): number {
  return firstPlace(records.length, (at) => {
    const record = records[at];
    return record !== undefined && test(record);
  });
}

/** The first of so many places where `test` holds; it must hold for all after it. `count` when it holds nowhere. */
export function firstPlace(count: number, test: (at: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (test(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

interface Identified {
  readonly ID: string;
}

interface Created extends Identified {
  readonly CreateIndex: number;
}

export function byId(a: Identified, b: Identified): number {
  return a.ID < b.ID ? -1 : a.ID > b.ID ? 1 : 0;
}

export function byCreation(a: Created, b: Created): number {
  return a.CreateIndex - b.CreateIndex || byId(a, b);
}

interface InNamespace extends Identified {
  readonly Namespace?: string;
}

/** By namespace, then by id. */
export function byName(a: InNamespace, b: InNamespace): number {
  const [left, right] = [namespaceOf(a), namespaceOf(b)];
  return left === right ? byId(a, b) : left < right ? -1 : 1;
}

/** What changed last comes first. */
export function byChange(a: InNamespace & { readonly ModifyIndex: number }, b: typeof a): number {
  return b.ModifyIndex - a.ModifyIndex || byName(b, a);
}

/** The records whose ids start with `prefix`, of a list that is sorted by id. */
export function startingWith<T extends Identified>(records: readonly T[], prefix: string): readonly T[] {
  const start = firstIndex(records, ({ ID }) => ID >= prefix);
  const end = firstIndex(records, ({ ID }) => ID >= prefix && !ID.startsWith(prefix));
  return records.slice(start, end);
}
