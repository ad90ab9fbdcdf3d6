import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import { sleep } from '../../src/base/clock.ts';
import { once } from '../../src/base/events.ts';
import { NomadClient } from '../../src/nomad/client.ts';
import { namespacedPages } from '../../src/nomad/reading/namespacedPages.ts';
import type { ReadOptions } from '../../src/nomad/http/query.ts';
import { Cluster } from '../../src/state/clusters/cluster.ts';
import { jobKey } from '../../src/state/tables/keys.ts';
import { contract } from './support/contract.ts';
import type { Contract } from './support/contract.ts';
import { batch, service } from './support/jobs.ts';
import { raw } from './support/raw.ts';

const limitMs = 60_000;

async function connect(c: Contract, namespace: string): Promise<Cluster> {
  const cluster = new Cluster({ client: new NomadClient(c.target.connection), label: 'list', namespace });
  cluster.start();
  await cluster.ready(AbortSignal.timeout(limitMs));
  while (cluster.jobsArePartial) await once(cluster.onDidChange, AbortSignal.timeout(limitMs));
  return cluster;
}

contract('the list of jobs', (c) => {
  let names: readonly string[] = [];
  const idle = (id: string) => service(id, { count: 0 });

  before(async () => {
    const name = c.id('near');
    names = [name, `${name}-eu`, `${name}-eu-west`, `${name}2`];
    for (const Name of names) {
      await raw(c, '/v1/namespace', { method: 'POST', body: JSON.stringify({ Name }) });
      for (const id of ['a', 'b', 'c']) await c.register(idle(c.id(id)), { namespace: Name });
    }
  });

  it('comes in pages with each job once, where names of namespaces begin alike', async () => {
    const list = (page: ReadOptions) => c.client.jobs.list({ ...page, namespace: '*' });
    const options = {
      perPage: 2,
      filter: `ParentID is empty and Namespace matches ${JSON.stringify(`^${names[0] ?? ''}`)}`,
    };
    const found: string[] = [];
    let pages = 0;
    for await (const { value } of namespacedPages(list, options, { firstSize: 1 })) {
      pages += 1;
      for (const { Namespace = '', ID } of value) found.push(`${Namespace}/${ID}`);
    }
    const expected = names.flatMap((name) => ['a', 'b', 'c'].map((id) => `${name}/${c.id(id)}`));
    assert.deepEqual(found, expected);
    assert.equal(pages, 7);
  });

  it('has all jobs that a client reports the end of together', async () => {
    const ids = Array.from({ length: 12 }, (_, at) => c.id(`together-${String(at)}`));
    await Promise.all(ids.map((id) => c.register(batch(id, { script: 'true' }))));
    const isDead = async (id: string) => (await c.client.jobs.read(id)).value.Status === 'dead';
    for (const id of ids) while (!(await isDead(id))) await sleep(100);
    const cluster = await connect(c, 'default');
    try {
      for (const id of ids) assert.equal(cluster.store.jobs.get(jobKey('default', id))?.status, 'dead');
    } finally {
      cluster.dispose();
    }
  });

  it('has the runs of a job that was purged', async () => {
    const id = c.id('purged');
    await c.register(batch(id, { script: 'sleep 60', job: { ParameterizedJob: { Payload: 'optional' } } }));
    const { value } = await c.client.jobs.dispatch(id);
    await c.client.jobs.stop(id, { purge: true });
    const cluster = await connect(c, 'default');
    const run = jobKey('default', value.DispatchedJobID);
    try {
      while (!cluster.store.jobs.has(run)) await once(cluster.onDidChange, AbortSignal.timeout(limitMs));
      assert.equal(cluster.store.jobs.has(jobKey('default', id)), false);
      assert.equal(cluster.store.jobs.get(run)?.parentId, id);
    } finally {
      cluster.dispose();
      await c.client.jobs.stop(value.DispatchedJobID, { purge: true });
    }
  });

  it('has an index from which the event stream repeats what happened then, and goes on', async () => {
    const id = c.id('from');
    await c.register(idle(id));
    const { meta } = await c.client.jobs.list({ perPage: 1 });
    const ending = new AbortController();
    const seen: number[] = [];
    await c.register(idle(c.id('after')));
    const stream = c.client.events.stream({
      topics: ['Job', 'Evaluation', 'Allocation'],
      index: meta.index,
      namespace: '*',
      signal: ending.signal,
    });
    for await (const line of stream) {
      if (line === 'heartbeat') continue;
      seen.push(line.Index);
      if (line.Index > meta.index) ending.abort();
    }
    assert.equal(seen[0], meta.index);
  });
});
