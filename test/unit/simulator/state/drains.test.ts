import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Job } from '../../../../src/nomad/types/job.ts';
import { simulatedJob } from '../../../support/simulatedJobs.ts';
import { withCluster } from './harness.ts';

const second = 1e9;

/** A batch job whose task goes on for an hour. */
function longBatch(): Job {
  const job = simulatedJob('load', { type: 'batch', exitCode: 0 });
  const TaskGroups = (job.TaskGroups ?? []).map((group) => ({
    ...group,
    Tasks: (group.Tasks ?? []).map((task) => ({ ...task, Config: { run_for: '1h' } })),
  }));
  return { ...job, TaskGroups };
}

describe('a drain', () => {
  it('moves as many allocations at a time as the group allows, and is complete when the last has left', () =>
    withCluster(
      async ({ cluster, clock, allocations }) => {
        cluster.jobs.register({ job: simulatedJob('web', { count: 3 }) });
        await clock.advance(40_000);
        cluster.nodes.add();
        const [node] = cluster.store.nodes.values();
        assert.ok(node);
        const meta = { message: 'new kernel' };
        cluster.nodes.drain(node.ID, { Deadline: 3600 * second }, false, { meta });
        await clock.advance(150);
        const moving = allocations('web').filter((item) => item.DesiredTransition.Migrate === true);
        assert.equal(moving.length, 1);
        const draining = cluster.store.nodes.get(node.ID);
        assert.equal(draining?.LastDrain?.['Status'], 'draining');
        assert.equal(draining.SchedulingEligibility, 'ineligible');
        await clock.advance(120_000);
        const after = cluster.store.nodes.get(node.ID);
        assert.equal(after?.DrainStrategy, null);
        assert.equal(after.LastDrain?.['Status'], 'complete');
        assert.deepEqual(after.LastDrain['Meta'], meta);
        assert.equal(after.Events.at(-1)?.Message, 'Node drain complete');
        assert.equal(after.Events.at(-1)?.Details, null);
        const live = allocations('web').filter((item) => item.DesiredStatus === 'run');
        assert.ok(live.length === 3 && live.every(({ NodeID }) => NodeID !== node.ID));
      },
      { nodes: 1 },
    ));

  it('lets batch allocations run until the deadline, and then stops them', () =>
    withCluster(
      async ({ cluster, clock, allocations }) => {
        cluster.jobs.register({ job: longBatch() });
        await clock.advance(2000);
        const [allocation] = allocations('load');
        assert.ok(allocation);
        cluster.nodes.drain(allocation.NodeID, { Deadline: 60 * second }, false);
        await clock.advance(50_000);
        assert.equal(cluster.store.allocations.get(allocation.ID)?.DesiredStatus, 'run');
        await clock.advance(20_000);
        assert.equal(cluster.store.allocations.get(allocation.ID)?.DesiredStatus, 'stop');
        const node = cluster.store.nodes.get(allocation.NodeID);
        assert.equal(node?.LastDrain?.['Status'], 'complete');
        assert.deepEqual(node.Events.at(-1)?.Details, { deadline_reached: 'true' });
      },
      { nodes: 1 },
    ));

  it('without patience stops everything, system jobs only where it is not told to leave them', () =>
    withCluster(
      async ({ cluster, clock, allocations }) => {
        cluster.jobs.register({ job: simulatedJob('log', { type: 'system' }) });
        cluster.jobs.register({ job: simulatedJob('web', { count: 2 }) });
        await clock.advance(2000);
        const [node] = cluster.store.nodes.values();
        assert.ok(node);
        cluster.nodes.drain(node.ID, { Deadline: -1, IgnoreSystemJobs: true }, false);
        await clock.advance(5000);
        assert.ok(allocations('web').every((item) => item.DesiredStatus === 'stop'));
        assert.equal(allocations('log')[0]?.DesiredStatus, 'run');
        assert.equal(cluster.store.nodes.get(node.ID)?.DrainStrategy, null);
      },
      { nodes: 1 },
    ));

  it('can be called off', () =>
    withCluster(
      async ({ cluster, clock }) => {
        cluster.jobs.register({ job: longBatch() });
        await clock.advance(2000);
        const [node] = cluster.store.nodes.values();
        assert.ok(node);
        cluster.nodes.drain(node.ID, { Deadline: 60 * second }, false);
        await clock.advance(1000);
        const written = cluster.nodes.drain(node.ID, null, true);
        assert.ok((written.EvalIDs?.length ?? 0) > 0 && written.EvalCreateIndex > written.Index);
        await clock.advance(90_000);
        const after = cluster.store.nodes.get(node.ID);
        assert.equal(after?.LastDrain?.['Status'], 'canceled');
        assert.equal(after.SchedulingEligibility, 'eligible');
        assert.equal(after.Events.at(-1)?.Message, 'Node drain disabled');
      },
      { nodes: 1 },
    ));
});

describe('a lock on a variable', () => {
  it('ends when it is not renewed', () =>
    withCluster(async ({ cluster, clock }) => {
      const place = { namespace: 'default', path: 'app/config' };
      const { variables } = cluster;
      const locked = variables.acquire(place, { key: 'value' }, { TTL: '15s' });
      await clock.advance(10_000);
      variables.renew(place, locked.Lock?.ID ?? '');
      await clock.advance(10_000);
      assert.throws(() => variables.write(place, { key: 'other' }, undefined), /conflict/);
      await clock.advance(10_000);
      assert.equal(variables.find(place)?.Lock, null);
      assert.equal(variables.write(place, { key: 'other' }, undefined).Items['key'], 'other');
    }));
});
