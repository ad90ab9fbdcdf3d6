import assert from 'node:assert/strict';
import { it } from 'mocha';
import { contract } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { assertRefused } from './support/refused.ts';

contract('agent', (c) => {
  it('tells its version, region and datacenter', async () => {
    holds('agent.self');
    const { value } = await c.client.agent.self();
    assert.match(value.config.Version?.Version ?? '', /^\d+\.\d+\.\d+/);
    assert.equal(typeof value.config.Region, 'string');
    assert.equal(typeof value.config.Datacenter, 'string');
    assert.equal(value.config.ACL?.Enabled, false);
    assert.equal(typeof value.member?.Name, 'string');
  });

  it('names the leader as host and port', async () => {
    holds('agent.leader');
    const { value } = await c.client.agent.leader();
    assert.match(value, /^[\w.:[\]-]+:\d+$/);
  });

  it('lists its own region among the regions', async () => {
    holds('agent.regions');
    const [regions, self] = await Promise.all([c.client.agent.regions(), c.client.agent.self()]);
    assert.ok(regions.value.includes(self.value.config.Region ?? ''), regions.value.join());
  });

  it('lists the namespace that every cluster has', async () => {
    holds('agent.namespaces');
    const { value, meta } = await c.client.agent.namespaces();
    const found = value.find(({ Name }) => Name === 'default');
    assert.equal(found?.Description, 'Default shared namespace');
    assert.ok(meta.index > 0);
  });

  it('lists its servers, one of them alive', async () => {
    holds('agent.members');
    const { value } = await c.client.agent.members();
    const alive = (value.Members ?? []).find(({ Status }) => Status === 'alive');
    assert.ok(alive);
    assert.equal(alive.Tags?.['build'], c.version.text);
    assert.equal(alive.Tags['region'], value.ServerRegion);
  });

  it('lists a node that is ready and reads it', async () => {
    holds('nodes.read');
    const { value: nodes } = await c.client.nodes.list();
    const node = nodes.find(({ Status }) => Status === 'ready');
    assert.ok(node);
    assert.equal(node.SchedulingEligibility, 'eligible');
    assert.equal(node.Drain, false);
    const { value: read, meta } = await c.client.nodes.read(node.ID);
    assert.equal(read.Name, node.Name);
    assert.equal(read.Attributes?.['kernel.name'], 'linux');
    assert.ok(meta.index >= node.CreateIndex);
  });

  it('refuses a region that it does not know', async () => {
    holds(
      'agent.leader fails',
      'In an unknown namespace reads are empty lists and writes are 500, and an unknown region is 500',
    );
    await assertRefused(c.client.agent.leader({ region: 'mars' }), 500, 'No path to region', 'rejected');
    await assertRefused(c.client.jobs.list({ region: 'mars' }), 500, 'No path to region', 'rejected');
  });

  it('tells what a token is worth without ACL, which depends on the version', async () => {
    if (c.atLeast(2)) {
      const { value } = await c.client.agent.tokenSelf();
      assert.equal(value.AccessorID, 'acls-disabled');
      assert.ok(!('SecretID' in value));
    } else {
      await assertRefused(c.client.agent.tokenSelf(), 400, 'ACL support disabled', 'rejected');
    }
  });
});
