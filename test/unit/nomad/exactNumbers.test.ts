import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { millisecondsOf } from '../../../src/state/tables/wire.ts';
import { compareExact, parseExact, parseSigned } from '../../../src/nomad/http/exactNumbers.ts';

describe('parseExact', () => {
  it('keeps what a number would round, in the named fields', () => {
    const text =
      '{"ID":"a","SubmitTime":1795220953604234961,"Jobs":[{"SubmitTime" : 1795220953604234962 }],"Time":1795220953604234961}';
    assert.deepEqual(parseExact(text, ['SubmitTime']), {
      ID: 'a',
      SubmitTime: '1795220953604234961',
      Jobs: [{ SubmitTime: '1795220953604234962' }],
      // eslint-disable-next-line no-loss-of-precision
      Time: 1795220953604234961,
    });
  });

  it('leaves small and other values as they are', () => {
    const text = '{"T":0,"a":{"T":null},"b":{"T":"1795220953604234961"},"c":{"T":-1795220953604234961},"d":{"T":1e20}}';
    assert.deepEqual(parseExact(text, ['T']), {
      T: 0,
      a: { T: null },
      b: { T: '1795220953604234961' },
      c: { T: '-1795220953604234961' },
      d: { T: 1e20 },
    });
  });

  it('does not touch texts that look like a field', () => {
    const value = { note: 'x,"T":1795220953604234961,', '{"T': 1, list: ['{', '"T":1795220953604234961}'] };
    assert.deepEqual(parseExact(JSON.stringify(value), ['T']), value);
  });

  it('takes any name of a field, and none', () => {
    assert.deepEqual(parseExact('{"a.b|(c":1795220953604234961,"axb":1}', ['a.b|(c']), {
      'a.b|(c': '1795220953604234961',
      axb: 1,
    });
    assert.deepEqual(parseExact('[1]', []), [1]);
    assert.throws(() => parseExact('[1', ['a']), SyntaxError);
  });
});

describe('parseSigned', () => {
  it('reads what fell below zero as what it is', () => {
    const text =
      '{"a":{"Place":18446744073709551615,"Stop": 18446744073709551613 },"Updates":{"create/destroy update":18446744073709551614}}';
    assert.deepEqual(parseSigned(text), {
      a: { Place: -1, Stop: -3 },
      Updates: { 'create/destroy update': -2 },
    });
  });

  it('leaves other numbers and texts alone', () => {
    const value = { Place: 3, note: '"Place":18446744073709551615,', list: ['18446744073709551615'] };
    assert.deepEqual(parseSigned(JSON.stringify(value)), value);
    assert.deepEqual(parseSigned('{"Place":1844674407370955161}'), { Place: Number('1844674407370955161') });
    assert.throws(() => parseSigned('{"Place":18446744073709551615'), SyntaxError);
  });
});

describe('compareExact', () => {
  it('tells times apart that are a nanosecond apart', () => {
    assert.equal(compareExact('1795220953604234961', '1795220953604234962'), -1);
    assert.equal(compareExact('1795220953604234961', '1795220953604234961'), 0);
    assert.equal(compareExact('1795220953604234961', 0), 1);
    assert.equal(compareExact(5, 7), -1);
  });
});

describe('Times in nanoseconds that were rounded', () => {
  it('never change places as milliseconds, and are at most one off', () => {
    const start = 1_795_220_953_604_000_000n;
    let last = 0;
    // Around the end of a millisecond, by steps that rounding swallows.
    for (let step = -2000n; step <= 2000n; step += 7n) {
      const exact = start + step;
      const shown = millisecondsOf(Number(exact)) ?? 0;
      const difference = BigInt(shown) - exact / 1_000_000n;
      assert.ok(shown >= last, String(exact));
      assert.ok(difference === 0n || difference === 1n, `${String(exact)}: ${String(difference)}`);
      last = shown;
    }
  });
});
