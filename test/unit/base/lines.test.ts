import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'mocha';
import { lines, LineCutError, LineTooLongError } from '../../../src/base/lines.ts';

async function split(parts: readonly Uint8Array[], maxLineBytes = 1000): Promise<string[]> {
  const found: string[] = [];
  for await (const line of lines(Readable.from(parts), maxLineBytes)) found.push(line);
  return found;
}

describe('lines', () => {
  it('are whole wherever the chunks are cut, characters included', async () => {
    const text = 'größe 🚀\r\n{}\n\nlast\n';
    const bytes = Buffer.from(text);
    for (let size = 1; size <= bytes.length; size += 1) {
      const parts: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size));
      assert.deepEqual(await split(parts), ['größe 🚀', '{}', '', 'last'], `chunks of ${String(size)}`);
    }
  });

  it('end with the stream, without an empty last one', async () => {
    assert.deepEqual(await split([Buffer.from('one\n')]), ['one']);
    assert.deepEqual(await split([]), []);
  });

  it('are cut where the stream ends within one, wherever the chunks are', async () => {
    const bytes = Buffer.from('one\n{"two":"größe');
    for (const cut of [1, 4, 5, 14, bytes.length]) {
      const parts = [bytes.subarray(0, cut), bytes.subarray(cut)].filter((part) => part.length > 0);
      const found: string[] = [];
      const read = async () => {
        for await (const line of lines(Readable.from(parts), 1000)) found.push(line);
      };
      await assert.rejects(read(), (error) => error instanceof LineCutError && error.rest === '{"two":"größe');
      assert.deepEqual(found, ['one']);
    }
  });

  it('may not grow beyond the limit, and say how they start', async () => {
    const parts = [Buffer.from('{"Ind'), Buffer.from('ex":7,'), Buffer.alloc(600, 97), Buffer.alloc(600, 97)];
    await assert.rejects(
      split(parts),
      (error) => error instanceof LineTooLongError && /^\{"Index":7,a{245}$/.test(error.start),
    );
    assert.equal((await split([Buffer.alloc(1000, 97), Buffer.from('\n')])).length, 1);
  });
});
