import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import { contractAlone } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { batch, service } from './support/jobs.ts';
import { refusal } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

// A server looks through so few names that those of other parts would be in the way.
contractAlone('search', (c) => {
  const search = () => c.client.search;
  let id = '';
  let allocation = '';

  before(async () => {
    id = c.id('Find-me');
    await c.register(service(id));
    await c.register(batch(c.id('Find-other'), { script: 'true' }));
    allocation = await c.runningId(id);
  });

  it('finds ids by their beginning', async () => {
    holds('search.prefix');
    const { value } = await search().prefix(c.id('Find'), 'jobs');
    assert.deepEqual(value.Matches?.['jobs'], [id, c.id('Find-other')]);
    assert.equal(value.Truncations?.['jobs'], false);
    const { value: all } = await search().prefix(id);
    assert.deepEqual(all.Matches?.['jobs'], [id]);
    assert.equal(all.Matches['deployment'] ?? null, null);
  });

  it('takes an odd number of digits', async () => {
    holds(
      'search.prefix',
      'A prefix of ids has to have an even number of digits in lists, but may have an odd one in a search',
    );
    const { value } = await search().prefix(allocation.slice(0, 9).replace('-', '').slice(0, 7), 'allocs');
    assert.ok(value.Matches?.['allocs']?.includes(allocation));
    const { value: deployment } = await c.client.jobs.latestDeployment(id);
    const short = deployment?.ID.slice(0, 5) ?? '';
    assert.ok(
      (await search().prefix(short, 'deployment')).value.Matches?.['deployment']?.includes(deployment?.ID ?? ''),
    );
    const { value: nodes } = await c.client.nodes.list();
    const node = nodes[0]?.ID ?? '';
    assert.deepEqual((await search().prefix(node.slice(0, 7), 'nodes')).value.Matches?.['nodes'], [node]);
  });

  it('finds nothing in what is no number', async () => {
    const { value } = await search().prefix('zz', 'allocs');
    assert.deepEqual(value.Matches?.['allocs'] ?? [], []);
  });

  it('knows its contexts', async () => {
    holds(
      'search.prefix fails',
      'A search gives up after twenty, knows a fixed list of contexts, and shows names of jobs of other namespaces',
    );
    const words = /^context must be one of \[.*\] or 'all' for all contexts; got "wibble"$/;
    await assertRefused(search().prefix('x', 'wibble'), 500, words, 'rejected');
    await assertRefused(search().prefix('x', 'deployments'), 500, /got "deployments"$/, 'rejected');
    await assertRefused(search().fuzzy('xx', 'groups'), 500, /got "groups"$/, 'rejected');
    assert.deepEqual(await refusal(c, '/v1/search'), [405, 'Invalid method']);
  });

  it('finds names by any part of them, in any case', async () => {
    holds(
      'search.fuzzy',
      'A search gives up after twenty, knows a fixed list of contexts, and shows names of jobs of other namespaces',
    );
    const { value } = await search().fuzzy(id.slice(3).toUpperCase(), 'jobs');
    assert.deepEqual(value.Matches?.['jobs'], [{ ID: id, Scope: ['default', id] }]);
    const { value: allocations } = await search().fuzzy(id, 'allocs');
    assert.deepEqual(allocations.Matches?.['allocs'], [{ ID: `${id}.app[0]`, Scope: ['default', allocation] }]);
    const { value: parts } = await search().fuzzy('main', 'jobs');
    assert.ok(parts.Matches?.['tasks']?.some(({ ID, Scope }) => ID === 'main' && Scope?.[1] === id));
    const { value: groups } = await search().fuzzy('app', 'jobs');
    assert.ok(groups.Matches?.['groups']?.some(({ ID, Scope }) => ID === 'app' && Scope?.[1] === id));
  });

  it('wants two characters of a name', async () => {
    holds(
      'search.fuzzy fails',
      'A search gives up after twenty, knows a fixed list of contexts, and shows names of jobs of other namespaces',
    );
    const words = 'fuzzy search query must be at least 2 characters, got 1';
    await assertRefused(search().fuzzy('x'), 500, words, 'rejected');
  });

  it('gives up after twenty', async () => {
    holds(
      'A search gives up after twenty, knows a fixed list of contexts, and shows names of jobs of other namespaces',
    );
    for (let i = 0; i < 21; i += 1) {
      const job = { ParameterizedJob: { Payload: 'optional' } } as const;
      await c.register(batch(c.id(`many-${String(i).padStart(2, '0')}`), { script: 'true', job }));
    }
    const { value } = await search().prefix(c.id('many-'), 'jobs');
    assert.deepEqual([value.Matches?.['jobs']?.length, value.Truncations?.['jobs']], [20, true]);
  });
});
