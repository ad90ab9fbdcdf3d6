import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { allocationIds } from '../../../src/wording/allocationIds.ts';

const whole = '8c98f833-1b2d-4d56-9a3f-0f5e7c1a2b3c';

describe('ids of allocations in a line', () => {
  const found = (line: string) =>
    allocationIds(line).map(({ start, end, id }) => {
      assert.equal(line.slice(start, end).toLowerCase(), id);
      return id;
    });

  for (const line of [
    whole,
    `{"alloc_id":"${whole}"}`,
    `/var/nomad/alloc/${whole}/main/local`,
    `docker: main-${whole}`,
    `allocation=${whole},`,
    `漢${whole}。`,
    whole.toUpperCase(),
  ]) {
    it(`are found whole in ${line}`, () => {
      assert.deepEqual(found(line), [whole]);
    });
  }

  for (const line of ['8c98f833', '8c98f833  node-1  app', '(8c98f833)', 'alloc 8c98f833: done', '8C98F833.']) {
    it(`are found short in ${line}`, () => {
      assert.deepEqual(found(line), ['8c98f833']);
    });
  }

  for (const line of [
    '',
    '8c98f8331b2d4d569a3f0f5e7c1a2b3c',
    '8c98f833a',
    'x8c98f833',
    'file-8c98f833.txt',
    '8c98f833-1b2d',
    '8c98f833_1',
    `${whole}0`,
    `a${whole}`,
    'deadbeeg',
  ]) {
    it(`are not in ${line}`, () => {
      assert.deepEqual(found(line), []);
    });
  }

  it('are looked for in the first part of a long line alone, and no more than a hundred', () => {
    assert.deepEqual(found(`${'x'.repeat(5000)} ${whole}`), []);
    assert.equal(found('8c98f833 '.repeat(1_000_000)).length, 100);
    assert.deepEqual(found('0'.repeat(10_000_000)), []);
  });
});
