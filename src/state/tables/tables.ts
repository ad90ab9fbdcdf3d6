import type { Kind } from './kind.ts';
import type { Marks } from './marks.ts';
import { Table } from './table.ts';
import type { AnyTypes, KeyIn, RecordIn, TableName, TableTypes } from './tableTypes.ts';

/** A kind for each table, by its name. */
export type Kinds<Types = TableTypes> = {
  readonly [Name in keyof Types]: Kind<KeyIn<Name, Types>, RecordIn<Name, Types>, TableName<Types>>;
};

export type Tables<Types = TableTypes> = {
  readonly [Name in keyof Types]: Table<KeyIn<Name, Types>, RecordIn<Name, Types>>;
};

/** Empty tables of these kinds, each tied to the one that its records belong to. */
export function makeTables<Types extends AnyTypes<Types>>(kinds: Kinds<Types>, marks: Marks): Tables<Types> {
  const names = Object.keys(kinds) as TableName<Types>[];
  const entries = names.map((name) => [name, new Table(name, kinds[name], marks)] as const);
  const tables = Object.fromEntries(entries) as unknown as Tables<Types>;
  for (const name of names) {
    const { group } = kinds[name];
    if (group?.owned === true) tables[name].belongTo(tables[group.by]);
  }
  return tables;
}
