import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { clusterId } from '../../../src/state/clusters/clusterId.ts';
import { patienceMs, pauseMs, Redraws } from '../../../src/tree/redraws.ts';
import type { Row } from '../../../src/tree/rows.ts';
import { FakeClock } from '../../support/fakeClock.ts';

describe('redraws', () => {
  const [one, two] = [message('one'), message('two')];
  let clock: FakeClock;
  let drawn: string[];
  let redraws: Redraws;

  beforeEach(() => {
    clock = new FakeClock();
    drawn = [];
    redraws = new Redraws(clock, (rows) => drawn.push(rows === 'all' ? rows : rows.map((row) => row.id).join()));
  });

  it('are handed over at once where nothing is under way', () => {
    redraws.add([one]);
    assert.deepEqual(drawn, ['one']);
  });

  it('are gathered after one another', async () => {
    redraws.add([one]);
    redraws.add([one]);
    redraws.add([two, one]);
    await clock.advance(pauseMs - 1);
    assert.deepEqual(drawn, ['one']);
    await clock.advance(1);
    assert.deepEqual(drawn, ['one', 'one,two']);
  });

  it('are those of the whole view where one of them is', async () => {
    redraws.answered();
    redraws.add([one]);
    redraws.add('all');
    redraws.add([two]);
    await clock.advance(pauseMs);
    assert.deepEqual(drawn, ['all']);
  });

  it('never come in the moment of an answer', async () => {
    redraws.answered();
    redraws.add([one]);
    assert.deepEqual(drawn, []);
    await clock.advance(pauseMs - 1);
    redraws.answered();
    await clock.advance(pauseMs - 1);
    assert.deepEqual(drawn, []);
    await clock.advance(1);
    assert.deepEqual(drawn, ['one']);
  });

  for (const how of ['given', 'refused']) {
    it(`wait for an answer that is read, until it is ${how}`, async () => {
      let settle: () => void = () => undefined;
      const reading = new Promise<string>((resolve, reject) => {
        settle = () => {
          if (how === 'given') resolve('rows');
          else reject(new Error('refused'));
        };
      });
      const answer = redraws.answering(reading).catch(() => undefined);
      redraws.add([one]);
      await clock.advance(patienceMs - 1);
      assert.deepEqual(drawn, []);
      settle();
      await answer;
      await clock.advance(pauseMs);
      assert.deepEqual(drawn, ['one']);
    });
  }

  it('wait for no answer longer than people would', async () => {
    void redraws.answering(new Promise(() => undefined));
    redraws.add([one]);
    await clock.advance(patienceMs);
    assert.deepEqual(drawn, ['one']);
    redraws.add([two]);
    await clock.advance(patienceMs - 1);
    assert.deepEqual(drawn, ['one']);
    await clock.advance(1);
    assert.deepEqual(drawn, ['one', 'two']);
  });

  it('come no later after the clock was set back', async () => {
    redraws.answered();
    redraws.add([one]);
    clock.skip(-3_600_000);
    await clock.advance(pauseMs);
    assert.deepEqual(drawn, ['one']);
  });

  it('tell when VS Code knows of them', async () => {
    await redraws.drawn();
    redraws.answered();
    redraws.add([one]);
    let told = false;
    const waiting = redraws.drawn().then(() => (told = true));
    await clock.advance(pauseMs - 1);
    assert.equal(told, false);
    await clock.advance(1);
    await waiting;
    assert.deepEqual(drawn, ['one']);
  });

  it('end with their view', async () => {
    redraws.answered();
    redraws.add([one]);
    const waiting = redraws.drawn();
    redraws.dispose();
    await waiting;
    redraws.add([two]);
    redraws.answered();
    await clock.advance(patienceMs);
    assert.deepEqual(drawn, []);
    assert.equal(clock.pending, 0);
  });
});

function message(id: string): Row {
  const cluster = clusterId('http://127.0.0.1:4646', undefined);
  return { kind: 'message', id, cluster, topic: 'nothing', owner: undefined, job: undefined };
}
