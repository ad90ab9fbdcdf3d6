import assert from 'node:assert/strict';
import { Changes } from '../../../src/state/tables/changes.ts';
import type { Kind } from '../../../src/state/tables/kind.ts';
import { Marks } from '../../../src/state/tables/marks.ts';
import { kinds } from '../../../src/state/tables/registry.ts';
import { makeTables } from '../../../src/state/tables/tables.ts';
import type { TableTypes } from '../../../src/state/tables/tableTypes.ts';

/** A table that there is not yet, and one of what its records have: all that is needed for them. */
export interface Node {
  readonly id: string;
  readonly pool: string;
  readonly status: string;
  readonly modifyIndex: number;
}

export interface Volume {
  readonly id: string;
  readonly node: string;
  readonly modifyIndex: number;
}

export type WithNodes = TableTypes & {
  hosts: { key: string; record: Node };
  volumes: { key: string; record: Volume };
};

const hosts: Kind<string, Node, keyof WithNodes> = {
  key: (node) => node.id,
  index: (node) => node.modifyIndex,
  movesInList: (known, next) => known.status !== next.status,
};

const volumes: Kind<string, Volume, keyof WithNodes> = {
  key: (volume) => volume.id,
  index: (volume) => volume.modifyIndex,
  keeps: (volume) => volume.node !== '',
  group: { by: 'hosts', key: ({ node }) => node, order: (a, b) => (a.id < b.id ? -1 : 1), owned: true },
};

export function node(id: string, modifyIndex: number, status = 'ready'): Node {
  return { id, pool: 'default', status, modifyIndex };
}

export function volume(id: string, onNode: string, modifyIndex: number): Volume {
  return { id, node: onNode, modifyIndex };
}

/** The tables of a cluster and those two. */
export class TableBench {
  readonly marks = new Marks();
  readonly tables = makeTables<WithNodes>({ ...kinds, hosts, volumes }, this.marks);

  /** What a step changed. */
  step(take: (changes: Changes<WithNodes>) => void): Changes<WithNodes> {
    const changes = new Changes<WithNodes>();
    take(changes);
    return changes;
  }

  apply(...given: readonly Node[]): Changes<WithNodes> {
    return this.step((changes) => {
      for (const one of given) this.tables.hosts.apply(one, changes);
    });
  }

  remove(id: string, index?: number): Changes<WithNodes> {
    return this.step((changes) => {
      this.tables.hosts.remove(id, changes, index);
    });
  }

  /** A list that is asked for now; what is given when it is answered is what it says. */
  ask(): (given: readonly Node[], index?: number) => Changes<WithNodes> {
    const mark = this.marks.begin();
    return (given, index) =>
      this.step((changes) => {
        this.tables.hosts.replace(given, mark, changes, index);
        this.marks.end(mark);
      });
  }

  /** The same of the volumes of a node. */
  askVolumes(of: string): (given: readonly Volume[]) => Changes<WithNodes> {
    const mark = this.marks.begin();
    return (given) =>
      this.step((changes) => {
        const { volumes: table } = this.tables;
        if (!table.lostOwner(of, mark)) table.replaceGroup(of, given, mark, changes);
        this.marks.end(mark);
      });
  }

  has(...expected: readonly string[]): void {
    const held = [...this.tables.hosts.records.values()].map((one) => `${one.id}@${String(one.modifyIndex)}`);
    assert.deepEqual(held.sort(), [...expected].sort());
  }
}

/** What a change set says of a table. */
export function said(changes: Changes<WithNodes>, table: keyof WithNodes = 'hosts'): string {
  return `${[...changes.of(table)].sort().join(' ')}${changes.listChanged(table) ? ' and the list' : ''}`;
}
