import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { once } from '../../../src/base/events.ts';
import { NomadClient } from '../../../src/nomad/client.ts';
import { Cluster } from '../../../src/state/clusters/cluster.ts';
import { jobKey } from '../../../src/state/tables/keys.ts';
import { jobStatus } from '../../../src/wording/status.ts';
import { JobFilter } from '../../../src/tree/filter.ts';
import { jobLayout } from '../../../src/tree/jobLayout.ts';
import { RowTree } from '../../../src/tree/rowTree.ts';
import { startSimulator } from '../../simulator/simulator.ts';
import type { Simulator, SimulatorOptions } from '../../simulator/simulator.ts';
import { startWire } from '../../support/wire.ts';
import type { Wire } from '../../support/wire.ts';

const limitMs = 30_000;

describe('the list of all jobs', function () {
  this.timeout(120_000);
  let simulator: Simulator;
  let wire: Wire;
  let cluster: Cluster;

  afterEach(async () => {
    cluster.dispose();
    await wire.close();
    await simulator.close();
  });

  async function start(options: SimulatorOptions): Promise<void> {
    simulator = await startSimulator({ seed: 4, ...options });
    wire = await startWire(simulator.address);
  }

  function open(namespace = 'default'): void {
    cluster = new Cluster({ client: new NomadClient({ address: wire.address }), label: 'list', namespace });
    cluster.start();
  }

  async function whole(): Promise<void> {
    while (cluster.jobsArePartial) await once(cluster.onDidChange, AbortSignal.timeout(limitMs));
  }

  /** Lets jobs share a ModifyIndex, as those whose allocations a client reports together do. */
  function shareIndex(count: number): void {
    const { store } = simulator.cluster;
    const index = store.index + 1;
    for (const [key, job] of [...store.jobs].slice(0, count)) store.jobs.set(key, { ...job, ModifyIndex: index });
    for (const table of ['jobs', 'job_summary'] as const) store.touch(table, index);
    store.skipTo(index);
  }

  function tree(): RowTree {
    return new RowTree(jobLayout, {
      ...{ cluster: cluster.id, store: cluster.store, namespace: cluster.namespace, filter: new JobFilter() },
      ...{ now: () => Date.now(), loadFailure: () => undefined, allocationsTruncated: false },
    });
  }

  for (const nomad of ['1.6', '2.0.3', '2.0'] as const) {
    it(`has each of 500 jobs that share an index, on ${nomad}`, async () => {
      await start({ nomad, jobs: 520, allocationsPerJob: 1 });
      shareIndex(500);
      open();
      await whole();
      assert.equal(cluster.store.jobs.size, 520);
      const now = Date.now();
      const words = [...cluster.store.jobs.values()].map((job) => jobStatus(cluster.store, job, now).word);
      const count = (word: string) => words.filter((one) => one === word).length;
      assert.deepEqual([count('running'), count('failed')], [468, 26]);
      // What was listed before is not dropped by what a list of statuses leaves out.
      await cluster.refresh(AbortSignal.timeout(limitMs));
      assert.equal(cluster.store.jobs.size, 520);
    });
  }

  it('is told by statuses only in part on 2.0.3, and one page of it never ends', async () => {
    await start({ nomad: '2.0.3', jobs: 20, allocationsPerJob: 1 });
    shareIndex(16);
    open();
    const { jobs } = cluster.client;
    const place = { namespace: 'default', region: undefined };
    assert.equal((await jobs.statuses(place)).value.length, 5);
    await simulator.close();
    simulator = await startSimulator({ seed: 4, jobs: 20, allocationsPerJob: 1 });
    shareIndex(16);
    const later = new NomadClient({ address: simulator.address });
    try {
      const first = await later.jobs.statuses({ ...place, perPage: 5 });
      const second = await later.jobs.statuses({ ...place, perPage: 5, nextToken: first.meta.nextToken });
      assert.deepEqual(second.value, first.value);
      assert.equal(second.meta.nextToken, first.meta.nextToken);
    } finally {
      later.dispose();
    }
  });

  it('goes on over namespaces whose names begin alike, each job once', async () => {
    await start({ jobs: 300, allocationsPerJob: 1 });
    const { store } = simulator.cluster;
    const names = ['prod', 'prod-eu', 'prod-eu-west', 'prod2'];
    for (const [at, Name] of names.entries()) {
      const index = store.index + 1;
      store.namespaces.set(Name, { Name, CreateIndex: index, ModifyIndex: index } as never);
      for (const [key, job] of [...store.jobs].filter(([one]) => one.startsWith('default'))) {
        store.jobs.set(jobKey(Name, job.ID), { ...job, Namespace: Name, ID: `${job.ID}-${String(at)}` });
        const summary = store.summaries.get(key);
        if (summary !== undefined) store.summaries.set(jobKey(Name, `${job.ID}-${String(at)}`), summary);
      }
    }
    open('*');
    await whole();
    assert.equal(cluster.store.jobs.size, 1500);
    const pages = wire.requests.filter((line) => line.startsWith('GET /v1/jobs?') && line.includes('is+empty'));
    assert.equal(pages.length, 4, pages.join('\n'));
  });

  it('has the runs whose job was purged, under a row of their own', async () => {
    await start({});
    const client = new NomadClient({ address: simulator.address });
    const task = { Name: 't', Driver: 'mock_driver', Config: { run_for: '1h' }, Resources: { CPU: 20, MemoryMB: 16 } };
    const batch = (ID: string) =>
      ({
        ...{ ID, Name: ID, Type: 'batch', Datacenters: ['*'], ParameterizedJob: { Payload: 'optional' } },
        TaskGroups: [{ Name: 'app', Count: 1, Tasks: [task] }],
      }) as never;
    for (const id of ['left', 'kept']) await client.jobs.register(batch(id));
    for (const id of ['left', 'left', 'kept']) await client.jobs.dispatch(id);
    await client.jobs.stop('left', { purge: true });
    client.dispose();
    const rows = () =>
      tree()
        .children()
        .map(({ id }) => id.replace(/:.*(left|kept|"").*/, ':$1'));
    open();
    await whole();
    const left = () => [...cluster.store.jobs.values()].filter(({ parentId }) => parentId === 'left').length;
    while (left() < 2) await once(cluster.onDidChange, AbortSignal.timeout(limitMs));
    assert.deepEqual(rows(), ['job:kept', 'parentGone:""']);
    const seen = tree();
    const last = seen.children().at(-1);
    assert.equal(seen.children(last).length, 2);
    for (const row of seen.children(last)) assert.equal(seen.parent(row), last);
    // Those whose job goes while it is shown come without a list.
    const lists = wire.requests.filter((line) => line.includes('ParentID+is+empty')).length;
    await cluster.client.jobs.stop('kept', { namespace: 'default', region: undefined, purge: true });
    const rest = () => [...cluster.store.jobs.keys()].filter((key) => key.startsWith('default/kept'));
    while (rest().length !== 1 || rest()[0] === 'default/kept') {
      await once(cluster.onDidChange, AbortSignal.timeout(limitMs));
    }
    assert.deepEqual(rows(), ['parentGone:""']);
    assert.equal(wire.requests.filter((line) => line.includes('ParentID+is+empty')).length, lists);
  });

  for (const namespace of ['default', '*']) {
    it(`costs the same to its first rows for 100 jobs and for 10,000, of ${namespace}`, async () => {
      const costs: { requests: number; bytes: number }[] = [];
      for (const jobs of [100, 10_000]) {
        if (costs.length > 0) {
          cluster.dispose();
          await wire.close();
          await simulator.close();
        }
        await start({ jobs, allocationsPerJob: 10 });
        // What the server would repeat to whoever does not say where to begin.
        for (let at = 0; at < 100; at += 1)
          simulator.cluster.store.apply('NodeUpdateStatusRequestType', () => undefined);
        open(namespace);
        await cluster.ready(AbortSignal.timeout(limitMs));
        const { length: requests } = wire.requests.filter((line) => !line.includes('/event/stream'));
        costs.push({ requests, bytes: wire.received });
        assert.deepEqual(
          tree()
            .children()
            .slice(0, 2)
            .map(({ id }) => /job-\d+/.exec(id)?.[0]),
          ['job-00000', 'job-00001'],
        );
        while (cluster.state.kind !== 'live') await once(cluster.onDidChangeState, AbortSignal.timeout(limitMs));
        const stream = wire.requests.find((line) => line.includes('/event/stream')) ?? '';
        assert.equal(
          /index=(\d+)/.exec(stream)?.[1],
          String(simulator.cluster.store.tableIndex('jobs', 'job_summary')),
        );
      }
      for (const { requests, bytes } of costs) {
        assert.ok(requests <= 2, `${String(requests)} requests`);
        assert.ok(bytes <= 60_000, `${String(bytes)} bytes`);
      }
      const [few = 0, many = 0] = costs.map(({ bytes }) => bytes);
      assert.ok(Math.abs(few - many) < 2000, `${String(few)} and ${String(many)} bytes`);
    });
  }

  it('never asks for a job alone, however many of them change', async () => {
    await start({ jobs: 1500, allocationsPerJob: 2 });
    open();
    await whole();
    while (cluster.state.kind !== 'live') await once(cluster.onDidChangeState, AbortSignal.timeout(limitMs));
    const { store } = simulator.cluster;
    const end = (ID: string) => {
      store.apply('AllocClientUpdateRequestType', (transaction) => {
        const allocation = store.allocations.get(ID);
        if (allocation !== undefined) transaction.putAllocation({ ...allocation, ClientStatus: 'complete' });
      });
    };
    // A list may follow the first event, since nothing shows what the server no longer had when the stream was opened.
    const first = [...store.allocations.values()].find(({ JobID }) => JobID === 'job-00000')?.ID ?? '';
    end(first);
    while (cluster.store.allocations.get(first)?.clientStatus !== 'complete') {
      await once(cluster.onDidChange, AbortSignal.timeout(limitMs));
    }
    await cluster.refresh(AbortSignal.timeout(limitMs));
    const { length: before } = wire.requests;
    const changed = [...store.allocations.values()].filter(({ JobID }) => JobID >= 'job-01400');
    assert.equal(changed.length, 200);
    for (const { ID } of changed) end(ID);
    const isDone = () =>
      [...cluster.store.jobs.values()]
        .filter(({ id }) => id >= 'job-01400')
        .every(
          ({ key }) =>
            cluster.store.allocationsOf(key).every(({ clientStatus }) => clientStatus === 'complete') &&
            cluster.store.hasAllAllocations(key),
        );
    while (!isDone()) await once(cluster.onDidChange, AbortSignal.timeout(limitMs));
    assert.deepEqual(
      wire.requests.filter((line) => line.includes('/v1/job/')),
      [],
    );
    const batches = wire.requests.length - before;
    assert.ok(batches <= 8, `${String(batches)} requests`);
  });
});
