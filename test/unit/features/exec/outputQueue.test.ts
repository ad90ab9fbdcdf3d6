import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { OutputQueue } from '../../../../src/features/exec/outputQueue.ts';
import { FakeClock } from '../../../support/fakeClock.ts';

describe('the output queue', () => {
  let written: string[];
  let calls: string[];
  let clock: FakeClock;
  let queue: OutputQueue;

  beforeEach(() => {
    written = [];
    calls = [];
    clock = new FakeClock();
    queue = new OutputQueue({
      write: (text) => written.push(text),
      hold: () => calls.push('hold'),
      release: () => calls.push('release'),
      clock,
    });
  });

  afterEach(() => {
    queue.dispose();
  });

  it('joins what comes in one turn', async () => {
    queue.push('a');
    queue.push('b');
    assert.deepEqual(written, []);
    await clock.advance(0);
    assert.deepEqual(written, ['ab']);
  });

  it('writes what comes after a pause at once, and joins what follows soon', async () => {
    queue.push('k');
    await Promise.resolve();
    assert.deepEqual(written, ['k']);
    queue.push('e');
    queue.push('y');
    await Promise.resolve();
    assert.deepEqual(written, ['k']);
    await clock.advance(8);
    assert.deepEqual(written, ['k', 'ey']);
    await clock.advance(8);
    queue.push('s');
    await Promise.resolve();
    assert.deepEqual(written, ['k', 'ey', 's']);
  });

  it('hands a flood on in pieces, in order and complete', async () => {
    const text = Array.from({ length: 40_000 }, (_, index) => String(index)).join(' ');
    queue.push(text);
    await clock.advance(1000);
    assert.ok(written.length > 1);
    assert.ok(written.every((piece) => piece.length <= 64 * 1024));
    assert.equal(written.join(''), text);
    assert.deepEqual(calls, []);
  });

  it('holds the source while too much waits, and releases it once', async () => {
    queue.push('x'.repeat(1024 * 1024 + 1));
    queue.push('y');
    assert.deepEqual(calls, ['hold']);
    await clock.advance(1000);
    assert.deepEqual(calls, ['hold', 'release']);
    assert.equal(written.join('').length, 1024 * 1024 + 2);
  });

  it('writes all of it when flushed, and nothing after its end', async () => {
    queue.push('last words');
    queue.flush();
    assert.deepEqual(written, ['last words']);
    queue.push('too late');
    queue.dispose();
    await clock.advance(1000);
    assert.deepEqual(written, ['last words']);
  });
});
