import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Random } from '../../../simulator/state/random.ts';
import { Table, byChange, byCreation, byId, firstIndex, startingWith } from '../../../simulator/state/table.ts';

interface Item {
  readonly ID: string;
  readonly CreateIndex: number;
  readonly ModifyIndex: number;
}

describe('a table', () => {
  it('stays in order through whatever happens to its records', () => {
    const random = new Random(5);
    const table = new Table<Item>();
    for (let index = 1; index <= 3000; index += 1) {
      const known = [...table.values()][Math.floor(random.next() * table.size * 2)];
      if (known === undefined) table.set(`id-${String(index)}`, item(index));
      else if (random.next() < 0.3) table.delete(known.ID);
      else table.set(known.ID, { ...known, ModifyIndex: index });
      // Looked at now and then, so that few and many changes are worked in.
      if (random.next() > 0.05 && index % 1000 !== 0) continue;
      for (const order of [byId, byCreation, byChange]) {
        assert.deepEqual(table.inOrder(order), [...table.values()].sort(order));
      }
    }
    assert.ok(table.size > 100);
    table.clear();
    assert.deepEqual(table.inOrder(byId), []);
  });

  it('finds the ids that start alike', () => {
    const items = ['a', 'ab', 'abc', 'abd', 'b'].map((ID) => ({ ID }));
    assert.deepEqual(
      startingWith(items, 'ab').map(({ ID }) => ID),
      ['ab', 'abc', 'abd'],
    );
    assert.deepEqual(startingWith(items, 'c'), []);
    assert.equal(startingWith(items, '').length, 5);
    assert.equal(
      firstIndex(items, ({ ID }) => ID > 'abc'),
      3,
    );
  });
});

function item(index: number): Item {
  return { ID: `id-${String(index)}`, CreateIndex: index, ModifyIndex: index };
}
