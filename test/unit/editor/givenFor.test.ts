import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { givenFor, withGiven } from '../../../src/editor/jobspecs/givenFor.ts';
import { clusterId } from '../../../src/state/clusters/clusterId.ts';

const [test, prod] = [clusterId('https://test:4646', undefined), clusterId('https://prod:4646', undefined)];

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

describe('what is given for a jobspec', () => {
  const on = (kept: unknown, cluster?: typeof test) => givenFor(kept, cluster, isText);
  const put = (kept: unknown, cluster: typeof test | undefined, given?: string) =>
    withGiven(kept, cluster, given, isText);

  it('counts for its cluster, and is a start on another one, the last that was given', () => {
    const kept = put(put(undefined, test, 'a'), prod, 'b');
    assert.deepEqual(on(kept, test), { here: 'a', elsewhere: undefined });
    assert.deepEqual(on(kept, prod), { here: 'b', elsewhere: undefined });
    assert.deepEqual(on(kept, clusterId('https://new:4646', undefined)), { here: undefined, elsewhere: 'b' });
    // An empty answer is an answer, too.
    assert.deepEqual(on(put(kept, prod, ''), prod), { here: '', elsewhere: undefined });
  });

  it('counts without a connection as it was given last', () => {
    const kept = put(put(undefined, test, 'a'), prod, 'b');
    assert.deepEqual(on(kept), { here: 'b', elsewhere: undefined });
    assert.deepEqual(on(put(kept, undefined, 'c'), prod), { here: 'c', elsewhere: undefined });
    assert.deepEqual(on(put(undefined, undefined, 'c')), { here: 'c', elsewhere: undefined });
    assert.deepEqual(on(put(undefined, undefined, 'c'), prod), { here: undefined, elsewhere: 'c' });
  });

  it('was kept without a cluster once: that is a start on any', () => {
    assert.deepEqual(on('a', test), { here: undefined, elsewhere: 'a' });
    assert.deepEqual(on(put('a', test, 'b'), test), { here: 'b', elsewhere: undefined });
  });

  it('is forgotten for one cluster and not for others', () => {
    const kept = put(put(undefined, test, 'a'), prod, 'b');
    assert.deepEqual(on(put(kept, prod), prod), { here: undefined, elsewhere: 'a' });
    assert.equal(put(put(undefined, test, 'a'), test), undefined);
  });

  it('is nothing where something else was kept, be it under names that objects have', () => {
    for (const kept of [
      undefined,
      null,
      3,
      [],
      {},
      { clusters: null, last: 'x' },
      { clusters: { [test]: 1 }, last: test },
    ]) {
      assert.deepEqual(on(kept, test), { here: undefined, elsewhere: undefined }, JSON.stringify(kept));
    }
    for (const cluster of ['__proto__' as typeof test, undefined]) {
      const nothing = { here: undefined, elsewhere: undefined };
      assert.deepEqual(on({ clusters: {}, last: 'constructor' }, cluster), nothing);
    }
  });
});
