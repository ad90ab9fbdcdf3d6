import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { lineEdits, partEdit } from '../../../../src/editor/allocations/lineEdits.ts';

const lines = (text: string) => text.split('');

function applied(before: string, after: string): string {
  const result = lines(before);
  for (const { from, to, lines: own } of [...lineEdits(lines(before), lines(after))].reverse()) {
    result.splice(from, to - from, ...own);
  }
  return result.join('');
}

describe('the lines of a document that changes', () => {
  it('become what they have to, whatever they were', () => {
    const words = ['', 'a', 'ab', 'abc', 'xabc', 'abxc', 'xaybzc', 'cba', 'aabbcc', 'abcabc', 'bcd'];
    for (const before of words) for (const after of words) assert.equal(applied(before, after), after);
    const long = 'ab'.repeat(400);
    assert.equal(applied(long, `x${'ba'.repeat(390)}`), `x${'ba'.repeat(390)}`);
  });

  it('are touched no more than that takes', () => {
    assert.deepEqual(lineEdits(lines('abc'), lines('abc')), []);
    assert.deepEqual(lineEdits(lines('abcd'), lines('axcy')), [
      { from: 1, to: 2, lines: ['x'] },
      { from: 3, to: 4, lines: ['y'] },
    ]);
    assert.deepEqual(lineEdits(lines('abcd'), lines('1abxcd')), [
      { from: 0, to: 0, lines: ['1'] },
      { from: 2, to: 2, lines: ['x'] },
    ]);
    assert.deepEqual(lineEdits(lines('abcd'), lines('ad')), [{ from: 1, to: 3, lines: [] }]);
  });

  it('change where they differ, whatever is the same around it', () => {
    const words = ['', 'a', 'aa', 'aba', 'abba', 'cpu 3 of 9', 'cpu 31 of 9', 'cpu 3 of 99'];
    for (const before of words) {
      for (const after of words) {
        const { start, end, text } = partEdit(before, after) ?? { start: 0, end: 0, text: '' };
        assert.equal(before.slice(0, start) + text + before.slice(end), after);
      }
    }
    assert.deepEqual(partEdit('cpu 3 of 9', 'cpu 41 of 9'), { start: 4, end: 5, text: '41' });
  });
});
