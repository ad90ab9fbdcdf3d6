import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { once } from '../../../src/base/events.ts';
import { Cluster } from '../../../src/state/clusters/cluster.ts';
import { jobKey } from '../../../src/state/tables/keys.ts';
import { NomadClient } from '../../../src/nomad/client.ts';
import { startSimulator } from '../../simulator/simulator.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { simulatedJob } from '../../support/simulatedJobs.ts';

const limitMs = 15_000;

/** Lists are answered by the leader, and events by the server that is asked. */
describe('events of a server that is behind the leader that answers the lists', function () {
  this.timeout(60_000);
  let simulator: Simulator;
  let client: NomadClient;
  let cluster: Cluster;

  before(async () => {
    simulator = await startSimulator({ speed: 50, seed: 3 });
  });

  after(async () => {
    await simulator.close();
  });

  afterEach(() => {
    cluster.dispose();
    simulator.server.follower.regain();
  });

  async function connect(): Promise<void> {
    client = new NomadClient({ address: simulator.address });
    cluster = new Cluster({ client, label: 'behind', namespace: 'default' });
    cluster.start();
    await once(cluster.onDidChangeState, AbortSignal.timeout(limitMs), ({ kind }) => kind === 'live');
  }

  async function until(holds: () => boolean): Promise<void> {
    while (!holds()) await once(cluster.onDidChange, AbortSignal.timeout(limitMs));
  }

  const shown = (id: string) => cluster.store.jobs.get(jobKey('default', id));

  /** Registers a job, after which nothing of what was before is on its way. */
  async function mark(id: string): Promise<void> {
    await client.jobs.register(simulatedJob(id));
    await until(() => shown(id) !== undefined);
  }

  it('take nothing back that a list has shown', async () => {
    await connect();
    await client.jobs.register(simulatedJob('again'));
    await client.jobs.register(simulatedJob('ended'));
    await until(() => shown('again') !== undefined && shown('ended') !== undefined);
    simulator.server.follower.fallBehind();
    await client.jobs.stop('again', { purge: true });
    await client.jobs.stop('ended', { purge: true });
    await client.jobs.register({ ...simulatedJob('again'), Priority: 60 });
    await client.jobs.register({ ...simulatedJob('again'), Priority: 70 });
    await cluster.refresh();
    const newest = shown('again')?.modifyIndex ?? 0;
    assert.ok(newest > 0);
    assert.equal(shown('ended'), undefined);
    const wrong: string[] = [];
    cluster.onDidChange(() => {
      if ((shown('again')?.modifyIndex ?? 0) < newest) wrong.push('again is older, or gone');
      if (shown('ended') !== undefined) wrong.push('ended is back');
    });
    simulator.server.follower.catchUp();
    await mark('mark-1');
    assert.deepEqual(wrong, []);
  });

  it('come once it has caught up, also to a stream that was opened meanwhile', async () => {
    await connect();
    simulator.server.follower.fallBehind();
    await client.jobs.register(simulatedJob('first'));
    simulator.faults.dropEventStreams();
    // Nothing is missing on that server, so only somebody who asks makes the leader list the jobs.
    await cluster.refresh();
    assert.ok(shown('first'));
    await client.jobs.register(simulatedJob('second'));
    assert.equal(shown('second'), undefined);
    simulator.server.follower.catchUp();
    await until(() => shown('second') !== undefined);
  });
});
