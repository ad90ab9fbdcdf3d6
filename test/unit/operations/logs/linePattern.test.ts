import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { LinePattern } from '../../../../src/operations/logs/linePattern.ts';

describe('A pattern for lines', () => {
  it('says where it was found in each', () => {
    const pattern = new LinePattern('er+or|b*');
    assert.deepEqual(new LinePattern('er+or').find(['an error, an ERROR', 'none']), [
      [
        [3, 8],
        [13, 18],
      ],
      [],
    ]);
    assert.deepEqual(new LinePattern('ERROR', { caseSensitive: true }).find(['an error, an ERROR']), [[[13, 18]]]);
    assert.ok((pattern.find(['xyz'])[0]?.length ?? 0) > 0);
    assert.equal(pattern.test('xyz'), true);
  });

  it('looks through many lines', () => {
    const lines = Array.from({ length: 50_000 }, (_, at) => `line number ${String(at)}`);
    const found = new LinePattern('number 4?9999$').find(lines);
    assert.deepEqual(
      found.flatMap((ranges, at) => (ranges.length > 0 ? [at] : [])),
      [9999, 49_999],
    );
  });

  it('is given up where it would take for ever', () => {
    const pattern = new LinePattern('^(a+)+$');
    assert.throws(() => pattern.find([`${'a'.repeat(60)}!`]), { name: 'UserError', message: /takes too long/ });
    // It can be asked again.
    assert.equal(pattern.test('aaa'), true);
  });

  it('is refused where it is none', () => {
    assert.throws(() => new LinePattern('a('), { name: 'UserError', message: /Unterminated group/ });
  });
});
