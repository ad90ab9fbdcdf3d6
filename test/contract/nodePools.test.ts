import assert from 'node:assert/strict';
import { after, before, it } from 'mocha';
import { contract } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { service } from './support/jobs.ts';
import { raw } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

contract('node pools', (c) => {
  const pools = () => c.client.nodePools;
  let own = '';

  before(async () => {
    own = c.id('pool');
    const body = JSON.stringify({ Name: own, Description: 'Of this run' });
    assert.equal((await raw(c, '/v1/node/pools', { method: 'POST', body })).status, 200);
  });

  after(async () => {
    await raw(c, `/v1/node/pool/${own}`, { method: 'DELETE' });
  });

  it('are listed and read, the built-in ones too', async () => {
    holds('nodePools.list', 'nodePools.read');
    const { value, meta } = await pools().list();
    const names = value.map(({ Name }) => Name);
    for (const name of ['all', 'default', own]) assert.ok(names.includes(name), names.join());
    assert.ok(meta.index > 0);
    assert.equal((await pools().read(own)).value.Description, 'Of this run');
    assert.equal((await pools().read('default')).value.Description, 'Default node pool.');
    assert.deepEqual(
      (await pools().list({ prefix: own })).value.map(({ Name }) => Name),
      [own],
    );
  });

  it('have nodes and jobs', async () => {
    holds('nodePools.jobs', 'nodePools.nodes');
    const id = c.id('pooled');
    await c.register(service(id));
    const { value: nodes } = await pools().nodes('default');
    const { value: all } = await pools().nodes('all');
    assert.ok(nodes.length > 0);
    assert.ok(all.length >= nodes.length);
    assert.ok(nodes.every(({ NodePool }) => NodePool === 'default'));
    const { value: jobs } = await pools().jobs('default', { filter: `ID == "${id}"` });
    assert.deepEqual(
      jobs.map(({ ID }) => ID),
      [id],
    );
    assert.deepEqual((await pools().nodes(own)).value, []);
    assert.deepEqual((await pools().jobs(own)).value, []);
  });

  it('are refused where they are not', async () => {
    holds('nodePools.read fails', 'nodePools.jobs fails', 'nodePools.nodes fails');
    await assertRefused(pools().read('nope'), 404, 'node pool not found', 'notFound');
    // Lists of what such a pool has are merely empty.
    assert.deepEqual((await pools().jobs('nope')).value, []);
    assert.deepEqual((await pools().nodes('nope')).value, []);
    const words = 'prefix argument not allowed';
    await assertRefused(pools().jobs('default', { prefix: 'x' }), 400, words, 'rejected');
    const bad = pools().nodes('default', { filter: 'Bogus == 1' });
    await assertRefused(bad, 400, /couldn't find key/, 'rejected');
  });
});
