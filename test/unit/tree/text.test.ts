import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { factTable, plainLabel } from '../../../src/tree/text.ts';
import { markdownText } from '../../../src/wording/markdown.ts';
import { exactTime } from '../../../src/tree/times.ts';
import { clockTime } from '../../../src/wording/ages.ts';

describe('text of a view', () => {
  it('never makes an empty label', () => {
    assert.equal(plainLabel('\u0001\u202e'), '(unprintable name)');
    assert.equal(plainLabel('\t'), '(unprintable name)');
    assert.equal(plainLabel('web'), 'web');
  });

  it('leaves no mark of Markdown or HTML that acts', () => {
    const hostile =
      '[x](command:nomad.stopJob) ![i](https://e.example/a.png) <b>bold</b> `c` | **d** &amp; www.e.example';
    const escaped = markdownText(hostile);
    assert.equal(/(?<!\\)[[\]()!`*_.:/]/u.exec(escaped), null);
    assert.equal(/[<>|]/u.exec(escaped), null);
    assert.ok(escaped.includes('&amp;amp\\;'));
    assert.ok(escaped.includes('&#124;'));
  });

  it('keeps a table one line a fact', () => {
    const table = factTable('a\n# b', [['Job', 'x\n| y | z |']]);
    assert.deepEqual(table.split('\n'), [
      '**a \\# b**',
      '',
      '| | |',
      '|---|---|',
      '| Job | x &#124; y &#124; z &#124; |',
    ]);
  });
});

describe('times of a view', () => {
  it('says the exact time with its zone', () => {
    const moment = Date.UTC(2026, 10, 20, 0, 2, 11);
    assert.equal(exactTime(moment, 'UTC'), '2026-11-20 00:02:11 UTC');
    assert.equal(exactTime(moment, 'Europe/Berlin'), '2026-11-20 01:02:11 CET');
    assert.equal(clockTime(moment, 'Asia/Kolkata'), '05:32');
  });
});
