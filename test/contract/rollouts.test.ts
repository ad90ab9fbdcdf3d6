import assert from 'node:assert/strict';
import { it } from 'mocha';
import { contract } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { second, service, unknownId, update } from './support/jobs.ts';
import { assertRefused } from './support/refused.ts';

contract('deployment control', (c) => {
  const deployments = () => c.client.deployments;
  /** Healthy only by hand. */
  const manual = (more = {}) => update({ HealthCheck: 'manual', MaxParallel: 2, ...more });

  it('pauses and resumes', async () => {
    holds(
      'deployments.read',
      'deployments.pause',
      'A paused deployment goes on counting health and can be promoted, but nothing is placed before it resumes',
    );
    const id = c.id('pause');
    await c.register(service(id, { update: manual() }));
    const { ID } = await c.deploymentIn(id, 'running');
    const { value } = await deployments().pause(ID, true);
    assert.deepEqual([value.EvalID, value.EvalCreateIndex], ['', 0]);
    const { value: paused } = await deployments().read(ID);
    assert.deepEqual([paused.Status, paused.StatusDescription], ['paused', 'Deployment is paused']);
    assert.equal(paused.ModifyIndex, value.DeploymentModifyIndex);
    const resumed = await deployments().pause(ID, false);
    assert.match(resumed.value.EvalID, /^[0-9a-f-]{36}$/);
    const { value: running } = await deployments().read(ID);
    assert.deepEqual([running.Status, running.StatusDescription], ['running', 'Deployment is running']);
  });

  it('fails on demand, which leaves the allocations running', async () => {
    holds('deployments.fail');
    const id = c.id('fail');
    await c.register(service(id, { update: manual() }));
    const { ID } = await c.deploymentIn(id, 'running');
    await c.running(id);
    const { value } = await deployments().fail(ID);
    assert.equal(value.RevertedJobVersion, null);
    const { value: failed } = await deployments().read(ID);
    assert.deepEqual([failed.Status, failed.StatusDescription], ['failed', 'Deployment marked as failed']);
    const { value: job } = await c.client.jobs.read(id);
    assert.deepEqual([job.Status, job.Version, job.Stable], ['running', 0, false]);
    await c.running(id);
  });

  it('refuses every change of one that has ended', async () => {
    holds(
      'deployments.fail fails',
      'deployments.pause fails',
      'deployments.unblock fails',
      'A deployment that has ended refuses every change, and the id has to be in the body as well as in the path',
    );
    const id = c.id('ended');
    await c.register(service(id));
    const { ID } = await c.deploymentIn(id, 'successful');
    const refused = (write: Promise<unknown>, verb: string) =>
      assertRefused(write, 500, `can't ${verb} terminal deployment`, 'rejected');
    await refused(deployments().promoteAll(ID), 'promote');
    await refused(deployments().promoteGroups(ID, ['app']), 'promote');
    await refused(deployments().pause(ID, true), 'pause');
    await refused(deployments().pause(ID, false), 'resume');
    await refused(deployments().fail(ID), 'fail');
    await refused(deployments().unblock(ID), 'unblock');
    await assertRefused(
      deployments().setHealth(ID, { healthy: [await c.runningId(id)] }),
      500,
      "can't set health of allocations for a terminal deployment",
      'rejected',
    );
  });

  it('takes health by hand', async () => {
    holds('deployments.setHealth');
    const id = c.id('health');
    await c.register(service(id, { count: 2, update: manual() }));
    const { ID } = await c.deploymentIn(id, 'running');
    const [first, other] = await c.running(id, 2);
    const { value } = await deployments().setHealth(ID, { healthy: [first?.ID ?? ''] });
    assert.match(value.EvalID, /^[0-9a-f-]{36}$/);
    const { value: deployment } = await deployments().read(ID);
    assert.deepEqual(
      [deployment.Status, deployment.TaskGroups?.['app']?.HealthyAllocs, deployment.ModifyIndex],
      ['running', 1, value.DeploymentModifyIndex],
    );
    await deployments().setHealth(ID, { healthy: [other?.ID ?? ''] });
    const done = await c.deploymentIn(id, 'successful');
    assert.equal(done.TaskGroups?.['app']?.HealthyAllocs, 2);
  });

  it('fails when an allocation is called unhealthy', async () => {
    holds('A deployment that ended, failed, paused or was cancelled has fixed words for the reason');
    const id = c.id('unhealthy');
    await c.register(service(id, { update: manual() }));
    const { ID } = await c.deploymentIn(id, 'running');
    await deployments().setHealth(ID, { unhealthy: [await c.runningId(id)] });
    const failed = await c.deploymentIn(id, 'failed');
    assert.equal(failed.StatusDescription, 'Failed due to unhealthy allocations');
    assert.equal(failed.TaskGroups?.['app']?.UnhealthyAllocs, 1);
  });

  it('refuses health of nothing, and of unknown allocations', async () => {
    holds('deployments.setHealth fails');
    const id = c.id('nobody');
    await c.register(service(id, { update: manual() }));
    const { ID } = await c.deploymentIn(id, 'running');
    await assertRefused(
      deployments().setHealth(ID, {}),
      500,
      'must specify at least one healthy/unhealthy allocation ID',
      'rejected',
    );
    await assertRefused(
      deployments().setHealth(ID, { healthy: [unknownId] }),
      500,
      `unknown alloc "${unknownId}"`,
      'rejected',
    );
  });

  it('reverts by itself when it is failed and the group says so', async () => {
    const id = c.id('fail-revert');
    await c.register(service(id, { update: manual({ AutoRevert: true }), env: { V: '0' } }));
    const first = await c.deploymentIn(id, 'running', 0);
    await deployments().setHealth(first.ID, { healthy: [await c.runningId(id)] });
    await c.deploymentIn(id, 'successful', 0);
    await c.register(service(id, { update: manual({ AutoRevert: true }), env: { V: '1' } }));
    const { ID } = await c.deploymentIn(id, 'running', 1);
    const { value } = await deployments().fail(ID);
    assert.equal(value.RevertedJobVersion, 0);
    const { value: failed } = await deployments().read(ID);
    assert.equal(failed.StatusDescription, 'Deployment marked as failed - rolling back to job version 0');
    const { value: job } = await c.client.jobs.read(id);
    assert.deepEqual([job.Version, job.TaskGroups?.[0]?.Tasks?.[0]?.Env?.['V']], [2, '0']);
  });

  it('reverts by itself when the new version does not start', async () => {
    const id = c.id('auto-revert');
    // Long enough for a shell to end in, on a busy machine too: it must not count as healthy first.
    const auto = update({ AutoRevert: true, MinHealthyTime: 3 * second });
    await c.register(service(id, { update: auto }));
    await c.deploymentIn(id, 'successful', 0);
    await c.register(service(id, { update: auto, script: 'exit 3' }));
    await c.deployment(id, 'of version 2', ({ JobVersion, Status }) => JobVersion === 2 && Status === 'successful');
    const { value: list } = await c.client.jobs.deployments(id);
    const failed = list.find(({ JobVersion }) => JobVersion === 1);
    assert.deepEqual(
      [failed?.Status, failed?.StatusDescription],
      ['failed', 'Failed due to unhealthy allocations - rolling back to job version 0'],
    );
    const { value: job } = await c.client.jobs.read(id);
    assert.deepEqual([job.Version, job.Stable], [2, true]);
  });

  it('fails without progress before its deadline', async () => {
    holds('A deployment that ended, failed, paused or was cancelled has fixed words for the reason');
    const id = c.id('deadline');
    const slow = { HealthCheck: 'manual', HealthyDeadline: second, ProgressDeadline: 2 * second };
    await c.register(service(id, { update: update({ ...slow, MinHealthyTime: second / 10 }) }));
    const failed = await c.deploymentIn(id, 'failed');
    assert.equal(failed.StatusDescription, 'Failed due to progress deadline');
  });

  it('replaces allocations one by one', async () => {
    const id = c.id('rolling');
    await c.register(service(id, { count: 3, update: update({ MaxParallel: 3 }) }));
    await c.deploymentIn(id, 'successful', 0);
    await c.register(service(id, { count: 3, update: manual({ MaxParallel: 1 }), env: { V: '1' } }));
    const first = await c.deployment(
      id,
      'placing',
      (d) => d.JobVersion === 1 && d.TaskGroups?.['app']?.PlacedAllocs === 1,
    );
    const { value: list } = await c.client.jobs.allocations(id);
    assert.equal(list.filter(({ JobVersion, DesiredStatus }) => JobVersion === 0 && DesiredStatus === 'run').length, 2);
    const [placed] = list.filter(({ JobVersion }) => JobVersion === 1);
    await deployments().setHealth(first.ID, { healthy: [placed?.ID ?? ''] });
    await c.deployment(id, 'placing the second', (d) => d.TaskGroups?.['app']?.PlacedAllocs === 2);
  });
});
