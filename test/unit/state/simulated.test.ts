import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { once } from '../../../src/base/events.ts';
import { Cluster } from '../../../src/state/clusters/cluster.ts';
import { jobKey } from '../../../src/state/tables/keys.ts';
import { followRollout } from '../../../src/operations/followRollout.ts';
import type { Rollout } from '../../../src/operations/rollout.ts';
import { jobStatus } from '../../../src/wording/status.ts';
import { NomadClient } from '../../../src/nomad/client.ts';
import type { Job } from '../../../src/nomad/types/job.ts';
import { startSimulator } from '../../simulator/simulator.ts';
import type { Simulator } from '../../simulator/simulator.ts';

function jobOf(id: string, color: string, more: object = {}): Job {
  const task = {
    ...{ Name: 'server', Driver: 'mock_driver', Config: { run_for: '1h' }, Env: { COLOR: color } },
    Resources: { CPU: 20, MemoryMB: 16 },
  };
  return {
    ...{ ID: id, Name: id, Type: 'service', Datacenters: ['*'] },
    Update: { MaxParallel: 2, MinHealthyTime: 1e9, HealthyDeadline: 20e9, ProgressDeadline: 60e9, Canary: 1 },
    TaskGroups: [{ Name: 'app', Count: 2, Tasks: [task] }],
    ...more,
  } as unknown as Job;
}

describe('cluster over a simulated Nomad', function () {
  this.timeout(120_000);
  let simulator: Simulator;
  let cluster: Cluster;
  let client: NomadClient;

  before(async () => {
    simulator = await startSimulator({ speed: 10, seed: 1 });
  });

  after(async () => {
    await simulator.close();
  });

  afterEach(() => {
    cluster.dispose();
    simulator.faults.clear();
  });

  async function connect(kind: 'live' | 'polling' = 'live'): Promise<void> {
    client = new NomadClient({ address: simulator.address });
    cluster = new Cluster({ client, label: 'simulated', namespace: 'default' });
    cluster.start();
    if (cluster.state.kind !== kind) await once(cluster.onDidChangeState, timeout(), (state) => state.kind === kind);
  }

  function timeout(): AbortSignal {
    return AbortSignal.timeout(15_000);
  }

  async function until(holds: () => boolean): Promise<void> {
    while (!holds()) await once(cluster.onDidChange, timeout());
  }

  async function follow(id: string, evalId: string, act: (rollout: Rollout) => Promise<unknown>): Promise<string[]> {
    const sentences: string[] = [];
    for await (const rollout of followRollout(cluster, { jobKey: jobKey('default', id), evalId }, timeout())) {
      sentences.push(rollout.sentence);
      await act(rollout);
    }
    return sentences;
  }

  it('knows why a job failed before anybody opened it', async () => {
    await connect();
    const task = { Name: 'load', Driver: 'mock_driver', Config: { run_for: '100ms', exit_code: 3 }, Resources: {} };
    const never = { Attempts: 0, Interval: 60e9, Delay: 1e9, Mode: 'fail' };
    const group = { Name: 'load', Count: 1, Tasks: [task], RestartPolicy: never, ReschedulePolicy: { Attempts: 0 } };
    await client.jobs.register(jobOf('failing', '', { Type: 'batch', Update: null, TaskGroups: [group] }));
    const key = jobKey('default', 'failing');
    const failed = () => cluster.store.allocationsOf(key).some((one) => one.clientStatus === 'failed');
    await until(failed);
    // One that connects later has missed the events, and the list of jobs says only that it failed.
    cluster.dispose();
    await connect();
    await until(() => {
      const job = cluster.store.jobs.get(key);
      return job !== undefined && jobStatus(cluster.store, job, cluster.clock.now()).detail === 'failed · exit 3';
    });
  });

  it('follows a rollout with a canary from its start to its end', async () => {
    await connect();
    const first = await client.jobs.register(jobOf('web', 'blue'));
    const started = await follow('web', first.value.EvalID, () => Promise.resolve());
    assert.equal(started.at(-1), 'web v0 is deployed (2/2 healthy)');
    const second = await client.jobs.register(jobOf('web', 'green'));
    const rolled = await follow('web', second.value.EvalID, async ({ phase, promotable, deploymentId = '' }) => {
      if (phase !== 'needsPromotion') return;
      assert.equal(promotable, true);
      const job = cluster.store.jobs.get(jobKey('default', 'web'));
      assert.ok(job);
      assert.equal(
        jobStatus(cluster.store, job, cluster.clock.now()).detail,
        'needs promotion · v1 · canary 1/1 healthy',
      );
      await client.deployments.promoteAll(deploymentId);
    });
    assert.ok(rolled.includes('web v1: canary healthy 1/1, needs promotion'), rolled.join('\n'));
    assert.equal(rolled.at(-1), 'web v1 is deployed (2/2 healthy)');
  });

  it('says that a batch job is complete', async () => {
    await connect();
    const task = {
      Name: 't',
      Driver: 'mock_driver',
      Config: { run_for: '200ms' },
      Resources: { CPU: 20, MemoryMB: 16 },
    };
    const groups = { Type: 'batch', Update: undefined, TaskGroups: [{ Name: 'app', Count: 1, Tasks: [task] }] };
    const { value } = await client.jobs.register(jobOf('load', '', groups));
    await follow('load', value.EvalID, () => Promise.resolve());
    await until(() => cluster.store.jobs.get(jobKey('default', 'load'))?.status === 'dead');
    const job = cluster.store.jobs.get(jobKey('default', 'load'));
    assert.ok(job);
    assert.equal(jobStatus(cluster.store, job, cluster.clock.now()).word, 'complete');
  });

  it('misses nothing that happened while the stream was cut and its buffer forgotten', async () => {
    await connect();
    await client.jobs.register(jobOf('gone', 'blue'));
    await until(() => cluster.store.jobs.has(jobKey('default', 'gone')));
    simulator.faults.set({ path: '/v1/event/stream', drop: true, count: 1 });
    simulator.faults.dropEventStreams();
    await client.jobs.stop('gone', { purge: true });
    await client.jobs.register(jobOf('came', 'blue'));
    simulator.faults.dropEventBuffer();
    await until(
      () => cluster.store.jobs.has(jobKey('default', 'came')) && !cluster.store.jobs.has(jobKey('default', 'gone')),
    );
  });

  it('removes a job that is purged, with its allocations', async () => {
    await connect();
    const { value } = await client.jobs.register(jobOf('short', 'blue'));
    await follow('short', value.EvalID, () => Promise.resolve());
    const key = jobKey('default', 'short');
    assert.equal(cluster.store.allocationsOf(key).length, 2);
    await client.jobs.stop('short', { purge: true });
    await until(() => !cluster.store.jobs.has(key));
    assert.deepEqual(cluster.store.allocationsOf(key), []);
    assert.deepEqual(cluster.store.deploymentsOf(key), []);
  });

  it('polls when the events are denied', async () => {
    simulator.faults.set({ path: '/v1/event/stream', denyEvents: true });
    await connect('polling');
    await client.jobs.register(jobOf('polled', 'blue'));
    await until(() => cluster.store.jobs.has(jobKey('default', 'polled')));
    assert.equal(cluster.state.kind, 'polling');
  });
});
