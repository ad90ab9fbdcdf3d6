import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'mocha';
import { logPieces } from '../../../../src/operations/logs/logPieces.ts';
import type { LogPiece, Wanted } from '../../../../src/operations/logs/logPieces.ts';
import type { LogPosition } from '../../../../src/operations/logs/types.ts';
import { ModelLog, taskLog } from './modelLog.ts';
import { randomFrom } from './support.ts';

const noise = randomBytes(1 << 22);
const signal = new AbortController().signal;

async function readAll(
  model: ModelLog,
  wanted: Wanted,
  follow = false,
): Promise<{ pieces: LogPiece[]; bytes: Buffer }> {
  const pieces: LogPiece[] = [];
  let beats = 0;
  for await (const piece of logPieces(model.client, taskLog, wanted, { follow, signal })) {
    if (piece.kind === 'beat') beats += 1;
    else pieces.push(piece);
    if (beats > 5) break;
  }
  const data = pieces.flatMap((piece) => (piece.kind === 'data' ? [piece.data] : []));
  return { pieces, bytes: Buffer.concat(data) };
}

/** Files of random sizes, the first of a random number. */
function randomModel(random: (below: number) => number, largest = 400_000): ModelLog {
  const model = new ModelLog();
  const first = random(5);
  const count = 1 + random(5);
  let used = 0;
  for (let at = 0; at < count; at += 1) {
    const size = random(4) === 0 ? random(2000) : random(largest);
    model.files.set(first + at, noise.subarray(used, used + size));
    used += size;
  }
  return model;
}

function randomPosition(model: ModelLog, random: (below: number) => number): LogPosition {
  const numbers = [...model.files.keys()];
  const file = numbers[random(numbers.length)] ?? 0;
  return { file, offset: random((model.files.get(file)?.length ?? 0) + 1) };
}

const kindsOf = (pieces: readonly LogPiece[]) => [...new Set(pieces.map(({ kind }) => kind))];

describe('A log that is read from a place', () => {
  it('gives all from there on, each byte once, and says where it stands', async () => {
    const random = randomFrom(3);
    for (let round = 0; round < 200; round += 1) {
      const model = randomModel(random);
      const wanted = randomPosition(model, random);
      const { pieces, bytes } = await readAll(model, wanted, round % 2 === 0);
      assert.ok(bytes.equals(model.from(wanted.file, wanted.offset)), `round ${String(round)}`);
      for (const piece of pieces) {
        assert.ok(piece.kind === 'data' && !piece.midLine, piece.kind);
        const { file, offset } = piece.position;
        assert.ok(
          model.files
            .get(file)
            ?.subarray(offset, offset + piece.data.length)
            .equals(piece.data),
        );
      }
    }
  });

  it('goes on after breaks without a loss and without repeating, while files are added and removed', async () => {
    const random = randomFrom(11);
    for (let round = 0; round < 60; round += 1) {
      const model = new ModelLog();
      model.files.set(0, Buffer.alloc(0));
      let written = 0;
      const all: Buffer[] = [];
      let last = 0;
      const write = (size: number) => {
        const part = noise.subarray(written % 3_000_000, (written % 3_000_000) + size);
        written += size;
        all.push(part);
        model.files.set(last, Buffer.concat([model.files.get(last) ?? Buffer.alloc(0), part]));
        if ((model.files.get(last)?.length ?? 0) > 500_000) model.files.set((last += 1), Buffer.alloc(0));
      };
      write(random(300_000));
      // It reads more between two breaks than is written, so three files are enough.
      model.onConnect = () => {
        write(random(60_000));
        for (const number of [...model.files.keys()]) if (number < last - 2) model.files.delete(number);
      };
      const read: Uint8Array[] = [];
      let wanted: Wanted = 'start';
      for (let connection = 0; connection < 12; connection += 1) {
        model.breakAfter = connection === 11 ? Infinity : 150_000 + random(300_000);
        try {
          for await (const piece of logPieces(model.client, taskLog, wanted, { follow: false, signal })) {
            assert.ok(piece.kind === 'data', piece.kind);
            read.push(piece.data);
            wanted = { file: piece.position.file, offset: piece.position.offset + piece.data.length };
          }
        } catch (error) {
          assert.equal((error as Error).message, 'broken');
        }
      }
      const expected = Buffer.concat(all);
      const got = Buffer.concat(read);
      assert.ok(got.equals(expected.subarray(0, got.length)), `round ${String(round)}`);
      assert.ok(got.length > 0);
    }
  });

  it('says that what it was to go on from is gone, and goes on with the oldest that is left', async () => {
    const model = new ModelLog();
    for (const number of [4, 5]) model.files.set(number, noise.subarray(0, 300_000));
    const { pieces, bytes } = await readAll(model, { file: 2, offset: 77 });
    assert.deepEqual(pieces[0], { kind: 'gap', from: { file: 2, offset: 77 }, to: { file: 4, offset: 0 } });
    assert.equal(bytes.length, 600_000);
  });

  it('says that files were removed while it was read', async () => {
    const model = new ModelLog();
    for (const number of [0, 3]) model.files.set(number, noise.subarray(0, 1000));
    const { pieces } = await readAll(model, 'start');
    assert.deepEqual(
      pieces.map(({ kind }) => kind),
      ['data', 'gap', 'data'],
    );
    assert.deepEqual(pieces[1], { kind: 'gap', from: { file: 0, offset: 1000 }, to: { file: 3, offset: 0 } });
  });

  it('begins anew where the file was made shorter meanwhile', async () => {
    const model = new ModelLog();
    model.files.set(0, noise.subarray(0, 100));
    for (const follow of [true, false]) {
      const { pieces, bytes } = await readAll(model, { file: 0, offset: 5000 }, follow);
      assert.deepEqual(kindsOf(pieces), ['truncated', 'data']);
      assert.equal(bytes.length, 100);
    }
    model.files.set(0, Buffer.alloc(0));
    assert.deepEqual(kindsOf((await readAll(model, { file: 0, offset: 5000 }, true)).pieces), ['truncated']);
    // At its end there is nothing to be said.
    model.files.set(0, noise.subarray(0, 5000));
    assert.deepEqual((await readAll(model, { file: 0, offset: 5000 }, true)).pieces, []);
  });

  it('begins so many bytes before the end, within a line maybe', async () => {
    const model = new ModelLog();
    model.files.set(0, noise.subarray(0, 900_000));
    const { pieces, bytes } = await readAll(model, { tailBytes: 10_000 });
    assert.ok(bytes.equals(noise.subarray(890_000, 900_000)));
    assert.equal(pieces[0]?.kind === 'data' && pieces[0].midLine, true);
    const far = await readAll(model, { tailBytes: 300_000 });
    assert.equal(far.bytes.length, 300_000);
    // What is short is given from its start.
    model.files.set(0, noise.subarray(0, 900));
    const short = await readAll(model, { tailBytes: 100 });
    assert.deepEqual([short.bytes.length, short.pieces[0]?.kind === 'data' && short.pieces[0].midLine], [900, false]);
  });

  it('leaves out what was written since, where it is told to go on near the end', async () => {
    const model = new ModelLog();
    model.files.set(0, noise.subarray(0, 900_000));
    const { pieces, bytes } = await readAll(model, { tailBytes: 1000, after: { file: 0, offset: 500 } });
    assert.deepEqual(pieces[0], { kind: 'gap', from: { file: 0, offset: 500 }, to: { file: 0, offset: 768_928 } });
    assert.ok(bytes.equals(noise.subarray(768_928, 900_000)));
    const near = await readAll(model, { tailBytes: 1000, after: { file: 0, offset: 800_000 } });
    assert.deepEqual([kindsOf(near.pieces), near.bytes.length], [['data'], 100_000]);
  });
});
