import assert from 'node:assert/strict';
import { after, before, it } from 'mocha';
import { once } from '../../src/base/events.ts';
import { Cluster } from '../../src/state/clusters/cluster.ts';
import { followRollout } from '../../src/operations/followRollout.ts';
import { jobKey } from '../../src/state/tables/keys.ts';
import type { RolloutTarget } from '../../src/operations/rollout.ts';
import { NomadClient } from '../../src/nomad/client.ts';
import { contract } from './support/contract.ts';
import type { Contract } from './support/contract.ts';
import { contractWithRegions } from './support/federation.ts';
import { service } from './support/jobs.ts';
import { raw } from './support/raw.ts';

const limitMs = 120_000;

async function connect(c: Contract, namespace: string): Promise<Cluster> {
  const cluster = new Cluster({ client: new NomadClient(c.target.connection), label: 'live', namespace });
  cluster.start();
  const limit = AbortSignal.timeout(limitMs);
  if (cluster.state.kind !== 'live') await once(cluster.onDidChangeState, limit, ({ kind }) => kind === 'live');
  return cluster;
}

async function until(cluster: Cluster, what: string, holds: () => boolean): Promise<void> {
  const limit = AbortSignal.timeout(limitMs);
  try {
    while (!holds()) await once(cluster.onDidChange, limit);
  } catch {
    throw new Error(`did not come: ${what}; the cluster is ${cluster.state.kind}`);
  }
}

async function sentencesOf(cluster: Cluster, target: RolloutTarget): Promise<string[]> {
  const sentences: string[] = [];
  for await (const { sentence } of followRollout(cluster, target, AbortSignal.timeout(limitMs)))
    sentences.push(sentence);
  return sentences;
}

contract('what is shown while live', (c) => {
  let team = '';

  before(async () => {
    team = c.id('team');
    await raw(c, '/v1/namespace', { method: 'POST', body: JSON.stringify({ Name: team }) });
  });

  it('has a job that is registered anew after it was looked at, purged, and everything was read', async () => {
    const id = c.id('anew');
    const key = jobKey('default', id);
    await c.register(service(id));
    const cluster = await connect(c, 'default');
    try {
      await cluster.loadJob(key);
      await c.client.jobs.stop(id, { purge: true });
      await until(cluster, 'the removal', () => !cluster.store.jobs.has(key));
      await cluster.refresh();
      const { EvalID: evalId } = await c.register(service(id));
      const sentences = await sentencesOf(cluster, { jobKey: key, evalId });
      assert.match(sentences.at(-1) ?? '', /is deployed \(1\/1 healthy\)$/);
      assert.ok(cluster.store.jobs.has(key));
      assert.equal(cluster.state.kind, 'live');
    } finally {
      cluster.dispose();
    }
  });

  it('has the jobs of a namespace that was made since', async () => {
    const cluster = await connect(c, '*');
    const late = c.id('late');
    const id = c.id('in-late');
    try {
      await raw(c, '/v1/namespace', { method: 'POST', body: JSON.stringify({ Name: late }) });
      const { EvalID: evalId } = await c.register(service(id), { namespace: late });
      await until(cluster, 'the job', () => cluster.store.jobs.has(jobKey(late, id)));
      const sentences = await sentencesOf(cluster, { jobKey: jobKey(late, id), evalId });
      assert.match(sentences.at(-1) ?? '', /is deployed \(1\/1 healthy\)$/);
      // By events, since a list without cause is minutes away.
      await c.client.jobs.stop(id, { namespace: late, purge: true });
      await until(cluster, 'the removal', () => !cluster.store.jobs.has(jobKey(late, id)));
      assert.equal(cluster.state.kind, 'live');
    } finally {
      cluster.dispose();
    }
  });

  it('is one thing, and the rollout of a job of another namespace goes on to its end', async () => {
    const cluster = await connect(c, 'default');
    const id = c.id('beside');
    try {
      const { EvalID: evalId } = await c.register(service(id), { namespace: team });
      const sentences = await sentencesOf(cluster, { jobKey: jobKey(team, id), evalId });
      assert.match(sentences.at(-1) ?? '', /is deployed \(1\/1 healthy\)$/);
      assert.equal(cluster.store.jobs.has(jobKey(team, id)), false);
    } finally {
      cluster.dispose();
    }
  });

  it('tells two windows of the same changes, and one of the rollout that the other started', async () => {
    const [one, other] = [await connect(c, 'default'), await connect(c, 'default')];
    const id = c.id('both');
    const key = jobKey('default', id);
    try {
      const { value } = await one.client.jobs.register(service(id), { namespace: 'default', region: undefined });
      const told = await Promise.all([
        sentencesOf(one, { jobKey: key, evalId: value.EvalID }),
        until(other, 'the job', () => other.store.jobs.has(key)).then(() =>
          sentencesOf(other, { jobKey: key, evalId: value.EvalID }),
        ),
      ]);
      for (const sentences of told) assert.match(sentences.at(-1) ?? '', /is deployed \(1\/1 healthy\)$/);
    } finally {
      one.dispose();
      other.dispose();
    }
  });
});

contractWithRegions('a rollout in another region than the one that is shown', (east, west) => {
  let cluster: Cluster;

  before(async () => {
    cluster = await connect(east, '*');
  });

  after(() => {
    cluster.dispose();
  });

  it('goes on to its end, and nothing of it is taken for removed', async () => {
    const id = east.id('far');
    const job = { ...service(id), Region: 'west' };
    const { value } = await east.client.jobs.register(job, { region: 'west' });
    const target = { jobKey: jobKey('default', id), region: 'west', evalId: value.EvalID };
    const sentences = await sentencesOf(cluster, target);
    assert.match(sentences.at(-1) ?? '', /is deployed \(1\/1 healthy\)$/);
    assert.ok(!sentences.some((sentence) => sentence.includes('removed')), sentences.join('\n'));
    assert.equal(cluster.store.jobs.size, 0);
    await west.client.jobs.stop(id, { purge: true });
    assert.deepEqual(await sentencesOf(cluster, { ...target, evalId: undefined }), [
      `${id}: waiting for the cluster`,
      `${id} is removed`,
    ]);
  });
});
