import assert from 'node:assert/strict';
import { after, before, it } from 'mocha';
import { contract } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { service } from './support/jobs.ts';
import { raw } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

contract('namespaces', (c) => {
  let name = '';
  let here = '';
  let there = '';

  before(async () => {
    name = c.id('team');
    const body = JSON.stringify({ Name: name, Description: 'A team', Meta: { owner: 'bob' } });
    assert.equal((await raw(c, '/v1/namespace', { method: 'POST', body })).status, 200);
    here = c.id('here');
    there = c.id('there');
    await c.register(service(here));
    await c.register(service(there), { namespace: name });
    await c.running(here);
    await c.until(
      'a running allocation in the namespace',
      (options) => c.client.jobs.allocations(there, { ...options, namespace: name }),
      (list) => list.some(({ ClientStatus }) => ClientStatus === 'running'),
    );
  });

  after(async () => {
    await c.client.jobs.stop(there, { namespace: name, purge: true });
    await c.until(
      'no allocations in the namespace',
      (options) => c.client.allocations.list({ ...options, namespace: name }),
      (list) => list.every(({ ClientStatus }) => ClientStatus !== 'running' && ClientStatus !== 'pending'),
    );
    await raw(c, `/v1/namespace/${name}`, { method: 'DELETE' });
  });

  it('are listed and read', async () => {
    holds('namespaces.list', 'namespaces.read', 'namespaces.read fails');
    const { value, meta } = await c.client.namespaces.list();
    const own = value.find(({ Name }) => Name === name);
    assert.deepEqual([own?.Description, own?.Meta], ['A team', { owner: 'bob' }]);
    assert.ok(value.some(({ Name }) => Name === 'default'));
    assert.ok(meta.index >= (own?.CreateIndex ?? Infinity));
    const { value: read } = await c.client.namespaces.read(name);
    assert.deepEqual([read.Name, read.CreateIndex], [name, own?.CreateIndex]);
    const { value: found } = await c.client.namespaces.list({ prefix: name });
    assert.equal(found.length, 1);
    await assertRefused(c.client.namespaces.read('nope'), 404, 'Namespace not found', 'notFound');
    assert.ok((await c.client.agent.namespaces()).value.some(({ Name }) => Name === name));
  });

  it('keep jobs apart', async () => {
    assert.equal((await c.client.jobs.read(there, { namespace: name })).value.Namespace, name);
    await assertRefused(c.client.jobs.read(there), 404, 'job not found', 'notFound');
    const only = async (namespace: string | undefined) =>
      (await c.client.jobs.list({ namespace, prefix: c.id('') })).value.map(({ ID }) => ID).sort();
    assert.deepEqual(await only(name), [there]);
    assert.deepEqual(await only(undefined), [here]);
    assert.deepEqual(await only('*'), [here, there].sort());
  });

  it('are all looked at in every list that takes a star', async () => {
    const both = [here, there].sort();
    const jobsOf = (list: readonly { JobID?: string | undefined }[]) =>
      [...new Set(list.map(({ JobID }) => JobID ?? ''))].filter((id) => both.includes(id)).sort();
    const options = { namespace: '*' };
    assert.deepEqual(jobsOf((await c.client.allocations.list(options)).value), both);
    assert.deepEqual(jobsOf((await c.client.deployments.list(options)).value), both);
    assert.deepEqual(jobsOf((await c.client.evaluations.list(options)).value), both);
    const { value } = await c.client.evaluations.list({ namespace: name });
    assert.deepEqual(jobsOf(value), [there]);
    if (!c.atLeast(1, 8)) return;
    const { value: statuses } = await c.client.jobs.statuses(options);
    assert.deepEqual(
      statuses
        .map(({ ID }) => ID)
        .filter((id) => both.includes(id))
        .sort(),
      both,
    );
  });

  it('do not matter for what is read by id', async () => {
    holds(
      'Reading by id ignores the namespace, and without rights an allocation is unknown with status 500',
      'Documents do not say that a short id or an odd prefix is 500, or that a namespace does not limit reads by id',
    );
    const { value } = await c.client.allocations.list({ namespace: name });
    const [stub] = value;
    assert.equal((await c.client.allocations.read(stub?.ID ?? '')).value.Namespace, name);
    const { value: deployment } = await c.client.jobs.latestDeployment(there, { namespace: name });
    assert.equal((await c.client.deployments.read(deployment?.ID ?? '')).value.Namespace, name);
  });
});
