import assert from 'node:assert/strict';
import { it } from 'mocha';
import { contract } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { service, unknownId } from './support/jobs.ts';
import { refusal } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

contract('scale', (c) => {
  const jobs = () => c.client.jobs;
  const settled = async (name: string, more = {}) => {
    const id = c.id(name);
    await c.register(service(id, { more }));
    await c.deploymentIn(id, 'successful');
    return id;
  };

  it('sets the count of a group and makes a new version', async () => {
    holds('jobs.scale', 'jobs.scaleStatus');
    const id = await settled('up');
    const { value } = await jobs().scale(id, 'app', 2, { message: 'more' });
    assert.match(value.EvalID, /^[0-9a-f-]{36}$/);
    await c.running(id, 2);
    const { value: job } = await jobs().read(id);
    assert.deepEqual([job.Version, job.TaskGroups?.[0]?.Count], [1, 2]);
    const { value: status } = await jobs().scaleStatus(id);
    const group = status.TaskGroups?.['app'];
    assert.deepEqual([group?.Desired, group?.Placed, group?.Running, status.JobStopped], [2, 2, 2, false]);
    const [event] = group?.Events ?? [];
    assert.deepEqual(
      [event?.Count, event?.PreviousCount, event?.Message, event?.Error, event?.EvalID],
      [2, 1, 'more', false, value.EvalID],
    );
  });

  it('scales to none and back, the newest event first', async () => {
    const id = await settled('zero');
    await jobs().scale(id, 'app', 0);
    await c.allocations(id, 'complete', (list) => list.every(({ ClientStatus }) => ClientStatus === 'complete'));
    await c.deployment(id, 'finished', ({ Status }) => Status !== 'running');
    await jobs().scale(id, 'app', 1);
    await c.running(id);
    const { value } = await jobs().scaleStatus(id);
    assert.deepEqual(
      value.TaskGroups?.['app']?.Events?.map(({ Count }) => Count),
      [1, 0],
    );
  });

  it('is blocked while a deployment runs', async () => {
    holds('Scaling errors are 400 or 404; scaling is blocked while a deployment runs and works on a stopped job');
    const id = c.id('blocked');
    await c.register(service(id, { script: 'sleep 1; exec sleep 3600' }));
    await c.deploymentIn(id, 'running');
    await assertRefused(jobs().scale(id, 'app', 2), 400, 'job scaling blocked due to active deployment', 'rejected');
  });

  it('keeps to the limits of the group', async () => {
    const Scaling = { Enabled: true, Min: 1, Max: 3, Policy: {} };
    const id = await settled('limits', { Scaling });
    const over = 'group count was greater than scaling policy maximum: 4 > 3';
    await assertRefused(jobs().scale(id, 'app', 4), 400, over, 'rejected');
    await assertRefused(jobs().scale(id, 'app', 4, { policyOverride: true }), 400, over, 'rejected');
    const under = 'group count was less than scaling policy minimum: 0 < 1';
    await assertRefused(jobs().scale(id, 'app', 0), 400, under, 'rejected');
  });

  it('refuses an unknown group and an unknown job', async () => {
    holds(
      'jobs.scale fails',
      'Scaling errors are 400 or 404; scaling is blocked while a deployment runs and works on a stopped job',
    );
    const id = await settled('refused');
    const words = 'task group "nope" specified for scaling does not exist in job';
    await assertRefused(jobs().scale(id, 'nope', 1), 400, words, 'rejected');
    await assertRefused(jobs().scale(unknownId, 'app', 1), 404, `job "${unknownId}" not found`, 'notFound');
    const post = (body: unknown) => refusal(c, `/v1/job/${id}/scale`, { method: 'POST', body: JSON.stringify(body) });
    assert.deepEqual(await post({ Count: 1 }), [400, 'missing task group name for scaling action']);
    assert.deepEqual(await post({ Count: -1, Target: { Group: 'app' } }), [
      400,
      "scaling action count can't be negative",
    ]);
  });
});
