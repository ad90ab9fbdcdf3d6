import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { counted, plainLabel, shortened, withoutControls } from '../../../src/platform/words.ts';

describe('words', () => {
  it('show an icon’s spelling as text in labels', () => {
    assert.equal(plainLabel('$(flame) web'), '\\$(flame) web');
  });

  it('lose control characters, line ends and direction overrides', () => {
    assert.equal(withoutControls('a\u0000b\r\nc\u202ed'), 'a b c d');
    assert.equal(withoutControls('größe 🚀 職'), 'größe 🚀 職');
  });

  it('are cut at a word where one is near', () => {
    assert.equal(shortened('one two three', 20), 'one two three');
    assert.equal(shortened('one two three four', 14), 'one two three…');
    assert.equal(shortened('x'.repeat(30), 10), `${'x'.repeat(9)}…`);
  });

  it('count in the singular and the plural', () => {
    assert.equal(counted(1, 'canary', 'canaries'), '1 canary');
    assert.equal(counted(0, 'job'), '0 jobs');
  });
});
