import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { simulatedJob } from '../../../support/simulatedJobs.ts';
import { withSimulator } from './http.ts';

describe('the HTTP API', () => {
  it('refuses as Nomad does', () =>
    withSimulator({}, async ({ call }) => {
      const said = async (method: string, path: string, body?: unknown) => {
        const { status, text } = await call(method, path, body);
        return [status, text];
      };
      assert.deepEqual(await said('DELETE', '/v1/jobs'), [405, 'Invalid method']);
      assert.deepEqual(await said('GET', '/v1/wibble'), [404, '']);
      assert.deepEqual(await said('GET', '/v1/job/nope'), [404, 'job not found']);
      assert.deepEqual(await said('GET', '/v1/job/nope/allocations'), [200, '[]']);
      assert.deepEqual(await said('GET', '/v1/job/nope/deployment'), [200, 'null']);
      assert.deepEqual(await said('GET', '/v1/job/nope/versions'), [404, 'job versions not found']);
      assert.deepEqual(await said('GET', '/v1/job/nope/actions'), [500, 'Unknown job "nope"']);
      assert.deepEqual(await said('POST', '/v1/jobs', ''), [400, 'Request body is empty']);
      assert.deepEqual(await said('POST', '/v1/jobs', '{"Job":'), [400, 'unexpected EOF']);
      assert.deepEqual(await said('POST', '/v1/jobs', {}), [400, 'Job must be specified']);
      assert.deepEqual(await said('GET', '/v1/job/nope/plan'), [405, 'Invalid method']);
      assert.deepEqual(await said('GET', '/v1/quotas'), [501, 'Nomad Enterprise only endpoint']);
      const id = '11111111-2222-3333-4444-555555555555';
      assert.deepEqual(await said('GET', `/v1/deployment/${id}`), [404, 'deployment not found']);
      assert.deepEqual(await said('POST', `/v1/deployment/fail/${id}`), [500, 'deployment not found']);
      assert.deepEqual(await said('POST', `/v1/deployment/promote/${id}`, { All: true }), [
        400,
        'DeploymentID must be specified',
      ]);
    }));

  it('plans, registers, reads, reverts and stops', () =>
    withSimulator({}, async ({ call, get }) => {
      const source = { Source: 'job "web" {}', Format: 'hcl2', Variables: '' };
      const job = simulatedJob('web', { count: 2 });
      const planned = JSON.parse((await call('POST', '/v1/job/web/plan', { Job: job, Diff: true })).text) as Record<
        string,
        unknown
      >;
      assert.equal(planned['JobModifyIndex'], 0);
      assert.equal((planned['Diff'] as { Type: string }).Type, 'Added');
      const first = await call('POST', '/v1/jobs', { Job: job, Submission: source, EnforceIndex: true });
      assert.equal(first.status, 200);
      assert.equal(first.headers.get('X-Nomad-KnownLeader'), null);
      const next = simulatedJob('web', { count: 2, image: 'registry.example/app:2' });
      const again = JSON.parse((await call('POST', '/v1/job/web/plan', { Job: next, Diff: true })).text) as {
        Annotations: { DesiredTGUpdates: Record<string, Record<string, number>> };
        JobModifyIndex: number;
      };
      assert.ok(again.JobModifyIndex > 0);
      await call('POST', '/v1/jobs', { Job: next });
      const versions = await get<{ Versions: unknown[]; Diffs: { Type: string }[] }>('/v1/job/web/versions?diffs=true');
      assert.equal(versions.Versions.length, 2);
      assert.deepEqual(
        versions.Diffs.map(({ Type }) => Type),
        ['Edited'],
      );
      assert.equal((await get<{ Source: string }>('/v1/job/web/submission?version=0')).Source, source.Source);
      const reverted = await call('POST', '/v1/job/web/revert', { JobID: 'web', JobVersion: 0 });
      assert.equal(reverted.status, 200);
      assert.equal((await get<{ Version: number }>('/v1/job/web')).Version, 2);
      const stopped = await call('DELETE', '/v1/job/web');
      assert.equal(stopped.status, 200);
      assert.equal((await get<{ Stop: boolean }>('/v1/job/web')).Stop, true);
    }));

  it('takes ids with slashes and odd characters', () =>
    withSimulator({}, async ({ call, get }) => {
      const id = 'a/b ü?%';
      const registered = await call('POST', '/v1/jobs', {
        Job: simulatedJob('a/b', { more: { ID: 'a/b', Name: 'a/b' } }),
      });
      assert.equal(registered.status, 200);
      assert.equal((await get<{ ID: string }>('/v1/job/a%2Fb')).ID, 'a/b');
      assert.equal((await get<{ ID: string }>('/v1/job/a/b')).ID, 'a/b');
      const missing = await call('GET', `/v1/job/${encodeURIComponent(id)}`);
      assert.deepEqual([missing.status, missing.text], [404, 'job not found']);
      const cleaned = await call('GET', '/v1//jobs');
      assert.deepEqual([cleaned.status, cleaned.headers.get('Location')], [307, '/v1/jobs']);
    }));

  it('compresses long answers for those who accept that', () =>
    withSimulator({ jobs: 20 }, async ({ call }) => {
      const plain = await call('GET', '/v1/jobs', undefined, { 'Accept-Encoding': 'identity' });
      assert.equal(plain.headers.get('Content-Encoding'), null);
      const packed = await call('GET', '/v1/jobs', undefined, { 'Accept-Encoding': 'gzip' });
      assert.equal(packed.headers.get('Content-Encoding'), 'gzip');
      assert.equal(packed.text, plain.text);
    }));

  it('checks rights', () => {
    const tokens = {
      reader: { namespaces: { '*': ['read'] }, node: 'read' },
      lister: { namespaces: { default: ['list-jobs'] } },
      late: { namespaces: { '*': ['write'] }, expired: true },
    } as const;
    return withSimulator({ acl: { token: 'root', tokens }, jobs: 1 }, async ({ call, simulator }) => {
      const status = async (method: string, path: string, token: string, body?: unknown) =>
        (await call(method, path, body, token === '' ? {} : { 'X-Nomad-Token': token })).status;
      for (const token of ['', 'unknown', 'late']) assert.equal(await status('GET', '/v1/jobs', token), 403);
      for (const token of ['root', 'reader', 'lister']) assert.equal(await status('GET', '/v1/jobs', token), 200);
      assert.equal(await status('GET', '/v1/job/job-00000', 'lister'), 403);
      assert.equal(await status('DELETE', '/v1/job/job-00000', 'reader'), 403);
      assert.equal(await status('POST', '/v1/jobs', 'reader', { Job: simulatedJob('web') }), 403);
      assert.equal(
        await status('POST', '/v1/jobs', 'reader', { Job: simulatedJob('web', { more: { TaskGroups: [] } }) }),
        500,
      );
      const [allocation] = simulator.cluster.store.allocations.keys();
      const hidden = await call('GET', `/v1/allocation/${String(allocation)}`, undefined, {
        'X-Nomad-Token': 'lister',
      });
      assert.deepEqual([hidden.status, hidden.text], [500, `Unknown allocation "${String(allocation)}"`]);
      assert.equal((await call('GET', '/v1/namespaces')).text, '[]');
      const self = await call('GET', '/v1/acl/token/self', undefined, { 'X-Nomad-Token': 'late' });
      assert.deepEqual([self.status, self.text], [500, 'ACL token expired']);
    });
  });

  it('misbehaves on demand', () =>
    withSimulator({ jobs: 3 }, async ({ call, simulator }) => {
      const { faults } = simulator;
      faults.set({ path: '/v1/jobs', count: 1, status: 500, text: 'No cluster leader' });
      const first = await call('GET', '/v1/jobs');
      assert.deepEqual([first.status, first.text], [500, 'No cluster leader']);
      assert.equal((await call('GET', '/v1/jobs')).status, 200);
      await call('POST', '/_simulator/faults', { path: '/v1/allocation*', drop: true });
      await assert.rejects(call('GET', '/v1/allocations'));
      await call('DELETE', '/_simulator/faults');
      assert.equal((await call('GET', '/v1/allocations')).status, 200);
      faults.set({ method: 'GET', path: '/v1/jobs', half: true });
      await assert.rejects(call('GET', '/v1/jobs'));
      faults.clear();
      faults.set({ path: '/v1/*', status: 502, html: true, count: 1 });
      assert.match((await call('GET', '/v1/nodes')).headers.get('Content-Type') ?? '', /^text\/html/);
    }));
});
