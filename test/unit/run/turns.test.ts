import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Turns } from '../../run/turns.ts';

describe('those who work side by side', () => {
  it('are heard one after the other, the first at once', () => {
    let heard = '';
    const turns = new Turns((text) => (heard += text));
    const [first, second, third] = [turns.take(), turns.take(), turns.take()];
    first.write('1a ');
    second.write('2a ');
    third.write('3a ');
    first.write('1b ');
    assert.equal(heard, '1a 1b ');
    third.end();
    first.end();
    assert.equal(heard, '1a 1b 2a ');
    second.write('2b ');
    assert.equal(heard, '1a 1b 2a 2b ');
    second.end();
    assert.equal(heard, '1a 1b 2a 2b 3a ');
  });
});
