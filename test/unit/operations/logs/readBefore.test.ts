import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readBefore } from '../../../../src/operations/logs/readBefore.ts';
import type { LogPosition } from '../../../../src/operations/logs/types.ts';
import { ModelLog, taskLog } from './modelLog.ts';
import { randomFrom } from './support.ts';

const signal = new AbortController().signal;

/** Files of numbered lines, none of them cut between two files. */
function numbered(count: number, fileBytes: number, first = 0): { model: ModelLog; end: LogPosition } {
  const model = new ModelLog();
  const random = randomFrom(count);
  let file = first;
  let text = '';
  for (let line = 0; line < count; line += 1) {
    text += `line ${String(line)} ${'x'.repeat(random(150))}\n`;
    if (text.length < fileBytes) continue;
    model.files.set(file, Buffer.from(text));
    file += 1;
    text = '';
  }
  model.files.set(file, Buffer.from(text));
  return { model, end: { file, offset: text.length } };
}

describe('Older lines of a log', () => {
  it('are read page by page up to the first, each once', async () => {
    for (const [count, fileBytes, bytes] of [
      [3000, 100_000, 20_000],
      [40_000, 900_000, 150_000],
      [10, 10_000, 64_000],
    ] as const) {
      const { model, end } = numbered(count, fileBytes);
      const numbers: number[] = [];
      let position = end;
      let pages = 0;
      for (let atStart = false; !atStart; pages += 1) {
        const older = await readBefore(model.client, taskLog, position, { bytes, signal });
        numbers.unshift(...older.lines.map(({ text }) => Number(text.split(' ')[1])));
        ({ from: position, atStart } = older);
        assert.ok(pages < 200);
      }
      assert.deepEqual(numbers, [...Array(count).keys()]);
      assert.deepEqual(position, { file: 0, offset: 0 });
    }
  });

  it('end where the oldest file does', async () => {
    const { model, end } = numbered(5000, 100_000, 7);
    let position = end;
    let lines = 0;
    for (;;) {
      const older = await readBefore(model.client, taskLog, position, { bytes: 100_000, signal });
      lines += older.lines.length;
      position = older.from;
      if (older.atStart) break;
    }
    assert.deepEqual([lines, position], [5000, { file: 7, offset: 0 }]);
  });

  it('far from the end are found without reading all between', async () => {
    const { model } = numbered(200_000, 2_000_000);
    const { lines } = await readBefore(model.client, taskLog, { file: 1, offset: 500_000 }, { bytes: 10_000, signal });
    assert.ok(lines.length > 50 && lines.length < 300, String(lines.length));
    assert.ok(model.asked.length <= 10, JSON.stringify(model.asked));
  });

  it('that are longer than what is asked for come whole, up to a bound', async () => {
    const model = new ModelLog();
    model.files.set(0, Buffer.from(`first\n${'y'.repeat(50_000)}\nlast\n`));
    const { lines } = await readBefore(model.client, taskLog, { file: 0, offset: 50_007 }, { bytes: 1000, signal });
    assert.equal(lines.at(-1)?.text, 'y'.repeat(50_000));
  });
});
