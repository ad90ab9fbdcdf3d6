import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { dealOut } from '../../run/dealOut.ts';

describe('what is dealt out', () => {
  const cost = (thing: string) => Number(/\d+/.exec(thing)?.[0] ?? 1);

  it('is as much for each as it can be, in the order that it had', () => {
    const dealt = dealOut(['a', 'b3', 'c', 'd6', 'e2', 'f'], cost, 2);
    assert.deepEqual(dealt, [
      ['c', 'd6'],
      ['a', 'b3', 'e2', 'f'],
    ]);
  });

  it('is all of it, whatever the number of hands', () => {
    const things = ['a', 'b', 'c'];
    for (const hands of [1, 2, 3, 5]) assert.deepEqual(dealOut(things, cost, hands).flat().sort(), things);
    assert.throws(() => dealOut(things, cost, 0));
  });
});
