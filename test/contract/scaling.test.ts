import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import { contract } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { batch, service, unknownId } from './support/jobs.ts';
import { assertRefused } from './support/refused.ts';

contract('scaling policies', (c) => {
  const scaling = () => c.client.scaling;
  let id = '';

  before(async () => {
    id = c.id('scp');
    const Scaling = { Enabled: true, Min: 1, Max: 3, Policy: { cooldown: '1m' } };
    await c.register(service(id, { more: { Scaling } }));
    await c.deploymentIn(id, 'successful');
  });

  it('are listed by job', async () => {
    holds('scaling.policies');
    const { value, meta } = await scaling().policies({ job: id });
    assert.deepEqual(
      value.map(({ Enabled, Type, Target }) => [Enabled, Type, Target]),
      [[true, 'horizontal', { Namespace: 'default', Job: id, Group: 'app' }]],
    );
    assert.ok(meta.index > 0);
    assert.ok((await scaling().policies({ namespace: '*' })).value.some(({ Target }) => Target?.['Job'] === id));
    assert.ok((await scaling().policies({ type: 'horizontal' })).value.some(({ Target }) => Target?.['Job'] === id));
    assert.deepEqual((await scaling().policies({ job: c.id('nope') })).value, []);
  });

  it('are kept in the job, so that the same job is another one until it was registered twice', async () => {
    const twice = c.id('twice');
    const job = service(twice, { more: { Scaling: { Enabled: true, Min: 1, Max: 3, Policy: { cooldown: '1m' } } } });
    const stored = async () => {
      const { value } = await c.client.jobs.read(twice);
      return { version: value.Version, block: value.TaskGroups?.[0]?.Scaling as Record<string, unknown> };
    };
    const { JobModifyIndex } = await c.register(job);
    const [policy] = (await scaling().policies({ job: twice })).value;
    const { block } = await stored();
    assert.deepEqual(
      [block['ID'], block['CreateIndex'], block['ModifyIndex']],
      [policy?.ID, JobModifyIndex, JobModifyIndex],
    );
    assert.match(policy?.ID ?? '', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    await c.deploymentIn(twice, 'successful');
    const { value: plan } = await c.client.jobs.plan(job, { diff: true });
    assert.deepEqual([plan.Diff?.Type, plan.Annotations?.DesiredTGUpdates?.['app']?.InPlaceUpdate], ['Edited', 1]);
    const [object, ...others] = plan.Diff?.TaskGroups?.[0]?.Objects ?? [];
    assert.deepEqual([object?.Type, object?.Name, object?.Fields, others.length], ['Edited', 'Scaling', null, 0]);
    await c.register(job);
    const again = await stored();
    assert.deepEqual([again.version, again.block['ID'], again.block['CreateIndex']], [1, policy?.ID, 0]);
    await c.register(job);
    assert.equal((await stored()).version, 1);
    const [kept] = (await scaling().policies({ job: twice })).value;
    assert.deepEqual([kept?.ID, kept?.CreateIndex], [policy?.ID, JobModifyIndex]);
  });

  it('are read', async () => {
    holds('scaling.policy', 'scaling.policy fails');
    const { value: list } = await scaling().policies({ job: id });
    const { value } = await scaling().policy(list[0]?.ID ?? '');
    assert.deepEqual([value.Min, value.Max, value.Policy], [1, 3, { cooldown: '1m' }]);
    // Unlike ids of other kinds these may be any text.
    for (const none of [unknownId, 'nope', 'ab'])
      await assertRefused(scaling().policy(none), 404, 'policy not found', 'notFound');
  });

  it('bound the count, and can be recorded against', async () => {
    holds(
      'Scaling errors are 400 or 404; scaling is blocked while a deployment runs and works on a stopped job',
      'The error of a scaling is a boolean, neither it nor a message is needed, and an evaluation is always named',
    );
    const jobs = () => c.client.jobs;
    const words = 'group count was greater than scaling policy maximum: 4 > 3';
    await assertRefused(jobs().scale(id, 'app', 4), 400, words, 'rejected');
    await assertRefused(jobs().scale(id, 'app', 4, { policyOverride: true }), 400, words, 'rejected');
    const { value } = await jobs().scale(id, 'app', null, { message: 'could not scale', error: true, meta: { a: 1 } });
    assert.deepEqual([value.EvalID, value.EvalCreateIndex], ['', 0]);
    const { value: status } = await jobs().scaleStatus(id);
    const [event] = status.TaskGroups?.['app']?.Events ?? [];
    assert.deepEqual([event?.Message, event?.Error, event?.Count ?? null], ['could not scale', true, null]);
  });

  it('are not needed to scale, nor is a message', async () => {
    holds(
      'The error of a scaling is a boolean, neither it nor a message is needed, and an evaluation is always named',
      'Scaling is said to need a message or an error, and needs neither',
    );
    const plain = c.id('plain');
    await c.register(batch(plain, { script: 'sleep 3600' }));
    await c.running(plain);
    await c.client.jobs.scale(plain, 'app', 1);
    const { value } = await c.client.jobs.scaleStatus(plain);
    const events = value.TaskGroups?.['app']?.Events ?? [];
    assert.deepEqual(
      events.map(({ Count, PreviousCount, Message }) => [Count, PreviousCount, Message ?? '']),
      [[1, 1, '']],
    );
    assert.equal((await c.client.jobs.read(plain)).value.Version, 1);
  });
});
