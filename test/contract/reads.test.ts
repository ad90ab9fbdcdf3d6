import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import { contract } from './support/contract.ts';
import { service } from './support/jobs.ts';
import { assertRefused } from './support/refused.ts';

contract('job reads', (c) => {
  const jobs = () => c.client.jobs;
  let id = '';

  before(async () => {
    id = c.id('read');
    await c.register(service(id, { env: { V: '0' } }));
    await c.deploymentIn(id, 'successful', 0);
    await c.register(service(id, { env: { V: '1' } }));
    await c.deploymentIn(id, 'successful', 1);
  });

  it('reads the job as it stands', async () => {
    const { value: job, meta } = await jobs().read(id);
    assert.deepEqual([job.ID, job.Version, job.Status, job.Stable], [id, 1, 'running', true]);
    assert.equal(job.TaskGroups?.[0]?.Tasks?.[0]?.Env?.['V'], '1');
    assert.equal(meta.index, job.ModifyIndex);
    assert.equal(meta.knownLeader, true);
  });

  it('lists versions, the newest first, with one diff fewer', async () => {
    const { value } = await jobs().versions(id, { diffs: true });
    assert.deepEqual(
      value.Versions.map(({ Version }) => Version),
      [1, 0],
    );
    assert.equal(value.Diffs?.length, 1);
    const field = value.Diffs[0]?.TaskGroups?.[0]?.Tasks?.[0]?.Fields?.[0];
    assert.deepEqual([field?.Type, field?.Name, field?.Old, field?.New], ['Edited', 'Env[V]', '0', '1']);
    assert.equal((await jobs().versions(id)).value.Diffs, null);
  });

  it('sums up its allocations by group', async () => {
    const summary = await c.until(
      'a summary with one complete and one running allocation',
      (options) => jobs().summary(id, options),
      ({ Summary }) => Summary?.['app']?.Complete === 1 && Summary['app'].Running === 1,
    );
    assert.equal(summary.JobID, id);
    assert.deepEqual(summary.Children, { Pending: 0, Running: 0, Dead: 0 });
  });

  it('lists allocations of every version', async () => {
    const { value } = await jobs().allocations(id);
    assert.deepEqual(value.map(({ JobVersion, DesiredStatus }) => [JobVersion, DesiredStatus]).sort(), [
      [0, 'stop'],
      [1, 'run'],
    ]);
    const [latest] = value.filter(({ JobVersion }) => JobVersion === 1);
    assert.deepEqual(
      [latest?.Name, latest?.TaskGroup, latest?.JobType, latest?.DeploymentStatus?.Healthy],
      [`${id}.app[0]`, 'app', 'service', true],
    );
    assert.equal(latest?.TaskStates?.['main']?.State, 'running');
  });

  it('lists evaluations', async () => {
    const { value } = await jobs().evaluations(id);
    const triggers = new Set(value.map(({ TriggeredBy }) => TriggeredBy));
    assert.ok(triggers.has('job-register'), [...triggers].join());
    assert.ok(triggers.has('deployment-watcher'), [...triggers].join());
    for (const { Status, JobID } of value) assert.deepEqual([Status, JobID], ['complete', id]);
  });

  it('lists deployments, and reads the latest', async () => {
    const { value: list } = await jobs().deployments(id);
    assert.deepEqual(list.map(({ JobVersion, Status }) => `${String(JobVersion)} ${Status}`).sort(), [
      '0 successful',
      '1 successful',
    ]);
    const { value: latest } = await jobs().latestDeployment(id);
    assert.deepEqual(
      [latest?.JobVersion, latest?.Status, latest?.StatusDescription],
      [1, 'successful', 'Deployment completed successfully'],
    );
  });

  it('marks versions stable and unstable', async () => {
    const stableOf = async () =>
      (await jobs().versions(id)).value.Versions.find(({ Version }) => Version === 0)?.Stable;
    await jobs().stable(id, 0, false);
    assert.equal(await stableOf(), false);
    await jobs().stable(id, 0, true);
    assert.equal(await stableOf(), true);
    await assertRefused(
      jobs().stable(id, 99, true),
      500,
      `job "${id}" in namespace "default" at version 99 not found`,
      'rejected',
    );
  });

  it('evaluates a job again', async () => {
    const { value } = await jobs().evaluate(id);
    const { value: evaluation } = await c.client.evaluations.read(value.EvalID);
    assert.equal(evaluation.TriggeredBy, 'job-register');
    await assertRefused(jobs().evaluate(c.id('nope')), 500, 'job not found', 'rejected');
  });

  it('answers for an unknown job, differently by part', async () => {
    const nope = c.id('nope');
    await assertRefused(jobs().read(nope), 404, 'job not found', 'notFound');
    await assertRefused(jobs().summary(nope), 404, 'job not found', 'notFound');
    await assertRefused(jobs().versions(nope), 404, 'job versions not found', 'notFound');
    await assertRefused(jobs().submission(nope, 0), 404, 'job source not found', 'notFound');
    await assertRefused(jobs().scaleStatus(nope), 404, 'job not found', 'notFound');
    assert.deepEqual((await jobs().allocations(nope)).value, []);
    assert.deepEqual((await jobs().evaluations(nope)).value, []);
    assert.deepEqual((await jobs().deployments(nope)).value, []);
    assert.equal((await jobs().latestDeployment(nope)).value, null);
  });
});
