import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { simulatedJob } from '../../../support/simulatedJobs.ts';
import { withSimulator } from './http.ts';

describe('blocking queries', () => {
  it('answer when something has changed', () =>
    withSimulator({}, async ({ call, simulator }) => {
      const index = (await call('GET', '/v1/jobs')).headers.get('X-Nomad-Index') ?? '';
      simulator.cluster.jobs.register({ job: simulatedJob('first') });
      const now = await call('GET', `/v1/jobs?index=${index}&wait=10s`);
      assert.match(now.text, /"first"/);
      const known = now.headers.get('X-Nomad-Index') ?? '';
      const waiting = call('GET', `/v1/jobs?index=${String(Number(known) + 1000)}&wait=200ms`);
      assert.equal((await waiting).status, 200);
    }));

  it('time out with the same index, also for what does not exist', () =>
    withSimulator({ jobs: 1 }, async ({ call }) => {
      const began = performance.now();
      const read = await call('GET', '/v1/job/nope?index=99999&wait=100ms');
      assert.ok(performance.now() - began >= 99);
      assert.deepEqual([read.status, read.text], [404, 'job not found']);
      assert.notEqual(read.headers.get('X-Nomad-Index'), null);
    }));

  it('do not wake for other prefixes', () =>
    withSimulator({}, async ({ call, simulator }) => {
      simulator.cluster.jobs.register({ job: simulatedJob('mine') });
      await call('GET', '/v1/job/mine/deployment?index=1&wait=2s');
      const index = simulator.cluster.store.tableIndex('jobs', 'job_summary');
      const began = performance.now();
      const waiting = call('GET', `/v1/jobs?prefix=other&index=${String(index)}&wait=300ms`);
      simulator.cluster.jobs.register({ job: simulatedJob('third') });
      assert.equal((await waiting).text, '[]');
      assert.ok(performance.now() - began >= 250 || simulator.cluster.store.tableIndex('jobs') > index);
    }));

  it('refuse what is no index and no duration', () =>
    withSimulator({}, async ({ call }) => {
      assert.equal((await call('GET', '/v1/jobs?index=abc')).text, 'Invalid index');
      assert.equal((await call('GET', '/v1/jobs?index=1&wait=5')).text, 'Invalid wait time');
      assert.equal((await call('GET', '/v1/jobs?region=mars')).text, 'No path to region');
    }));
});
