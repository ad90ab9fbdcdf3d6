import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { simulatedJob } from '../../../support/simulatedJobs.ts';
import { withCluster } from './harness.ts';

describe('registering a job', () => {
  it('enforces the index in the words of Nomad', () =>
    withCluster(async ({ cluster }) => {
      await Promise.resolve();
      const job = simulatedJob('web');
      const enforce = (jobModifyIndex: number, image = 'registry.example/app:2') =>
        cluster.jobs.register({ job: simulatedJob('web', { image }), enforceIndex: true, jobModifyIndex });
      assert.throws(() => enforce(77), { message: 'Enforcing job modify index 77: job does not exist' });
      const { JobModifyIndex: index } = cluster.jobs.register({ job, enforceIndex: true, jobModifyIndex: 0 });
      assert.throws(() => enforce(0), { message: 'Enforcing job modify index 0: job already exists' });
      assert.throws(() => enforce(1), {
        message: `Enforcing job modify index 1: job exists with conflicting job modify index: ${String(index)}`,
      });
      assert.ok(enforce(index).JobModifyIndex > index);
    }));

  it('makes no version of what did not change, but an evaluation', () =>
    withCluster(async ({ cluster, clock }) => {
      cluster.jobs.register({ job: simulatedJob('web') });
      await clock.advance(15_000);
      const before = cluster.store.job('default', 'web');
      const again = cluster.jobs.register({ job: simulatedJob('web') });
      assert.equal(cluster.store.job('default', 'web')?.Version, 0);
      assert.equal(again.JobModifyIndex, before?.ModifyIndex);
      assert.notEqual(again.EvalID, '');
    }));

  it('refuses another type, a missing namespace and what is invalid', () =>
    withCluster(async ({ cluster }) => {
      await Promise.resolve();
      cluster.jobs.register({ job: simulatedJob('web') });
      assert.throws(() => cluster.jobs.register({ job: simulatedJob('web', { type: 'batch' }) }), {
        message: 'cannot update job from type "service" to "batch"',
      });
      assert.throws(() => cluster.jobs.register({ job: simulatedJob('bad', { more: { Namespace: 'nope' } }) }), {
        message: '1 error occurred:\n\t* job "bad" is in nonexistent namespace "nope"\n\n',
      });
      assert.throws(() => cluster.jobs.register({ job: simulatedJob('bad', { more: { TaskGroups: [] } }) }), {
        message: '1 error occurred:\n\t* Missing job task groups\n\n',
      });
    }));

  it('keeps six versions and those that are tagged', () =>
    withCluster(async ({ cluster }) => {
      await Promise.resolve();
      const register = (tag: number) =>
        cluster.jobs.register({ job: simulatedJob('web', { image: `registry.example/app:${String(tag)}` }) });
      register(0);
      cluster.jobs.tag('default', 'web', 'golden', 0, 'keep');
      for (let tag = 1; tag <= 8; tag += 1) register(tag);
      const versions = cluster.store.versions.get('default\0web')?.map((job) => job.Version);
      assert.deepEqual(versions, [8, 7, 6, 5, 4, 3, 0]);
      assert.throws(() => cluster.jobs.tag('default', 'web', 'golden', 8, ''), {
        message: 'tag "golden" already exists on a different version of job "web"',
      });
    }));
});

describe('reverting a job', () => {
  it('makes a new version of an old one', () =>
    withCluster(async ({ cluster }) => {
      await Promise.resolve();
      cluster.jobs.register({
        job: simulatedJob('web'),
        submission: { Source: 'first', Format: 'hcl2', Variables: '' },
      });
      cluster.jobs.register({ job: simulatedJob('web', { image: 'registry.example/app:2' }) });
      assert.throws(() => cluster.jobs.revert('default', 'web', 1, null), {
        message: "can't revert to current version",
      });
      assert.throws(() => cluster.jobs.revert('default', 'web', 9, null), {
        message: 'job "web" in namespace "default" at version 9 not found',
      });
      assert.throws(() => cluster.jobs.revert('default', 'web', 0, 5), {
        message: 'Current job has version 1; enforcing version 5',
      });
      cluster.jobs.revert('default', 'web', 0, 1);
      assert.equal(cluster.store.job('default', 'web')?.Version, 2);
      const submissions = cluster.store.submissions.get('default\0web');
      assert.equal(submissions?.find(({ Version }) => Version === 2)?.Source, 'first');
    }));
});

describe('children', () => {
  it('are dispatched with checked meta and payload, once for each token', () =>
    withCluster(async ({ cluster, clock }) => {
      const more = { ParameterizedJob: { Payload: 'forbidden', MetaRequired: ['path'], MetaOptional: [] } };
      const registered = cluster.jobs.register({ job: simulatedJob('resize', { type: 'batch', exitCode: 0, more }) });
      assert.equal(registered.EvalID, '');
      const dispatch = (meta: Record<string, string>, idempotencyToken = '', payload = '') =>
        cluster.children.dispatch('default', 'resize', { payload, meta, idPrefix: '', idempotencyToken, priority: 0 });
      assert.throws(() => dispatch({}), { message: 'Dispatch did not provide required meta keys: [path]' });
      assert.throws(() => dispatch({ path: 'x', zzz: 'y' }), {
        message: 'Dispatch request included unpermitted metadata keys: [zzz]',
      });
      assert.throws(() => dispatch({ path: 'x' }, '', 'eA=='), {
        message: 'Payload provided but forbidden by parameterized job',
      });
      const first = dispatch({ path: 'x' }, 'token');
      assert.match(first.DispatchedJobID, /^resize\/dispatch-\d+-[0-9a-f]{8}$/);
      assert.deepEqual(
        [dispatch({ path: 'x' }, 'token')].map(({ DispatchedJobID, EvalID }) => [DispatchedJobID, EvalID]),
        [[first.DispatchedJobID, '']],
      );
      await clock.advance(5000);
      assert.equal(cluster.store.job('default', first.DispatchedJobID)?.Status, 'dead');
      assert.equal(cluster.store.summaries.get('default\0resize')?.Children?.Dead, 1);
    }));

  it('are launched when their time comes', () =>
    withCluster(async ({ cluster, clock }) => {
      const more = { Periodic: { Enabled: true, SpecType: 'cron', Specs: ['*/10 * * * *'], TimeZone: 'UTC' } };
      cluster.jobs.register({ job: simulatedJob('report', { type: 'batch', exitCode: 0, more }) });
      assert.equal(cluster.store.job('default', 'report')?.Status, 'running');
      await clock.advance(25 * 60_000);
      const children = [...cluster.store.jobs.values()].filter((job) => job.ParentID === 'report');
      assert.equal(children.length, 2);
      assert.ok(children.every((job) => job.Status === 'dead' && job.ID.startsWith('report/periodic-')));
    }));
});
