import assert from 'node:assert/strict';
import { it } from 'mocha';
import { contract } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { second, service, shell, task } from './support/jobs.ts';
import { assertRefused } from './support/refused.ts';

contract('stop', (c) => {
  const jobs = () => c.client.jobs;

  it('makes a new version that is stopped and dead at once, and ends the tasks', async () => {
    holds(
      'jobs.stop',
      'A stopped job is dead at once while its tasks still run, and purging it takes its allocations along',
    );
    const id = c.id('stop');
    await c.register(service(id, { count: 2 }));
    await c.running(id, 2);
    const { value } = await jobs().stop(id);
    assert.match(value.EvalID, /^[0-9a-f-]{36}$/);
    const { value: job } = await jobs().read(id);
    assert.deepEqual([job.Stop, job.Version], [true, 1]);
    const list = await c.allocations(id, 'complete', (stubs) =>
      stubs.every(({ ClientStatus }) => ClientStatus === 'complete'),
    );
    assert.deepEqual(
      list.map(({ DesiredStatus }) => DesiredStatus),
      ['stop', 'stop'],
    );
    const dead = await c.until(
      'a dead job',
      (o) => jobs().read(id, o),
      ({ Status }) => Status === 'dead',
    );
    assert.equal(dead.Stop, true);
    const { value: evaluation } = await c.client.evaluations.read(value.EvalID);
    assert.equal(evaluation.TriggeredBy, 'job-deregister');
  });

  it('interrupts the main process of a task alone, and waits for what that waits for', async () => {
    const id = c.id('alone');
    const child = 'trap "touch local/child" INT; touch local/ready; sleep 2; touch local/slept';
    const script = `trap "touch local/main" INT; /bin/sh -c '${child}'; exit 3`;
    await c.register(service(id, { tasks: [task('main', shell(script), { KillTimeout: 120 * second })] }));
    const allocation = await c.runningId(id);
    const names = async () => (await c.client.files.ls(allocation, 'main/local')).value.map(({ Name }) => Name).sort();
    await c.poll('the traps', names, (files) => files.includes('ready'));
    await jobs().stop(id);
    const [ended] = await c.allocations(id, 'over', ([one]) => one?.TaskStates?.['main']?.State === 'dead');
    const messages = (ended?.TaskStates?.['main']?.Events ?? []).map(({ DisplayMessage }) => DisplayMessage);
    assert.ok(messages.includes('Exit Code: 3'), messages.join(', '));
    assert.deepEqual(await names(), ['main', 'ready', 'slept']);
  });

  it('cancels a deployment that runs', async () => {
    holds('A deployment that ended, failed, paused or was cancelled has fixed words for the reason');
    const id = c.id('cancel');
    await c.register(service(id, { script: 'sleep 0.2; exec sleep 3600' }));
    await c.deploymentIn(id, 'running');
    await jobs().stop(id);
    const deployment = await c.deploymentIn(id, 'cancelled');
    assert.equal(deployment.StatusDescription, 'Cancelled because job is stopped');
  });

  it('starts again when it is registered again', async () => {
    const id = c.id('restart');
    await c.register(service(id));
    await c.running(id);
    await jobs().stop(id);
    await c.register(service(id));
    await c.running(id);
    const { value: job } = await jobs().read(id);
    assert.deepEqual([job.Stop, job.Status], [false, 'running']);
  });

  it('answers with success for an unknown job', async () => {
    holds('jobs.stop fails');
    const { value } = await jobs().stop(c.id('nope'));
    assert.deepEqual([value.EvalID, value.EvalCreateIndex, value.JobModifyIndex], ['', 0, 0]);
  });

  it('purges a job with its versions, deployments and allocations', async () => {
    holds(
      'jobs.stop',
      'A stopped job is dead at once while its tasks still run, and purging it takes its allocations along',
    );
    const id = c.id('purge');
    await c.register(service(id), { submission: { Source: '# x', Format: 'hcl2' } });
    await c.deploymentIn(id, 'successful');
    await jobs().stop(id);
    await c.allocations(id, 'complete', (list) => list.every(({ ClientStatus }) => ClientStatus === 'complete'));
    await jobs().stop(id, { purge: true });
    await assertRefused(jobs().read(id), 404, 'job not found', 'notFound');
    await assertRefused(jobs().versions(id), 404, 'job versions not found', 'notFound');
    assert.deepEqual((await jobs().deployments(id)).value, []);
    await c.allocations(id, 'gone', (list) => list.length === 0);
    assert.ok((await jobs().evaluations(id)).value.length > 0);
    assert.deepEqual((await jobs().stop(id, { purge: true })).value.EvalID, '');
  });

  it('starts from version 0 after a purge', async () => {
    const id = c.id('reborn');
    await c.register(service(id));
    await c.register(service(id, { count: 2 }));
    await jobs().stop(id, { purge: true });
    await c.register(service(id), { enforceIndex: 0 });
    assert.equal((await jobs().read(id)).value.Version, 0);
  });
});
