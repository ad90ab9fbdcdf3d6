/** What was heard of a record while a list was under way. */
export interface News {
  /** The highest ModifyIndex of it. */
  readonly index: number;
  /** Whether the last was that it is gone. */
  readonly gone: boolean;
  /** Whether any was, even if it came again since. */
  readonly wasRemoved: boolean;
}

/** Remembers what was heard while a list was under way, so that the list can't undo it. */
export class SnapshotMark {
  readonly #tables = new Map<string, Map<string, News>>();

  /** Undefined for what nothing was heard of. */
  heard(table: string, key: string): News | undefined {
    return this.#tables.get(table)?.get(key);
  }

  /** To be called by {@link Marks}. */
  add(table: string, key: string, index: number, gone: boolean): void {
    let news = this.#tables.get(table);
    if (news === undefined) this.#tables.set(table, (news = new Map<string, News>()));
    const before = news.get(key);
    const wasRemoved = gone || before?.wasRemoved === true;
    news.set(key, { index: Math.max(index, before?.index ?? 0), gone, wasRemoved });
  }
}

/** The lists that are under way, whatever they are of. */
export class Marks {
  readonly #open = new Set<SnapshotMark>();

  begin(): SnapshotMark {
    const mark = new SnapshotMark();
    this.#open.add(mark);
    return mark;
  }

  end(mark: SnapshotMark): void {
    this.#open.delete(mark);
  }

  /** To be called with what is heard of a record; not with what a list says, since lists don't outdo one another. */
  heard(table: string, key: string, index: number, gone: boolean): void {
    for (const mark of this.#open) mark.add(table, key, index, gone);
  }
}
