import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import { contract } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { batch, service } from './support/jobs.ts';
import { refusal } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

contract('statuses of named jobs', (c) => {
  const jobs = () => c.client.jobs;
  const named = (id: string) => ({ id, namespace: 'default' });
  let id = '';
  let parent = '';
  let child = '';

  before(async () => {
    id = c.id('named');
    parent = c.id('parent');
    await c.register(service(id));
    await c.deploymentIn(id, 'successful');
    await c.register(batch(parent, { script: 'true', job: { ParameterizedJob: { Payload: 'optional' } } }));
    child = (await jobs().dispatch(parent)).value.DispatchedJobID;
  });

  it('are those of the jobs that exist', async function () {
    holds(
      'jobs.statusesOf',
      'Documents of 2017 know no sources, statuses, tags, priorities of evaluations or stops within a plan',
    );
    c.needs(this, 1, 8, 'job statuses');
    const { value, meta } = await jobs().statusesOf([named(id), named(c.id('nope'))]);
    assert.deepEqual(
      value.map(({ ID, Status, GroupCountSum }) => [ID, Status, GroupCountSum]),
      [[id, 'running', 1]],
    );
    assert.equal(value[0]?.LatestDeployment?.Status, 'successful');
    assert.ok(meta.index > 0);
  });

  it('wake up when one of the jobs changes', async function () {
    c.needs(this, 1, 8, 'job statuses');
    const { meta } = await jobs().statusesOf([named(id)]);
    const reading = jobs().statusesOf([named(id)], { index: meta.index, waitMs: 20_000 });
    await c.register(service(id, { count: 2 }));
    assert.ok((await reading).meta.index > meta.index);
  });

  it('show children when asked to', async function () {
    c.needs(this, 1, 8, 'job statuses');
    const { value: plain } = await jobs().statusesOf([named(child)]);
    const { value: all } = await jobs().statusesOf([named(child)], { includeChildren: true });
    assert.deepEqual([plain.length, all.map(({ ID }) => ID)], [0, [child]]);
    const { value: parents } = await jobs().statusesOf([named(parent)]);
    assert.deepEqual([parents[0]?.Allocs, parents[0]?.ChildStatuses?.length], [null, 1]);
    const { value: listed } = await jobs().statuses({ filter: `ParentID == "${parent}"`, includeChildren: true });
    assert.deepEqual(
      listed.map(({ ID }) => ID),
      [child],
    );
  });

  it('need a name', async function () {
    holds(
      'jobs.statuses fails',
      'jobs.statusesOf fails',
      'Statuses of jobs exist since 1.8, last changed first, and an empty list of names is refused',
    );
    c.needs(this, 1, 8, 'job statuses');
    await assertRefused(jobs().statusesOf([]), 400, 'no jobs in request', 'rejected');
    assert.deepEqual(await refusal(c, '/v1/jobs/statuses', { method: 'PUT', body: '{}' }), [405, 'Invalid method']);
  });

  it('refuse a filter that they cannot read as an error of the server', async function () {
    c.needs(this, 1, 8, 'job statuses');
    const words = /^failed to create result paginator: failed to read filter expression: 1:1 /;
    await assertRefused(jobs().statuses({ filter: '=' }), 500, words, 'rejected');
    const unknown = /^failed to read result page: error finding value in datum: \/Bogus at part 0: /;
    await assertRefused(jobs().statuses({ filter: 'Bogus == 1' }), 500, unknown, 'rejected');
  });

  it('are not there before 1.8', async function () {
    holds('jobs.statusesOf fails');
    if (c.atLeast(1, 8)) c.skip(this, `Nomad ${c.version.text} has job statuses`);
    await assert.rejects(jobs().statusesOf([named(id)]), { kind: 'unsupported', status: 404 });
  });
});
