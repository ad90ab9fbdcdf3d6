import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { quickUpdate, simulatedJob } from '../../../support/simulatedJobs.ts';
import { withCluster } from './harness.ts';

const canary = { ...quickUpdate, Canary: 1 };

describe('a rollout', () => {
  it('finishes when every allocation has been healthy for long enough, and makes the version stable', () =>
    withCluster(async ({ cluster, clock, deployment }) => {
      cluster.jobs.register({ job: simulatedJob('web', { count: 2 }) });
      await clock.advance(1000);
      assert.equal(deployment('web').Status, 'running');
      assert.equal(deployment('web').TaskGroups?.['app']?.HealthyAllocs, 0);
      await clock.advance(10_000);
      assert.equal(deployment('web').Status, 'successful');
      assert.equal(deployment('web').StatusDescription, 'Deployment completed successfully');
      assert.equal(cluster.store.job('default', 'web')?.Stable, true);
    }));

  it('waits with a canary until it is promoted', () =>
    withCluster(async ({ cluster, clock, deployment, allocations }) => {
      cluster.jobs.register({ job: simulatedJob('web', { count: 2, update: canary }) });
      await clock.advance(15_000);
      cluster.jobs.register({
        job: simulatedJob('web', { count: 2, update: canary, image: 'registry.example/app:2' }),
      });
      await clock.advance(2000);
      const { ID: id } = deployment('web');
      assert.equal(deployment('web').StatusDescription, 'Deployment is running but requires manual promotion');
      assert.equal(deployment('web').TaskGroups?.['app']?.PlacedCanaries?.length, 1);
      assert.throws(() => cluster.deployments.promote(id, { all: true }), {
        message: '1 error occurred:\n\t* Task group "app" has 0/1 healthy allocations\n\n',
      });
      await clock.advance(60_000);
      assert.equal(deployment('web').Status, 'running');
      assert.equal(allocations('web').filter((item) => item.DesiredStatus === 'run').length, 3);
      cluster.deployments.promote(id, { all: true });
      await clock.advance(20_000);
      assert.equal(deployment('web').Status, 'successful');
      const live = allocations('web').filter((item) => item.DesiredStatus === 'run');
      assert.deepEqual(live.map((item) => [item.Name, item.Job.Version]).sort(), [
        ['web.app[0]', 1],
        ['web.app[1]', 1],
      ]);
      assert.throws(() => cluster.deployments.promote(id, { all: true }), {
        message: "can't promote terminal deployment",
      });
    }));

  it('promotes by itself where the job says so', () =>
    withCluster(async ({ cluster, clock, deployment }) => {
      const update = { ...canary, AutoPromote: true };
      cluster.jobs.register({ job: simulatedJob('web', { update }) });
      await clock.advance(15_000);
      cluster.jobs.register({ job: simulatedJob('web', { update, image: 'registry.example/app:2' }) });
      await clock.advance(1000);
      assert.equal(deployment('web').StatusDescription, 'Deployment is running pending automatic promotion');
      await clock.advance(20_000);
      assert.equal(deployment('web').JobVersion, 1);
      assert.equal(deployment('web').Status, 'successful');
    }));

  it('brings the last stable version back when a new one fails', () =>
    withCluster(async ({ cluster, clock, deployment }) => {
      const update = { ...quickUpdate, AutoRevert: true };
      cluster.jobs.register({ job: simulatedJob('web', { count: 2, update }) });
      await clock.advance(15_000);
      cluster.jobs.register({ job: simulatedJob('web', { count: 2, update, exitCode: 1 }) });
      const failures: (string | undefined)[] = [];
      cluster.store.onApplied((applied) => {
        for (const item of applied.deployments) if (item.Status === 'failed') failures.push(item.StatusDescription);
      });
      await clock.advance(30_000);
      assert.deepEqual(failures, ['Failed due to unhealthy allocations - rolling back to job version 0']);
      const job = cluster.store.job('default', 'web');
      assert.equal(job?.Version, 2);
      assert.equal(job.Stable, true);
      assert.equal(deployment('web').Status, 'successful');
    }));

  it('fails at the progress deadline when nothing can be placed', () =>
    withCluster(async ({ cluster, clock, deployment }) => {
      cluster.jobs.register({ job: simulatedJob('web') });
      await clock.advance(15_000);
      // Two fit, the third never does.
      const update = { ...quickUpdate, ProgressDeadline: 30e9 };
      cluster.jobs.register({ job: simulatedJob('web', { update, count: 3, memoryMb: 7000 }) });
      await clock.advance(25_000);
      assert.equal(deployment('web').Status, 'running');
      await clock.advance(40_000);
      assert.equal(deployment('web').Status, 'failed');
      assert.equal(deployment('web').StatusDescription, 'Failed due to progress deadline');
    }));

  it('keeps what it has while it is paused', () =>
    withCluster(async ({ cluster, clock, deployment, allocations }) => {
      cluster.jobs.register({ job: simulatedJob('web', { count: 3 }) });
      await clock.advance(15_000);
      cluster.jobs.register({ job: simulatedJob('web', { count: 3, image: 'registry.example/app:2' }) });
      await clock.advance(500);
      const written = cluster.deployments.pause(deployment('web').ID, true);
      assert.equal(written.EvalID, '');
      await clock.advance(60_000);
      assert.equal(deployment('web').StatusDescription, 'Deployment is paused');
      assert.equal(allocations('web').filter((item) => item.Job.Version === 1).length, 1);
      cluster.deployments.pause(deployment('web').ID, false);
      await clock.advance(60_000);
      assert.equal(deployment('web').Status, 'successful');
      assert.equal(allocations('web').filter((item) => item.Job.Version === 1).length, 3);
    }));

  it('is cancelled by a newer version, and by a stop', () =>
    withCluster(async ({ cluster, clock, deployment }) => {
      cluster.jobs.register({ job: simulatedJob('web') });
      await clock.advance(100);
      const first = deployment('web').ID;
      cluster.jobs.register({ job: simulatedJob('web', { image: 'registry.example/app:2' }) });
      await clock.advance(100);
      assert.equal(cluster.store.deployments.get(first)?.StatusDescription, 'Cancelled due to newer version of job');
      cluster.jobs.deregister('default', 'web', { purge: false });
      await clock.advance(100);
      assert.equal(deployment('web').Status, 'cancelled');
      assert.equal(deployment('web').StatusDescription, 'Cancelled because job is stopped');
      assert.equal(cluster.store.job('default', 'web')?.Status, 'dead');
    }));

  it('changes a count in place and still makes a deployment', () =>
    withCluster(async ({ cluster, clock, deployment, allocations }) => {
      cluster.jobs.register({ job: simulatedJob('web', { count: 1 }) });
      await clock.advance(15_000);
      const before = allocations('web').map(({ ID }) => ID);
      cluster.jobs.register({ job: simulatedJob('web', { count: 2 }) });
      await clock.advance(100);
      assert.equal(deployment('web').JobVersion, 1);
      assert.equal(deployment('web').TaskGroups?.['app']?.PlacedAllocs, 2);
      assert.ok(before.every((id) => cluster.store.allocations.get(id)?.DesiredStatus === 'run'));
      await clock.advance(15_000);
      assert.equal(deployment('web').Status, 'successful');
    }));
});
