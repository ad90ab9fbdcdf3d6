import assert from 'node:assert/strict';
import { it } from 'mocha';
import { withCanary } from './support/canaries.ts';
import { contract } from './support/contract.ts';
import { eventsOf } from './support/events.ts';
import { holds } from './support/holds.ts';
import { second, service, update, batch } from './support/jobs.ts';
import { refusal, raw } from './support/raw.ts';

type Fields = Record<string, unknown>;

contract('deployments and their documents', (c) => {
  const deployments = () => c.client.deployments;

  it('answer every write with a version to which they reverted, or null', async () => {
    holds(
      'A changed count starts a deployment that forgets the health of what is kept, and all writes name a revert',
      'Deployments have more fields than documents list and always a description, and PUT works as POST does',
      'Every write to a deployment names the version it reverted to, which is null unless there was a revert',
    );
    const { deployment, canary } = await withCanary(c, 'answers', { HealthCheck: 'manual' });
    const write = async (what: string, more: object, method: string) => {
      const body = JSON.stringify({ DeploymentID: deployment, ...more });
      const { status, body: text } = await raw(c, `/v1/deployment/${what}/${deployment}`, { method, body });
      assert.equal(status, 200, `${what}: ${text}`);
      return (JSON.parse(text) as { RevertedJobVersion?: unknown }).RevertedJobVersion;
    };
    assert.equal(await write('allocation-health', { HealthyAllocationIDs: [canary] }, 'POST'), null);
    assert.equal(await write('pause', { Pause: true }, 'POST'), null);
    assert.equal(await write('pause', { Pause: false }, 'PUT'), null);
    assert.equal(await write('promote', { All: true }, 'PUT'), null);
    assert.equal(await write('fail', {}, 'POST'), null);
  });

  it('have more fields than documents show, and always a description', async () => {
    holds('Deployments have more fields than documents list and always a description, and PUT works as POST does');
    const id = c.id('fields');
    const { index } = (await c.client.jobs.list()).meta;
    await c.register(service(id));
    const texts = new Set<string>();
    let last: Record<string, unknown> = {};
    await eventsOf(c, { topics: { Deployment: [id] }, index: index + 1 }, ({ Payload }) => {
      const seen = Payload?.Deployment;
      if (seen === undefined) return false;
      texts.add(seen.StatusDescription ?? '');
      last = seen as unknown as Record<string, unknown>;
      return seen.Status === 'successful';
    });
    assert.deepEqual([...texts], ['Deployment is running', 'Deployment completed successfully']);
    const { value } = await deployments().read(String(last['ID']));
    const more = ['Namespace', 'EvalPriority', 'IsMultiregion', 'JobSpecModifyIndex'];
    for (const name of more) assert.ok(name in value, name);
    for (const name of ['CreateTime', 'ModifyTime']) assert.equal(name in value, c.atLeast(2), name);
    const group = value.TaskGroups?.['app'];
    assert.deepEqual(
      [group?.AutoRevert, group?.AutoPromote, group?.ProgressDeadline, group?.PlacedCanaries],
      [false, false, 120 * second, null],
    );
    assert.ok(Date.parse(group?.RequireProgressBy ?? '') > 0);
  });

  it('begin anew with a count, and forget the health of what is kept', async () => {
    holds('A changed count starts a deployment that forgets the health of what is kept, and all writes name a revert');
    const id = c.id('in-place');
    await c.register(service(id, { update: update({ HealthCheck: 'manual' }) }));
    const first = await c.deploymentIn(id, 'running', 0);
    const kept = await c.runningId(id);
    await deployments().setHealth(first.ID, { healthy: [kept] });
    await c.deploymentIn(id, 'successful', 0);
    assert.equal((await c.client.allocations.read(kept)).value.DeploymentStatus?.Healthy, true);
    await c.register(service(id, { count: 2, update: update({ HealthCheck: 'manual' }) }));
    const next = await c.deployment(id, 'of the count', ({ JobVersion, TaskGroups }) => {
      return JobVersion === 1 && TaskGroups?.['app']?.PlacedAllocs === 2;
    });
    const { value } = await c.client.allocations.read(kept);
    assert.deepEqual(
      [value.DeploymentID, value.DeploymentStatus?.Healthy ?? null, value.Job?.Version],
      [next.ID, null, 1],
    );
    const all = await c.running(id, 2);
    await deployments().setHealth(next.ID, { healthy: all.map(({ ID }) => ID) });
    const done = await c.deploymentIn(id, 'successful', 1);
    assert.deepEqual([done.TaskGroups?.['app']?.DesiredTotal, done.TaskGroups?.['app']?.HealthyAllocs], [2, 2]);
    assert.equal((await c.client.allocations.read(kept)).value.DeploymentStatus?.Healthy, true);
  });
});

contract('documents of deployments and allocations', (c) => {
  it('look for a prefix that is refused', async () => {
    holds('A list of deployments is asked for by an odd prefix in documents, which is refused');
    const words = 'index error: Input (without hyphens) must be even length';
    assert.deepEqual(await refusal(c, '/v1/deployments?prefix=25ba81c'), [500, words]);
  });

  it('show an evaluation of a pause, which makes none, and only POST', async () => {
    holds(
      'Deployments have more fields than documents list and always a description, and PUT works as POST does',
      'Pausing a deployment is shown with an evaluation, which it never has, and only by POST although PUT works',
    );
    const id = c.id('pause');
    await c.register(service(id, { update: update({ HealthCheck: 'manual' }) }));
    const { ID } = await c.deploymentIn(id, 'running');
    for (const [method, Pause] of [
      ['POST', true],
      ['PUT', true],
    ] as const) {
      const body = JSON.stringify({ DeploymentID: ID, Pause });
      const { status, body: text } = await raw(c, `/v1/deployment/pause/${ID}`, { method, body });
      const answer = JSON.parse(text) as Fields;
      assert.deepEqual(
        [status, answer['EvalID'], answer['EvalCreateIndex'], answer['RevertedJobVersion']],
        [200, '', 0, null],
      );
      assert.equal(answer['DeploymentModifyIndex'], answer['Index']);
    }
  });

  it('name an event that is the message of another, and too few of them', async () => {
    holds('The list of task events lacks some that exist, and has one that is only the message of another');
    const id = c.id('events');
    await c.register(batch(id, { script: 'exit 3' }));
    const [stub] = await c.allocations(id, 'failed', (list) => list[0]?.ClientStatus === 'failed');
    const events = stub?.TaskStates?.['main']?.Events ?? [];
    assert.deepEqual(
      events.map(({ Type, DisplayMessage }) => [Type, DisplayMessage]),
      [
        ['Received', 'Task received by client'],
        ['Task Setup', 'Building Task Directory'],
        ['Started', 'Task started by client'],
        ['Terminated', 'Exit Code: 3'],
        ['Not Restarting', 'Policy allows no restarts'],
      ],
    );
  });
});
