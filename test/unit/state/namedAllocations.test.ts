import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { allocationRecord } from '../../../src/state/tables/allocationRecords.ts';
import { namedAllocations } from '../../../src/state/tables/namedAllocations.ts';
import { Store } from '../../../src/state/tables/store.ts';
import { makeAllocation } from './build.ts';

const tail = '-1b2d-4d56-9a3f-0f5e7c1a2b3c';

describe('allocations that are named', () => {
  function storeOf(ids: Iterable<string>): Store {
    const store = new Store();
    for (const id of ids) store.apply('allocations', allocationRecord(makeAllocation(0, { ID: id }), 1));
    return store;
  }

  const named = (store: Store, ...names: string[]) =>
    [...namedAllocations(store, new Set(names))].map(([name, { id }]) => [name, id]);

  it('are found by their whole id and by its first eight characters', () => {
    const store = storeOf([`8c98f833${tail}`, `11111111${tail}`]);
    assert.deepEqual(named(store, `8c98f833${tail}`, '11111111'), [
      [`8c98f833${tail}`, `8c98f833${tail}`],
      ['11111111', `11111111${tail}`],
    ]);
    assert.deepEqual(named(store, '22222222', `22222222${tail}`, '8c98', '', '__proto__'), []);
  });

  it('are not guessed where several begin so', () => {
    const other = '8c98f833-0000-4000-8000-000000000000';
    const store = storeOf([`8c98f833${tail}`, other]);
    assert.deepEqual(named(store, '8c98f833', other), [[other, other]]);
  });

  it('are no longer found once they are gone', () => {
    const store = storeOf([`8c98f833${tail}`]);
    store.remove('allocations', `8c98f833${tail}`);
    assert.deepEqual(named(store, '8c98f833', `8c98f833${tail}`), []);
  });

  it('cost one look at each id however many names there are, and none for whole ids', () => {
    const store = storeOf(Array.from({ length: 1000 }, (_, at) => `${at.toString(16).padStart(8, '0')}${tail}`));
    let looks = 0;
    const counted = {
      allocations: new Proxy(store.allocations, {
        get: (map, key) => {
          if (key === Symbol.iterator) looks += 1;
          const value: unknown = Reflect.get(map, key);
          return typeof value === 'function' ? (value as () => unknown).bind(map) : value;
        },
      }),
    } as unknown as Store;
    const short = Array.from({ length: 500 }, (_, at) => at.toString(16).padStart(8, '0'));
    assert.equal(named(counted, ...short).length, 500);
    assert.equal(looks, 1);
    assert.equal(named(counted, `00000001${tail}`, `22222222${tail}`).length, 1);
    assert.equal(looks, 1);
  });
});
