import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { namesInZip } from '../../run/zip.ts';

/** The list at the end of a zip file, which is all that is read of it. */
function zipOf(names: readonly string[], comment = ''): Buffer {
  const entries = names.map((name) => {
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(Buffer.byteLength(name), 28);
    entry.writeUInt16LE(4, 30);
    entry.writeUInt16LE(2, 32);
    return Buffer.concat([entry, Buffer.from(name), Buffer.alloc(6)]);
  });
  const before = Buffer.from('what is packed');
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(names.length, 10);
  end.writeUInt32LE(before.length, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([before, ...entries, end, Buffer.from(comment)]);
}

describe('the list of a zip file', () => {
  it('has its names in order, whatever stands beside them', () => {
    const names = ['extension/package.json', 'extension/dist/ä.cjs'];
    assert.deepEqual(namesInZip(zipOf(names)), names);
    assert.deepEqual(namesInZip(zipOf(names, 'a comment')), names);
    assert.deepEqual(namesInZip(zipOf([])), []);
  });

  it('is not made up where there is none', () => {
    assert.throws(() => namesInZip(Buffer.from('no zip file, but long enough for the end of one')), /not a zip file/);
    const broken = zipOf(['a', 'b']);
    broken.writeUInt32LE(0, 'what is packed'.length);
    assert.throws(() => namesInZip(broken), /broken/);
  });
});
