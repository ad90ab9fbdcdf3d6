import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { jobKey } from '../../../src/state/tables/keys.ts';
import { Bench, item } from './bench.ts';

const leaderPath = '/v1/status/leader';
const noLeader = { status: 500, text: 'No cluster leader' };

describe('a server that has lost its leader, and goes on with its heartbeats', () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = new Bench();
    await bench.live();
  });

  afterEach(() => bench.close());

  /** Lets time pass, with heartbeats, until something holds. */
  async function until(holds: () => boolean, what: string): Promise<number> {
    const fromMs = bench.clock.now();
    await bench.until(
      () => {
        bench.agent.write('{}\n');
        return holds();
      },
      what,
      250,
    );
    return bench.clock.now() - fromMs;
  }

  function lose(): void {
    for (const path of [leaderPath, '/v1/jobs']) bench.agent.handle(path, () => noLeader);
  }

  it('is not believed for long, since it was last known to have one', async () => {
    const asked = bench.agent.count(leaderPath);
    await until(() => bench.agent.count(leaderPath) > asked, 'a question about the leader');
    const ledMs = bench.clock.now();
    lose();
    const afterMs = await until(() => bench.cluster.state.kind !== 'live', 'another state');
    const { state } = bench.cluster;
    assert.ok(state.kind === 'stale');
    assert.deepEqual([state.error.kind, state.error.body], ['noLeader', 'No cluster leader']);
    assert.ok(Math.abs(state.sinceMs - ledMs) <= 500, `${String(state.sinceMs - ledMs)} ms`);
    assert.ok(afterMs <= 20_000, `${String(afterMs)} ms`);
  });

  it('is live again soon after there is one, with what happened meanwhile', async () => {
    const states = bench.states();
    lose();
    await until(() => bench.cluster.state.kind === 'stale', 'stale');
    // However long it took: the pauses between the questions don't grow.
    await bench.clock.advance(10 * 60_000);
    bench.jobs = [item('web'), item('meanwhile')];
    bench.agent.handle(leaderPath, () => ({ body: '127.0.0.1:4657' }));
    bench.agent.handle('/v1/jobs', () => ({ body: bench.jobs }));
    const afterMs = await until(() => bench.cluster.state.kind === 'live', 'live');
    assert.ok(afterMs <= 5000, `${String(afterMs)} ms`);
    assert.ok(bench.cluster.store.jobs.has(jobKey('default', 'meanwhile')));
    assert.deepEqual(states, ['live', 'stale', 'live']);
  });

  it('for the moment of an election is live all the same', async () => {
    const states = bench.states();
    for (const text of ['rpc error: EOF', 'No cluster leader']) {
      const asked = bench.agent.count(leaderPath);
      bench.agent.handle(leaderPath, () => {
        bench.agent.handle(leaderPath, () => ({ body: '127.0.0.1:4657' }));
        return { status: 500, text };
      });
      await until(() => bench.agent.count(leaderPath) >= asked + 3, 'three questions');
    }
    assert.deepEqual(states, ['live']);
  });

  it('is no matter where nobody may ask for the leader', async () => {
    const states = bench.states();
    for (const status of [403, 404, 502]) {
      const asked = bench.agent.count(leaderPath);
      bench.agent.handle(leaderPath, () => ({ status, text: '' }));
      await until(() => bench.agent.count(leaderPath) >= asked + 4, 'four questions');
    }
    assert.deepEqual(states, ['live']);
  });
});
