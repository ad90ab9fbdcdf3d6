import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { FakeClock } from '../../../support/fakeClock.ts';
import { simulatedJob } from '../../../support/simulatedJobs.ts';
import { withCluster } from './harness.ts';

const second = 1e9;

/** Its timers are a moment early, as those of a machine may be. */
class EarlyClock extends FakeClock {
  override timer(delayMs: number, run: () => void) {
    return super.timer(delayMs > 1 ? delayMs - 1 : delayMs, run);
  }
}

describe('placing', () => {
  it('waits for capacity with a blocked evaluation that says why', () =>
    withCluster(async ({ cluster, clock, allocations }) => {
      cluster.jobs.register({ job: simulatedJob('big', { count: 2, memoryMb: 20_000 }) });
      await clock.advance(1000);
      const evaluations = cluster.store.evaluationsOf('default\0big');
      const blocked = evaluations.find(({ Status }) => Status === 'blocked');
      assert.equal(blocked?.StatusDescription, 'created to place remaining allocations');
      assert.deepEqual(blocked.FailedTGAllocs?.['app']?.DimensionExhausted, { memory: 1 });
      assert.equal(blocked.FailedTGAllocs['app'].CoalescedFailures, 1);
      assert.equal(cluster.store.summaries.get('default\0big')?.Summary?.['app']?.Queued, 2);
      cluster.nodes.add({ memoryMb: 65_536, cpu: 8000 });
      await clock.advance(1000);
      assert.equal(allocations('big').length, 2);
      assert.equal(cluster.store.evaluations.get(blocked.ID)?.Status, 'complete');
    }));

  it('names a missing driver', () =>
    withCluster(async ({ cluster, clock }) => {
      const job = simulatedJob('odd');
      const task = job.TaskGroups?.[0]?.Tasks?.[0];
      assert.ok(task);
      task.Driver = 'podman';
      cluster.jobs.register({ job });
      await clock.advance(1000);
      const failed = cluster.store.evaluationsOf('default\0odd').flatMap((item) => item.FailedTGAllocs?.['app'] ?? []);
      assert.deepEqual(failed[0]?.ConstraintFiltered, { 'missing drivers': 1 });
      assert.equal(cluster.store.job('default', 'odd')?.Status, 'running');
    }));

  it('puts a system job on every node, and on one that joins', () =>
    withCluster(
      async ({ cluster, clock, allocations }) => {
        cluster.jobs.register({ job: simulatedJob('agent', { type: 'system' }) });
        await clock.advance(1000);
        assert.equal(allocations('agent').length, 3);
        const { ID: id } = cluster.nodes.add();
        cluster.nodes.evaluate(id);
        cluster.jobs.evaluate('default', 'agent', false);
        await clock.advance(1000);
        assert.equal(new Set(allocations('agent').map(({ NodeID }) => NodeID)).size, 4);
      },
      { nodes: 3 },
    ));

  it('replaces what was lost with a node, and what a drain moves', () =>
    withCluster(
      async ({ cluster, clock, allocations }) => {
        cluster.jobs.register({ job: simulatedJob('web', { count: 2 }) });
        await clock.advance(15_000);
        const [first] = allocations('web');
        assert.ok(first);
        cluster.nodes.fail(first.NodeID);
        await clock.advance(1000);
        const lost = cluster.store.allocations.get(first.ID);
        assert.equal(lost?.ClientStatus, 'lost');
        assert.equal(lost.DesiredDescription, 'alloc is lost since its node is down');
        const live = allocations('web').filter((item) => item.DesiredStatus === 'run');
        assert.equal(live.length, 2);
        assert.ok(live.every(({ NodeID }) => NodeID !== first.NodeID));
        cluster.nodes.recover(first.NodeID);
        const drained = live[0]?.NodeID ?? '';
        cluster.nodes.drain(drained, { Deadline: 0 }, false);
        await clock.advance(10_000);
        assert.ok(allocations('web').every((item) => item.NodeID !== drained || item.DesiredStatus === 'stop'));
        assert.equal(cluster.store.nodes.get(drained)?.DrainStrategy, null);
        assert.equal(cluster.store.nodes.get(drained)?.LastDrain?.['Status'], 'complete');
      },
      { nodes: 2 },
    ));

  it('replaces what is away for too long then, and not when it would be rescheduled', async () => {
    const clock = new EarlyClock();
    await withCluster(
      async ({ cluster, allocations }) => {
        const job = simulatedJob('edge');
        const group = job.TaskGroups?.[0];
        assert.ok(group);
        group.Disconnect = { LostAfter: 4 * second };
        group.ReschedulePolicy = { Unlimited: true, DelayFunction: 'constant', Delay: 600 * second };
        cluster.jobs.register({ job });
        await clock.advance(15_000);
        const [first] = allocations('edge');
        assert.ok(first);
        cluster.nodes.fail(first.NodeID);
        await clock.advance(1000);
        assert.equal(cluster.store.allocations.get(first.ID)?.ClientStatus, 'unknown');
        await clock.advance(4000);
        assert.equal(cluster.store.allocations.get(first.ID)?.ClientStatus, 'lost');
        assert.equal(allocations('edge').length, 2);
      },
      { nodes: 2, clock },
    );
  });
});

describe('tasks that end', () => {
  it('are rescheduled after the delay, as often as the policy says', () =>
    withCluster(async ({ cluster, clock, allocations }) => {
      cluster.jobs.register({ job: simulatedJob('load', { type: 'batch', exitCode: 3, rescheduleAttempts: 1 }) });
      await clock.advance(2000);
      const [first] = allocations('load');
      assert.equal(first?.ClientStatus, 'failed');
      assert.notEqual(first.FollowupEvalID, '');
      assert.equal(cluster.store.job('default', 'load')?.Status, 'pending');
      const events = first.TaskStates?.['server']?.Events?.map(({ Type }) => Type);
      assert.deepEqual(events, ['Received', 'Task Setup', 'Started', 'Terminated', 'Not Restarting']);
      await clock.advance(10_000);
      const second = allocations('load').find(({ ID }) => ID !== first.ID);
      assert.equal(second?.PreviousAllocation, first.ID);
      assert.equal(second.ClientStatus, 'failed');
      assert.equal(second.RescheduleTracker?.Events.length, 1);
      assert.equal(cluster.store.allocations.get(first.ID)?.NextAllocation, second.ID);
      await clock.advance(60_000);
      assert.equal(allocations('load').length, 2);
      assert.equal(cluster.store.job('default', 'load')?.Status, 'dead');
    }));

  it('leave a finished batch job dead, which an identical one does not run again', () =>
    withCluster(async ({ cluster, clock, allocations }) => {
      const job = simulatedJob('once', { type: 'batch', exitCode: 0 });
      cluster.jobs.register({ job });
      await clock.advance(2000);
      assert.equal(cluster.store.job('default', 'once')?.Status, 'dead');
      assert.equal(allocations('once')[0]?.ClientDescription, 'All tasks have completed');
      cluster.jobs.register({ job: simulatedJob('once', { type: 'batch', exitCode: 0 }) });
      await clock.advance(2000);
      assert.equal(allocations('once').length, 1);
    }));

  it('are restarted by their own policy first', () =>
    withCluster(async ({ cluster, clock, allocations }) => {
      const job = simulatedJob('flaky', { exitCode: 1 });
      const group = job.TaskGroups?.[0];
      assert.ok(group);
      group.RestartPolicy = { Attempts: 2, Interval: 60e9, Delay: 1e9, Mode: 'fail' };
      cluster.jobs.register({ job });
      await clock.advance(10_000);
      const state = allocations('flaky')[0]?.TaskStates?.['server'];
      assert.equal(state?.Restarts, 2);
      assert.equal(state.Failed, true);
      const last = state.Events?.at(-1);
      assert.equal(last?.DisplayMessage, 'Exceeded allowed attempts 2 in interval 1m0s and mode is "fail"');
      assert.equal(state.Events?.length, 10);
    }));

  it('are purged with their job', () =>
    withCluster(async ({ cluster, clock, allocations }) => {
      cluster.jobs.register({ job: simulatedJob('web') });
      await clock.advance(1000);
      cluster.purge('default', 'web');
      assert.equal(cluster.store.job('default', 'web'), undefined);
      await clock.advance(5000);
      assert.deepEqual(allocations('web'), []);
    }));
});
