import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { turn } from '../../../support/fakeClock.ts';
import { simulatedJob } from '../../../support/simulatedJobs.ts';
import { type Caller, type Reply, withSimulator } from './http.ts';

/** Sends a request that the server will hold, and resolves once it does. */
async function held(
  { simulator, clock, call }: Caller,
  path: string,
): Promise<{ reply: Promise<Reply>; isOver: () => boolean }> {
  const before = clock.pending;
  let over = false;
  const reply = call('GET', path).finally(() => {
    over = true;
  });
  while (clock.pending === before) await turn();
  assert.equal(over, false, simulator.address);
  return { reply, isOver: () => over };
}

describe('blocking queries', () => {
  it('answer when something has changed', () =>
    withSimulator({}, async (caller) => {
      const { call, simulator, clock } = caller;
      simulator.cluster.jobs.register({ job: simulatedJob('first') });
      await clock.advance(60_000);
      const index = (await call('GET', '/v1/jobs')).headers.get('X-Nomad-Index') ?? '';
      const { reply } = await held(caller, `/v1/jobs?index=${index}&wait=10s`);
      simulator.cluster.jobs.register({ job: simulatedJob('second') });
      assert.match((await reply).text, /"second"/);
    }));

  it('time out with the same index, also for what does not exist', () =>
    withSimulator({ jobs: 1 }, async (caller) => {
      const { reply, isOver } = await held(caller, '/v1/job/nope?index=99999&wait=16s');
      await caller.clock.advance(15_999);
      await caller.call('GET', '/v1/jobs');
      assert.equal(isOver(), false);
      // A wait is up to a sixteenth longer.
      await caller.clock.advance(1001);
      const { status, text, headers } = await reply;
      assert.deepEqual([status, text], [404, 'job not found']);
      assert.equal(headers.get('X-Nomad-Index'), String(caller.simulator.cluster.store.tableIndex('jobs')));
    }));

  it('do not wake for other prefixes', () =>
    withSimulator({}, async (caller) => {
      const { call, simulator, clock } = caller;
      simulator.cluster.jobs.register({ job: simulatedJob('mine') });
      await clock.advance(60_000);
      const index = simulator.cluster.store.tableIndex('jobs', 'job_summary');
      const { reply, isOver } = await held(caller, `/v1/jobs?prefix=other&index=${String(index)}&wait=16s`);
      simulator.cluster.jobs.register({ job: simulatedJob('third') });
      await call('GET', '/v1/jobs');
      assert.equal(isOver(), false);
      simulator.cluster.jobs.register({ job: simulatedJob('other') });
      assert.match((await reply).text, /"other"/);
    }));

  it('refuse what is no index and no duration', () =>
    withSimulator({}, async ({ call }) => {
      assert.equal((await call('GET', '/v1/jobs?index=abc')).text, 'Invalid index');
      assert.equal((await call('GET', '/v1/jobs?index=1&wait=5')).text, 'Invalid wait time');
      assert.equal((await call('GET', '/v1/jobs?region=mars')).text, 'No path to region');
    }));
});
