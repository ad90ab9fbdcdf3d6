import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { Resizes } from '../../../../src/features/exec/resizes.ts';
import type { TerminalSize } from '../../../../src/nomad/sessions/exec.ts';
import { FakeClock } from '../../../support/fakeClock.ts';

describe('sizes of a terminal', () => {
  let clock: FakeClock;
  let told: TerminalSize[];
  let resizes: Resizes;

  const size = (columns: number): TerminalSize => ({ rows: 24, columns });

  beforeEach(() => {
    clock = new FakeClock();
    told = [];
    resizes = new Resizes((one) => told.push(one), clock);
  });

  it('are told at once where none was told before', () => {
    resizes.set(size(80));
    assert.deepEqual(told, [size(80)]);
  });

  it('are told once they stay, the last one alone', async () => {
    resizes.set(size(80));
    for (let columns = 81; columns <= 90; columns += 1) {
      resizes.set(size(columns));
      await clock.advance(10);
    }
    assert.deepEqual(told, [size(80)]);
    await clock.advance(100);
    assert.deepEqual(told, [size(80), size(90)]);
    assert.equal(clock.pending, 0);
  });

  it('are told now and then while a pane is drawn wider for long', async () => {
    resizes.set(size(80));
    for (let columns = 81; columns <= 180; columns += 1) {
      resizes.set(size(columns));
      await clock.advance(10);
    }
    await clock.advance(100);
    assert.ok(told.length > 3 && told.length < 8, String(told.length));
    assert.deepEqual(told.at(-1), size(180));
  });

  it('are not told twice, nor where a pane is drawn back', async () => {
    resizes.set(size(80));
    resizes.set(size(100));
    resizes.set(size(80));
    await clock.advance(1000);
    assert.deepEqual(told, [size(80)]);
  });

  it('are told before what is typed, and to the next program from its start', async () => {
    resizes.set(size(80));
    resizes.set(size(100));
    resizes.flush();
    assert.deepEqual(told, [size(80), size(100)]);
    resizes.set(size(120));
    assert.deepEqual(resizes.latest, size(120));
    resizes.started();
    await clock.advance(1000);
    assert.deepEqual(told, [size(80), size(100)]);
    resizes.flush();
    assert.deepEqual(told, [size(80), size(100)]);
  });

  it('are told no more after the end', async () => {
    resizes.set(size(80));
    resizes.set(size(100));
    resizes.dispose();
    await clock.advance(1000);
    assert.deepEqual([told, clock.pending], [[size(80)], 0]);
  });
});
