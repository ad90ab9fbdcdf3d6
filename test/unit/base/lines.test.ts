import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'mocha';
import { lines, LineTooLongError } from '../../../src/base/lines.ts';

async function split(parts: readonly Uint8Array[], maxLineBytes = 1000): Promise<string[]> {
  const found: string[] = [];
  for await (const line of lines(Readable.from(parts), maxLineBytes)) found.push(line);
  return found;
}

describe('lines', () => {
  it('are whole wherever the chunks are cut, characters included', async () => {
    const text = 'größe 🚀\r\n{}\n\nlast';
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

  it('may not grow beyond the limit', async () => {
    await assert.rejects(split([Buffer.alloc(600, 97), Buffer.alloc(600, 97)]), LineTooLongError);
    assert.equal((await split([Buffer.alloc(1000, 97), Buffer.from('\n')])).length, 1);
  });
});
