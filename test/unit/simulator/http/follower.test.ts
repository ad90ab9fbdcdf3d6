import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { once } from '../../../../src/base/events.ts';
import type { Simulator } from '../../../simulator/simulator.ts';
import { simulatedJob } from '../../../support/simulatedJobs.ts';
import { eventLines, withSimulator } from './http.ts';

/** Resolves once a request waits for the leader. */
function asked(simulator: Simulator): Promise<string> {
  return once(simulator.server.follower.onDidAsk, AbortSignal.timeout(10_000));
}

describe('a server without a leader', () => {
  it('holds a request back, and answers it when there is one', () =>
    withSimulator({}, async ({ simulator, call }) => {
      simulator.server.follower.lose();
      const waiting = asked(simulator);
      const held = call('GET', '/v1/jobs');
      await waiting;
      simulator.server.follower.regain();
      assert.equal((await held).status, 200);
    }));

  it('refuses what it held for five seconds', () =>
    withSimulator({}, async ({ simulator, call, clock }) => {
      simulator.server.follower.lose();
      let answered = false;
      const waiting = asked(simulator);
      const held = call('GET', '/v1/jobs').finally(() => (answered = true));
      await waiting;
      await clock.advance(4900);
      await call('GET', '/v1/agent/members');
      assert.equal(answered, false);
      await clock.advance(200);
      assert.deepEqual([(await held).status, (await held).text], [500, 'No cluster leader']);
    }));

  it('breaks reads off that the leader held, and none that it holds itself', () =>
    withSimulator({}, async ({ simulator, call, coming }) => {
      const index = String(simulator.cluster.store.index + 1000);
      const waiting = asked(simulator);
      const held = call('GET', `/v1/jobs?index=${index}&wait=60s`);
      await waiting;
      const own = call('GET', `/v1/jobs?stale&index=${index}&wait=200ms`);
      await call('GET', '/v1/agent/members');
      simulator.server.follower.lose();
      assert.deepEqual([(await held).status, (await held).text], [500, 'rpc error: EOF']);
      const { status, headers } = await coming(own);
      assert.deepEqual([status, headers.get('X-Nomad-KnownLeader')], [200, 'false']);
    }));

  it('is made and mended from another process too', () =>
    withSimulator({}, async ({ call, get }) => {
      await call('POST', '/_simulator/leader-lost');
      assert.equal(await get('/v1/status/leader?stale'), '');
      await call('POST', '/_simulator/leader-back');
      assert.notEqual(await get('/v1/status/leader'), '');
    }));

  it('tells of what happened once it has caught up', () =>
    withSimulator({}, async ({ simulator }) => {
      const from = simulator.cluster.store.index + 1;
      simulator.server.follower.fallBehind();
      simulator.cluster.jobs.register({ job: simulatedJob('web') });
      let lines = 0;
      for await (const { Index } of eventLines(simulator.address, `?index=${String(from)}`)) {
        lines += 1;
        if (lines === 1) {
          assert.equal(Index, undefined);
          simulator.server.follower.catchUp();
        } else {
          assert.equal(Index, from);
          break;
        }
      }
    }));
});
