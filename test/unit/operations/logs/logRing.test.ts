import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { LogRing } from '../../../../src/operations/logs/logRing.ts';
import type { LogLine } from '../../../../src/operations/logs/types.ts';
import { taskLog } from './modelLog.ts';

const line = (number: number, text = `line ${String(number)}`): LogLine => ({
  kind: 'line',
  source: taskLog,
  text,
  atMs: 0,
  position: { file: 0, offset: number },
  next: { file: 0, offset: number + 1 },
});

describe('The ring of log lines', () => {
  it('keeps the newest, numbers all, and knows what it dropped', () => {
    const ring = new LogRing({ entries: 10, bytes: 1e9 });
    assert.equal(ring.beginningOf(taskLog.key), undefined);
    for (let number = 0; number < 5000; number += 1) {
      assert.equal(ring.push([line(number)]), number < 10 ? 0 : 1);
    }
    assert.deepEqual([ring.size, ring.first, ring.next, ring.droppedLines], [10, 4990, 5000, 4990]);
    assert.deepEqual(
      [...ring].map(({ text }) => text),
      Array.from({ length: 10 }, (_, at) => `line ${String(4990 + at)}`),
    );
    assert.deepEqual(
      ring.from(4998).map(({ text }) => text),
      ['line 4998', 'line 4999'],
    );
    assert.deepEqual([ring.at(4989), ring.at(4990)?.text, ring.at(5000)], [undefined, 'line 4990', undefined]);
    assert.deepEqual(ring.beginningOf(taskLog.key), { file: 0, offset: 4990 });
  });

  it('keeps no more than so many bytes, and one entry at least', () => {
    const ring = new LogRing({ entries: 1e6, bytes: 100_000 });
    for (let number = 0; number < 500; number += 1) ring.push([line(number, 'x'.repeat(1000))]);
    assert.ok(ring.bytes <= 100_000 && ring.size > 30 && ring.size < 50, String(ring.size));
    ring.push([line(500, 'y'.repeat(200_000))]);
    assert.deepEqual([ring.size, ring.first], [1, 500]);
  });

  it('counts notes, which are no lines', () => {
    const ring = new LogRing({ entries: 2, bytes: 1e9 });
    ring.push([{ kind: 'waiting', atMs: 0, text: 'waits' }, line(3), line(4), line(5)]);
    assert.deepEqual([ring.first, ring.droppedLines], [2, 1]);
    ring.clear();
    assert.deepEqual([ring.size, ring.first, ring.bytes], [0, 4, 0]);
    assert.deepEqual(ring.beginningOf(taskLog.key), { file: 0, offset: 6 });
  });
});
