import assert from 'node:assert/strict';
import { it } from 'mocha';
import { contract } from './support/contract.ts';
import { eventsOf } from './support/events.ts';
import { holds } from './support/holds.ts';
import { second, service, unknownId, update } from './support/jobs.ts';
import { refusal } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

contract('canary deployments', (c) => {
  const deployments = () => c.client.deployments;
  const canary = update({ Canary: 1 });

  /** A job at version 1 with one healthy canary beside two allocations of version 0. */
  const healthyCanary = async (name: string) => {
    const id = c.id(name);
    await c.register(service(id, { count: 2, update: canary }));
    await c.deploymentIn(id, 'successful', 0);
    await c.register(service(id, { count: 2, update: canary, env: { V: '1' } }));
    const deployment = await c.deployment(
      id,
      'healthy',
      ({ JobVersion, TaskGroups }) => JobVersion === 1 && TaskGroups?.['app']?.HealthyAllocs === 1,
    );
    return { id, deployment };
  };

  it('rolls out by canary, promotion and replacement, as events tell', async () => {
    holds('deployments.promoteAll');
    const id = c.id('events');
    await c.register(service(id, { count: 2, update: canary }));
    await c.deploymentIn(id, 'successful', 0);
    const { index } = (await c.client.jobs.read(id)).meta;
    await c.register(service(id, { count: 2, update: canary, env: { V: '1' } }));
    const told: string[] = [];
    const tell = (text: string) => {
      if (told.at(-1) !== text) told.push(text);
    };
    const topics = { Deployment: [id] };
    await eventsOf(c, { topics, index: index + 1 }, async ({ Payload }) => {
      const deployment = Payload?.Deployment;
      const group = deployment?.TaskGroups?.['app'];
      if (deployment?.JobVersion !== 1 || group === undefined) return false;
      const canaries = String(group.PlacedCanaries?.length ?? 0);
      tell(
        `${deployment.Status} canaries ${canaries} promoted ${String(group.Promoted)} healthy ${String(group.HealthyAllocs)}`,
      );
      if (!group.Promoted && group.HealthyAllocs === 1) await deployments().promoteAll(deployment.ID);
      return deployment.Status === 'successful';
    });
    const expected = [
      'running canaries 1 promoted false healthy 0',
      'running canaries 1 promoted false healthy 1',
      'running canaries 1 promoted true healthy 1',
      'successful canaries 1 promoted true healthy 2',
    ];
    assert.deepEqual(
      told.filter((text) => expected.includes(text)),
      expected,
      told.join('\n'),
    );
    const list = (await c.client.jobs.allocations(id)).value;
    assert.equal(list.filter(({ JobVersion, DesiredStatus }) => JobVersion === 0 && DesiredStatus === 'run').length, 0);
  });

  it('says what it waits for', async () => {
    holds(
      'deployments.allocations',
      'The first version has no canaries, and the description of a deployment says which promotion it waits for',
    );
    const { deployment } = await healthyCanary('waits');
    assert.deepEqual(
      [deployment.Status, deployment.StatusDescription],
      ['running', 'Deployment is running but requires manual promotion'],
    );
    const group = deployment.TaskGroups?.['app'];
    assert.deepEqual(
      [group?.DesiredCanaries, group?.DesiredTotal, group?.PlacedAllocs, group?.Promoted, group?.AutoPromote],
      [1, 2, 1, false, false],
    );
    const { value: allocations } = await deployments().allocations(deployment.ID);
    assert.deepEqual(
      allocations.map(({ ID, DeploymentStatus }) => [ID, DeploymentStatus?.Canary, DeploymentStatus?.Healthy]),
      [[group?.PlacedCanaries?.[0], true, true]],
    );
  });

  it('is not promoted too early', async () => {
    holds(
      'deployments.promoteAll fails',
      'Errors are bare text without a line end, and most refusals by the server have status 500, not 4xx',
      'Promoting nothing or unknown groups succeeds without effect, and promoting too early is 500',
    );
    const unhealthy = { ...canary, MinHealthyTime: 50 * second };
    const id = c.id('early');
    await c.register(service(id, { update: unhealthy }));
    const slow = await c.deploymentIn(id, 'running');
    await deployments().setHealth(slow.ID, { healthy: [await c.runningId(id)] });
    await c.deploymentIn(id, 'successful');
    await c.register(service(id, { update: unhealthy, env: { V: '1' } }));
    const placed = await c.deployment(
      id,
      'placing a canary',
      ({ JobVersion, TaskGroups }) => JobVersion === 1 && TaskGroups?.['app']?.PlacedCanaries?.length === 1,
    );
    const words = '1 error occurred:\n\t* Task group "app" has 0/1 healthy allocations';
    await assertRefused(deployments().promoteAll(placed.ID), 500, words, 'rejected');
    assert.equal((await deployments().read(placed.ID)).value.TaskGroups?.['app']?.Promoted, false);
  });

  it('passes over unknown groups, and over a promotion of nothing', async () => {
    const { deployment } = await healthyCanary('nothing');
    const { value } = await deployments().promoteGroups(deployment.ID, ['nope']);
    assert.match(value.EvalID, /^[0-9a-f-]{36}$/);
    const body = JSON.stringify({ DeploymentID: deployment.ID });
    const [status] = await refusal(c, `/v1/deployment/promote/${deployment.ID}`, { method: 'PUT', body });
    assert.equal(status, 200);
    assert.equal((await deployments().read(deployment.ID)).value.TaskGroups?.['app']?.Promoted, false);
  });

  it('promotes one of two groups, and then the other', async () => {
    holds('deployments.promoteGroups');
    const id = c.id('groups');
    const groups = (v: string) => ['a', 'b'].map((name) => ({ name, update: canary, env: { V: v } }));
    await c.register(service(id, { groups: groups('0') }));
    await c.deploymentIn(id, 'successful', 0);
    await c.register(service(id, { groups: groups('1') }));
    const deployment = await c.deployment(
      id,
      'healthy',
      ({ JobVersion, TaskGroups }) =>
        JobVersion === 1 && TaskGroups?.['a']?.HealthyAllocs === 1 && TaskGroups['b']?.HealthyAllocs === 1,
    );
    const promoted = async () => {
      const { TaskGroups } = (await deployments().read(deployment.ID)).value;
      return [TaskGroups?.['a']?.Promoted, TaskGroups?.['b']?.Promoted];
    };
    const { value } = await deployments().promoteGroups(deployment.ID, ['a']);
    assert.equal(value.RevertedJobVersion, null);
    assert.deepEqual(await promoted(), [true, false]);
    await deployments().promoteGroups(deployment.ID, ['b']);
    assert.deepEqual(await promoted(), [true, true]);
    const done = await c.deploymentIn(id, 'successful', 1);
    assert.equal(done.StatusDescription, 'Deployment completed successfully');
  });

  it('promotes by itself where the group says so', async () => {
    const id = c.id('auto');
    const auto = update({ Canary: 1, AutoPromote: true });
    await c.register(service(id, { update: auto }));
    await c.deploymentIn(id, 'successful', 0);
    await c.register(service(id, { update: auto, env: { V: '1' } }));
    const done = await c.deploymentIn(id, 'successful', 1);
    assert.equal(done.TaskGroups?.['app']?.Promoted, true);
  });

  it('is cancelled by a newer version', async () => {
    holds('A deployment that ended, failed, paused or was cancelled has fixed words for the reason');
    const { id, deployment } = await healthyCanary('newer');
    await c.register(service(id, { count: 2, update: canary, env: { V: '2' } }));
    const old = await c.until(
      'a cancelled deployment',
      (options) => deployments().read(deployment.ID, options),
      ({ Status }) => Status === 'cancelled',
    );
    assert.equal(old.StatusDescription, 'Cancelled due to newer version of job');
  });

  it('has no canaries in a first version', async () => {
    holds('The first version has no canaries, and the description of a deployment says which promotion it waits for');
    const id = c.id('first');
    await c.register(service(id, { update: canary }));
    const deployment = await c.deploymentIn(id, 'successful', 0);
    assert.equal(deployment.TaskGroups?.['app']?.DesiredCanaries, 0);
  });
});

contract('deployment ids', (c) => {
  const deployments = () => c.client.deployments;

  it('refuses unknown ids, with 404 only for reads', async () => {
    holds(
      'deployments.read fails',
      'deployments.allocations fails',
      'deployments.promoteGroups fails',
      'Errors are bare text without a line end, and most refusals by the server have status 500, not 4xx',
      'An unknown deployment is 404 to be read, 500 to be changed, and an empty list as to its allocations',
    );
    await assertRefused(deployments().read(unknownId), 404, 'deployment not found', 'notFound');
    const unknown = 'deployment not found';
    await assertRefused(deployments().promoteAll(unknownId), 500, unknown, 'rejected');
    await assertRefused(deployments().promoteGroups(unknownId, ['app']), 500, unknown, 'rejected');
    await assertRefused(deployments().pause(unknownId, true), 500, unknown, 'rejected');
    await assertRefused(deployments().fail(unknownId), 500, unknown, 'rejected');
    await assertRefused(deployments().unblock(unknownId), 500, unknown, 'rejected');
    await assertRefused(deployments().setHealth(unknownId, { healthy: [unknownId] }), 500, unknown, 'rejected');
    assert.deepEqual((await deployments().allocations(unknownId)).value, []);
  });

  it('refuses short ids', async () => {
    holds('An id in a path that is no whole UUID is 500, while a whole one that nothing has is 404');
    const words = 'deployment lookup failed: index error: UUID must be 36 characters';
    await assertRefused(deployments().read('d47e8dd7'), 500, words, 'rejected');
    await assertRefused(deployments().promoteAll('d47e8dd7'), 500, words, 'rejected');
  });

  it('finds by a prefix of an even number of digits only', async () => {
    holds(
      'deployments.list fails',
      'A prefix of ids has to have an even number of digits in lists, but may have an odd one in a search',
    );
    const id = c.id('prefix');
    await c.register(service(id));
    const { ID } = await c.deploymentIn(id, 'successful');
    const find = async (prefix: string) => (await deployments().list({ prefix })).value.map((found) => found.ID);
    assert.ok((await find(ID.slice(0, 8))).includes(ID));
    assert.deepEqual(await find(ID.slice(0, 13)), [ID]);
    const words = 'index error: Input (without hyphens) must be even length';
    await assertRefused(deployments().list({ prefix: ID.slice(0, 7) }), 500, words, 'rejected');
  });

  it('wants the id in the body too', async () => {
    holds('A deployment that has ended refuses every change, and the id has to be in the body as well as in the path');
    const path = `/v1/deployment/promote/${unknownId}`;
    assert.deepEqual(await refusal(c, path, { method: 'PUT', body: '{"All":true}' }), [
      400,
      'DeploymentID must be specified',
    ]);
    const body = '{"DeploymentID":"other","All":true}';
    assert.deepEqual(await refusal(c, path, { method: 'PUT', body }), [400, 'Deployment ID does not match']);
  });
});
