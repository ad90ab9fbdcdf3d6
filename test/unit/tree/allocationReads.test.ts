import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { systemClock } from '../../../src/base/clock.ts';
import { once } from '../../../src/base/events.ts';
import { silentLog } from '../../../src/base/log.ts';
import { Cluster } from '../../../src/state/clusters/cluster.ts';
import { jobKey } from '../../../src/state/tables/keys.ts';
import { NomadClient } from '../../../src/nomad/client.ts';
import type { Job } from '../../../src/nomad/types/job.ts';
import { AllocationReads } from '../../../src/tree/allocationReads.ts';
import { RowSet } from '../../../src/tree/rows.ts';
import type { AllocationRow } from '../../../src/tree/rows.ts';
import { startSimulator } from '../../simulator/simulator.ts';
import type { Simulator } from '../../simulator/simulator.ts';

const web = {
  ...{ ID: 'web', Name: 'web', Type: 'service', Datacenters: ['*'] },
  TaskGroups: [
    {
      ...{ Name: 'app', Count: 1 },
      Networks: [{ Mode: 'host', DynamicPorts: [{ Label: 'http' }] }],
      Tasks: [
        {
          ...{ Name: 'server', Driver: 'mock_driver', Config: { run_for: '1h' }, Env: { SECRET: 'hunter2' } },
          Resources: { CPU: 20, MemoryMB: 16 },
        },
      ],
    },
  ],
} as unknown as Job;

describe('reading what an allocation was given', function () {
  this.timeout(120_000);
  let simulator: Simulator;
  let cluster: Cluster;
  let row: AllocationRow;
  let asked = 0;
  const key = jobKey('default', 'web');
  const never = new AbortController().signal;

  before(async () => {
    simulator = await startSimulator({ speed: 10, seed: 1 });
    const take = simulator.faults.take.bind(simulator.faults);
    simulator.faults.take = (method, path) => {
      if (path.startsWith('/v1/allocation/')) asked += 1;
      return take(method, path);
    };
    const client = new NomadClient({ address: simulator.address });
    await client.jobs.register(web);
    cluster = new Cluster({ client, label: 'simulated', namespace: 'default' });
    cluster.start();
    const limit = AbortSignal.timeout(30_000);
    if (cluster.state.kind !== 'live') await once(cluster.onDidChangeState, limit, ({ kind }) => kind === 'live');
    await cluster.loadJob(key);
    const running = () => cluster.store.allocationsOf(key).find((one) => one.clientStatus === 'running');
    while (running() === undefined) await once(cluster.onDidChange, limit);
    row = new RowSet(cluster.id, () => false).allocation(key, running()?.id ?? '');
  });

  afterEach(() => {
    simulator.faults.clear();
    asked = 0;
  });

  after(async () => {
    cluster.dispose();
    await simulator.close();
  });

  const reads = () => new AllocationReads(cluster, { clock: systemClock, log: silentLog });

  it('is done once for what did not change, and keeps nothing that may be secret', async () => {
    const all = reads();
    const given = await all.read(row, never);
    assert.deepEqual(given?.tasks, [{ name: 'server', cpuMhz: 20, cores: [], memoryMib: 16, memoryMaxMib: undefined }]);
    const [port] = given.ports;
    assert.deepEqual([given.ports.length, port?.label, port?.hostIp], [1, 'http', '127.0.0.1']);
    assert.equal(await all.read(row, never), given);
    assert.equal(asked, 1);
    assert.doesNotMatch(JSON.stringify(given), /hunter2/);
  });

  it('leaves out what is refused, and tries again the next time', async () => {
    const all = reads();
    simulator.faults.set({ path: '/v1/allocation/*', status: 403, text: 'Permission denied', count: 1 });
    assert.equal(await all.read(row, never), undefined);
    assert.equal((await all.read(row, never))?.tasks.length, 1);
  });

  it('ends with the signal, and with its own patience', async () => {
    simulator.faults.set({ path: '/v1/allocation/*', delayMs: 3_600_000 });
    const controller = new AbortController();
    const reading = reads().read(row, controller.signal);
    controller.abort();
    assert.equal(await reading, undefined);
    let run: () => void = () => undefined;
    const clock = {
      now: () => 0,
      timer: (_: number, given: () => void) => {
        run = given;
        return { dispose: () => undefined };
      },
    };
    const waiting = new AllocationReads(cluster, { clock, log: silentLog }).read(row, never);
    run();
    assert.equal(await waiting, undefined);
  });

  it('asks its node what it uses each time, and does without where the node can’t be reached', async () => {
    const all = reads();
    assert.deepEqual(
      [...((await all.used(row, never)) ?? [])].map(([name]) => name),
      ['server'],
    );
    simulator.faults.set({ path: '/v1/client/allocation/*', status: 404, text: 'No path to node' });
    assert.equal(await all.used(row, never), undefined);
    simulator.faults.clear();
    simulator.faults.set({ path: '/v1/client/allocation/*', delayMs: 3_600_000 });
    const controller = new AbortController();
    const reading = all.used(row, controller.signal);
    controller.abort();
    assert.equal(await reading, undefined);
  });

  it('asks for nothing that the store no longer has', async () => {
    const gone = new RowSet(cluster.id, () => false).allocation(key, '11111111-2222-3333-4444-555555555555');
    assert.equal(await reads().read(gone, never), undefined);
    assert.equal(asked, 0);
  });
});
