import assert from 'node:assert/strict';
import { it } from 'mocha';
import type { Job } from '../../src/nomad/types/job.ts';
import { contract } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { batch, service, task, update, waiting } from './support/jobs.ts';
import { refusal } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

contract('plan', (c) => {
  const plan = async (job: Job, diff = true) => (await c.client.jobs.plan(job, { diff })).value;

  const settled = async (name: string) => {
    const id = c.id(name);
    await c.register(service(id, { count: 2 }));
    await c.deploymentIn(id, 'successful');
    return id;
  };

  it('shows a new job as added, at index 0', async () => {
    holds('A plan of a new job has index 0, and an index is enforced by the body only, with words for each mismatch');
    const id = c.id('new');
    const { Diff, JobModifyIndex, Annotations, FailedTGAllocs } = await plan(service(id, { count: 2 }));
    assert.equal(JobModifyIndex, 0);
    assert.equal(FailedTGAllocs, null);
    assert.equal(Annotations?.DesiredTGUpdates?.['app']?.Place, 2);
    assert.equal(Diff?.Type, 'Added');
    assert.equal(Diff.ID, id);
    const group = Diff.TaskGroups?.[0];
    assert.deepEqual([group?.Type, group?.Name, group?.Updates], ['Added', 'app', { create: 2 }]);
    assert.deepEqual(group?.Tasks?.[0]?.Annotations, ['forces create']);
    await assertRefused(c.client.jobs.read(id), 404, 'job not found', 'notFound');
  });

  it('leaves the diff out unless asked for', async () => {
    holds('A plan has a diff only on request, and a changed meta replaces allocations where a count leaves them');
    const answer = await plan(service(c.id('quiet')), false);
    assert.equal(answer.Diff, null);
    assert.equal(answer.Annotations?.DesiredTGUpdates?.['app']?.Place, 1);
  });

  it('shows an unchanged job as it is, with the index that EnforceIndex wants', async () => {
    holds('A plan has a diff only on request, and a changed meta replaces allocations where a count leaves them');
    const id = await settled('same');
    const [{ value: job }, answer] = await Promise.all([c.client.jobs.read(id), plan(service(id, { count: 2 }))]);
    assert.equal(answer.JobModifyIndex, job.JobModifyIndex);
    assert.equal(answer.Diff?.Type, 'None');
    assert.equal(answer.Annotations?.DesiredTGUpdates?.['app']?.Ignore, 2);
  });

  it('annotates what a change does to allocations', async () => {
    holds(
      'jobs.plan',
      'A plan has a diff only on request, and a changed meta replaces allocations where a count leaves them',
    );
    const id = await settled('changed');
    const changed = await plan(service(id, { count: 3, env: { HUE: 'teal' } }));
    assert.equal(changed.Diff?.Type, 'Edited');
    const group = changed.Diff.TaskGroups?.[0];
    assert.deepEqual(group?.Updates, { create: 1, ignore: 2 });
    const count = group.Fields?.find(({ Name }) => Name === 'Count');
    assert.deepEqual([count?.Old, count?.New, count?.Annotations], ['2', '3', ['forces create']]);
    const [main] = group.Tasks ?? [];
    assert.deepEqual(main?.Annotations, ['forces create/destroy update']);
    const env = main.Fields?.find(({ Name }) => Name === 'Env[HUE]');
    assert.deepEqual([env?.Type, env?.Old, env?.New], ['Added', '', 'teal']);

    const fewer = await plan(service(id, { count: 1 }));
    const down = fewer.Diff?.TaskGroups?.[0];
    assert.deepEqual(down?.Updates, { destroy: 1, 'in-place update': 1 });
    assert.deepEqual(down.Fields?.[0]?.Annotations, ['forces destroy']);

    const inPlace = await plan(service(id, { count: 2, job: { Priority: 60 } }));
    assert.deepEqual(inPlace.Diff?.TaskGroups?.[0]?.Updates, { 'in-place update': 2 });
    assert.deepEqual(
      inPlace.Diff.Fields?.map(({ Name, Old, New }) => [Name, Old, New]),
      [['Priority', '50', '60']],
    );
  });

  it('counts canaries', async () => {
    const id = await settled('canary');
    const spec = { count: 2, update: update({ Canary: 1 }), env: { V: '1' } };
    const { Annotations, Diff } = await plan(service(id, spec));
    const wanted = Annotations?.DesiredTGUpdates?.['app'];
    assert.deepEqual([wanted?.Canary, wanted?.Ignore, wanted?.DestructiveUpdate], [1, 2, 0]);
    assert.deepEqual(Diff?.TaskGroups?.[0]?.Updates, { canary: 1, ignore: 2 });
  });

  it('keeps unchanged fields within a changed object as context', async () => {
    const id = await settled('config');
    const tasks = [task('main', { ...waiting, args: ['7200'] })];
    const { Diff } = await plan(service(id, { count: 2, tasks }));
    const config = Diff?.TaskGroups?.[0]?.Tasks?.[0]?.Objects?.find(({ Name }) => Name === 'Config');
    assert.deepEqual(
      config?.Fields?.map(({ Type, Name, Old, New }) => [Type, Name, Old, New]),
      [
        ['Edited', 'args[0]', '3600', '7200'],
        ['None', 'command', '/bin/sleep', '/bin/sleep'],
      ],
    );
  });

  it('says why a group does not fit', async () => {
    holds('An exhausted dimension is said to be called `cpu exhausted`, and is called `cpu`');
    const tasks = [task('main', waiting, { Resources: { CPU: 10_000_000, MemoryMB: 20 } })];
    const big = await plan(service(c.id('big'), { tasks }));
    const metric = big.FailedTGAllocs?.['app'];
    assert.deepEqual(
      [metric?.NodesEvaluated, metric?.NodesExhausted, metric?.NodesFiltered, metric?.CoalescedFailures],
      [1, 1, 0, 0],
    );
    assert.deepEqual(metric?.DimensionExhausted, { cpu: 1 });
    assert.equal(metric.ResourcesExhausted?.['main']?.CPU, 10_000_000);
  });

  it('says which constraint filters the nodes out', async () => {
    const Constraints = [{ LTarget: '${attr.kernel.name}', RTarget: 'plan9', Operand: '=' }];
    const { FailedTGAllocs } = await plan(service(c.id('plan9'), { count: 2, job: { Constraints } }));
    const metric = FailedTGAllocs?.['app'];
    assert.deepEqual([metric?.NodesEvaluated, metric?.NodesFiltered, metric?.CoalescedFailures], [1, 1, 1]);
    assert.deepEqual(metric?.ConstraintFiltered, { '${attr.kernel.name} = plan9': 1 });
    const tasks = [task('main', {}, { Driver: 'no-such-driver' })];
    const driver = await plan(service(c.id('driver'), { tasks }));
    assert.deepEqual(driver.FailedTGAllocs?.['app']?.ConstraintFiltered, { 'missing drivers': 1 });
    const nowhere = await plan(service(c.id('dc'), { job: { Datacenters: ['dc-none'] } }));
    assert.equal(nowhere.FailedTGAllocs?.['app']?.NodesEvaluated, 0);
  });

  it('tells when a periodic job would start', async () => {
    holds('Jobs that only make children have no evaluation, and a batch job that waits to be rescheduled is pending');
    const Periodic = { Enabled: true, Spec: '0 0 * * *', SpecType: 'cron', TimeZone: 'UTC' };
    const { NextPeriodicLaunch } = await plan(batch(c.id('daily'), { job: { Periodic } }));
    const next = new Date(NextPeriodicLaunch ?? 0);
    assert.ok(next.getTime() > Date.now() - 60_000, NextPeriodicLaunch ?? 'null');
    assert.equal(next.getUTCHours() + next.getUTCMinutes(), 0);
  });

  it('warns', async () => {
    const { Warnings } = await plan(service(c.id('warned'), { count: 2, update: update({ MaxParallel: 9 }) }));
    assert.match(
      Warnings ?? '',
      /^1 warning:\n\n\* Group "app" has warnings: 1 error occurred:\n\t\* Update max parallel count is greater than task group count \(9 > 2\)\./,
    );
  });

  it('accepts a change of type that registering refuses', async () => {
    holds('A plan accepts a change of the type of a job, which registering then refuses');
    const id = await settled('type');
    assert.equal((await plan(batch(id))).Diff?.Type, 'Edited');
    await assertRefused(
      c.client.jobs.register(batch(id)),
      500,
      'cannot update job from type "service" to "batch"',
      'rejected',
    );
  });

  it('refuses invalid jobs, and jobs of nowhere', async () => {
    holds('jobs.plan fails');
    const id = c.id('invalid');
    const invalid = { ...service(id), Priority: 500 };
    await assertRefused(plan(invalid), 500, '1 error occurred:\n\t* job priority must be between [1, 100]', 'rejected');
    await assertRefused(
      plan(service(id, { job: { Namespace: 'nope' } })),
      500,
      `1 error occurred:\n\t* job "${id}" is in nonexistent namespace "nope"`,
      'rejected',
    );
    const path = `/v1/job/${id}/plan`;
    const post = (body: unknown) => refusal(c, path, { method: 'POST', body: JSON.stringify(body) });
    assert.deepEqual(await post({}), [400, 'Job must be specified']);
    assert.deepEqual(await post({ Job: {} }), [400, 'Job must have a valid ID']);
    assert.deepEqual(await post({ Job: { ID: 'other' } }), [400, 'Job ID does not match']);
    assert.deepEqual(await refusal(c, path), [405, 'Invalid method']);
  });
});
