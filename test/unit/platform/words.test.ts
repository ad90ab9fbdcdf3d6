import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { counted, shortened } from '../../../src/platform/words.ts';

describe('words', () => {
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
