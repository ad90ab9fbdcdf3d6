import type { TableName } from './tableTypes.ts';

/** What is special about the records of one table. Everything else is the same for all: see `table.ts`. */
export interface Kind<Key extends string, Held extends object, Names extends string = TableName> {
  /** What tells a record from the others. */
  readonly key: (record: Held) => Key;
  /** Nomad's ModifyIndex: of two states, the one with the lower index is older. 0 where only a summary was seen. */
  readonly index: (record: Held) => number;
  /** False for a state in which it is not kept: it takes away what was known. By default everything is. */
  readonly keeps?: (record: Held) => boolean;
  /** `known` with all that `next` says. By default `next` says everything. */
  readonly merge?: (known: Held, next: Held) => Held;
  /** Whether a change of a known record is one of the list, too. By default only what comes and goes is. */
  readonly movesInList?: (known: Held, next: Held) => boolean;
  readonly group?: Grouping<Held, Names>;
}

/** Records that are looked up together, as those of one job. */
export interface Grouping<Held extends object, Names extends string = TableName> {
  /** The table of what they are grouped by, which counts as changed with each of them. */
  readonly by: Names;
  /** The key of that; nothing for a record without. */
  readonly key: (record: Held) => string | undefined;
  /** In which order a group is told. */
  readonly order: (a: Held, b: Held) => number;
  /** Whether they go with what they are grouped by, and don't come while it is gone. */
  readonly owned: boolean;
}
