import assert from 'node:assert/strict';
import { it } from 'mocha';
import type { Deployment } from '../../src/nomad/types/deployment.ts';
import type { Job } from '../../src/nomad/types/job.ts';
import { contract } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { batch, service, system, second, shell, task, update } from './support/jobs.ts';
import { raw } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

contract('jobs out of the ordinary', (c) => {
  const jobs = () => c.client.jobs;
  const parent = (id: string, more = {}) => batch(id, { script: 'true', ...more });

  it('answer an identical job with an index that is not theirs, since 2.0', async () => {
    holds('An identical job gets an evaluation but no version, and since 2.0 an index that is not that of the job');
    const id = c.id('index');
    await c.register(service(id));
    await c.deploymentIn(id, 'successful');
    const again = await c.register(service(id));
    const { value: job } = await jobs().read(id);
    if (c.atLeast(2)) assert.ok(again.JobModifyIndex > job.JobModifyIndex);
    else assert.equal(again.JobModifyIndex, job.JobModifyIndex);
    await c.register(service(id, { count: 2 }), { enforceIndex: job.JobModifyIndex });
  });

  it('have a changed meta replace every allocation', async () => {
    holds('A plan has a diff only on request, and a changed meta replaces allocations where a count leaves them');
    const id = c.id('meta');
    await c.register(service(id));
    await c.deploymentIn(id, 'successful');
    const { value } = await jobs().plan(service(id, { job: { Meta: { a: 'b' } } }), { diff: true });
    assert.deepEqual(value.Annotations?.DesiredTGUpdates?.['app']?.DestructiveUpdate, 1);
  });

  it('are warned of what will go', async () => {
    holds('Warnings come as one text, and a source of more than 1 MB is dropped with nothing but a warning');
    const Periodic = { Enabled: true, Spec: '0 0 1 1 *', SpecType: 'cron', TimeZone: 'UTC' };
    const { Warnings } = await c.register(parent(c.id('cron'), { job: { Periodic } }));
    assert.equal(typeof Warnings, 'string');
    const hcl = 'job "x" {\n  type = "batch"\n  periodic {\n    cron = "@daily"\n  }\n}';
    const { value: job } = await jobs().parse({ hcl });
    const merged = { ...job, ...parent(c.id('cron-2')), Periodic: job.Periodic };
    const { value } = await jobs().validate(merged as typeof job);
    assert.match(value.Warnings, /^1 warning:\n\n\* cron is deprecated/);
  });

  it('can not be read where their id ends like a part of a job', async () => {
    holds('Ids of jobs may hold nearly anything but spaces and null characters, and some lead to a part or nowhere');
    const id = `${c.id('x')}/plan`;
    await c.register(parent(id, { job: { ParameterizedJob: {} } }));
    const { value } = await jobs().list({ prefix: id });
    assert.equal(value.length, 1);
    const { status, body } = await raw(c, `/v1/job/${encodeURIComponent(id)}`);
    assert.deepEqual([status, body], [405, 'Invalid method']);
    await assert.rejects(jobs().read(id), { kind: 'rejected', field: 'job id' });
    await assert.rejects(jobs().stop(id), { kind: 'rejected', field: 'job id' });
  });

  it('can not have an id that a path would lose', async () => {
    holds('Ids of jobs may hold nearly anything but spaces and null characters, and some lead to a part or nowhere');
    await assert.rejects(async () => jobs().read('.'), { kind: 'rejected' });
    await assert.rejects(async () => jobs().read('..'), { kind: 'rejected' });
  });

  it('list their deployments by id, not by age', async () => {
    holds('The deployments of a job are sorted by id, not by age, and the keys of maps come in any order');
    const id = c.id('order');
    let list: readonly Deployment[] = [];
    for (let version = 0; version < 4; version += 1) {
      await c.register(service(id, { env: { V: String(version) } }));
      // An evaluation of several versions would make one deployment.
      list = await c.until(
        `the deployment of version ${String(version)}`,
        (options) => jobs().deployments(id, options),
        (found) => found.length === version + 1,
      );
    }
    const ids = list.map(({ ID }) => ID);
    assert.deepEqual(ids, [...ids].sort());
  });

  it('leave their children running when they are purged', async () => {
    holds('Dispatching checks meta and the size of the payload, and an idempotency token finds the earlier child');
    const id = c.id('orphan');
    await c.register(batch(id, { script: 'exec sleep 3600', job: { ParameterizedJob: { Payload: 'optional' } } }));
    const { value } = await jobs().dispatch(id);
    await c.running(value.DispatchedJobID);
    await jobs().stop(id, { purge: true });
    await assertRefused(jobs().read(id), 404, 'job not found', 'notFound');
    assert.equal((await jobs().read(value.DispatchedJobID)).value.Status, 'running');
    await jobs().stop(value.DispatchedJobID);
  });

  it('run nothing anew when they are over and registered as they were', async () => {
    holds('Jobs that only make children have no evaluation, and a batch job that waits to be rescheduled is pending');
    const id = c.id('over');
    await c.register(parent(id));
    await c.allocations(id, 'complete', (list) => list[0]?.ClientStatus === 'complete');
    const { EvalID } = await c.register(parent(id));
    await c.until(
      'the evaluation',
      (options) => c.client.evaluations.read(EvalID, options),
      ({ Status }) => Status === 'complete',
    );
    assert.equal((await jobs().allocations(id)).value.length, 1);
  });

  it('are scaled although they are stopped, and hardly as system jobs', async () => {
    holds('Scaling errors are 400 or 404; scaling is blocked while a deployment runs and works on a stopped job');
    const id = c.id('halted');
    await c.register(service(id));
    await c.deploymentIn(id, 'successful');
    await jobs().stop(id);
    assert.equal(typeof (await jobs().scale(id, 'app', 2)).value.EvalID, 'string');
    const everywhere = c.id('system');
    await c.register(system(everywhere));
    const words = c.atLeast(2) ? /can only be scaled between 0 and 1$/ : 'cannot scale jobs of type "system"';
    await assertRefused(jobs().scale(everywhere, 'app', 3), 400, words, 'rejected');
  });
});

contract('jobs that no check stops', (c) => {
  const jobs = () => c.client.jobs;

  it('wait for a driver that no node has', async () => {
    holds('Validating a bad job succeeds and lists what is wrong, but nobody checks the driver or what it is given');
    const tasks = [task('main', {}, { Driver: 'no-such-driver' })];
    const statusOf = async (job: Job) => {
      await c.register(job);
      await c.until(
        'a blocked evaluation',
        (options) => jobs().evaluations(job.ID, options),
        (list) => list.some(({ Status }) => Status === 'blocked'),
      );
      return (await jobs().read(job.ID)).value.Status;
    };
    assert.equal(await statusOf(batch(c.id('driver'), { tasks })), 'pending');
    // A deployment that runs counts since 2.0.
    const serving = service(c.id('serve'), { tasks });
    const status = await statusOf(serving);
    await c.deploymentIn(serving.ID, 'running');
    if (!c.atLeast(2)) assert.equal(status, 'pending');
    await c.until(
      'the status that it stays in',
      (options) => jobs().read(serving.ID, options),
      ({ Status }) => Status === (c.atLeast(2) ? 'running' : 'pending'),
    );
  });

  it('are placed although their driver takes no such settings, and never start', async () => {
    holds('Validating a bad job succeeds and lists what is wrong, but nobody checks the driver or what it is given');
    const id = c.id('config');
    await c.register(batch(id, { tasks: [task('main', { command: '/bin/true', wibble: 1 })] }));
    const isSaid = (type: string, events: readonly { Type: string }[] = []) => events.some(({ Type }) => Type === type);
    const [stub] = await c.allocations(id, 'refused by the driver', (list) =>
      isSaid('Failed Validation', list[0]?.TaskStates?.['main']?.Events ?? []),
    );
    const events = stub?.TaskStates?.['main']?.Events ?? [];
    assert.ok(!isSaid('Started', events));
    const said = events.find(({ Type }) => Type === 'Failed Validation');
    assert.match(said?.DisplayMessage ?? '', /No argument or block type is named "wibble"/);
  });

  it('have the source of an earlier version where they came without one', async () => {
    holds('A version that was registered without a source is answered with the source of an earlier one');
    const id = c.id('earlier');
    const parent = (V: string) => batch(id, { script: 'true', env: { V }, job: { ParameterizedJob: {} } });
    await c.register(parent('0'), { submission: { Source: '# zero', Format: 'hcl2' } });
    await c.register(parent('1'));
    const { value } = await jobs().submission(id, 1);
    const { value: job } = await jobs().read(id);
    assert.deepEqual([value.Source, value.Version, value.JobModifyIndex], ['# zero', 1, job.JobModifyIndex]);
    await assertRefused(jobs().submission(id, 2), 404, 'job source not found', 'notFound');
  });

  it('are dead as soon as they are stopped, while their tasks still run', async () => {
    holds(
      'A stopped job is dead at once while its tasks still run, and purging it takes its allocations along',
      'A job is dead once it is stopped, although documents say that its allocations have ended by then',
    );
    const id = c.id('deaf');
    const deaf = shell("trap '' INT TERM; echo up; while true; do sleep 0.1; done");
    const KillTimeout = 20 * second * c.speed;
    // No less than the other.
    const rollout = update({ ProgressDeadline: 600 * second });
    await c.register(service(id, { tasks: [task('main', deaf, { KillTimeout })], update: rollout }));
    const allocation = await c.runningId(id);
    const log = { task: 'main', type: 'stdout', follow: true } as const;
    for await (const chunk of c.client.allocations.logs(allocation, log)) if (chunk.byteLength > 0) break;
    await jobs().stop(id);
    const job = await c.until(
      'a dead job',
      (options) => jobs().read(id, options),
      ({ Status }) => Status === 'dead',
    );
    assert.deepEqual([job.Stop, job.Version], [true, 1]);
    const { value } = await c.client.allocations.read(allocation);
    assert.deepEqual(
      [value.DesiredStatus, value.ClientStatus, value.TaskStates?.['main']?.State],
      ['stop', 'running', 'running'],
    );
    await c.client.allocations.signal(allocation, 'SIGKILL', { task: 'main' });
  });

  it('wait as pending to be scheduled again, and are dead in the end', async () => {
    holds(
      'Jobs that only make children have no evaluation, and a batch job that waits to be rescheduled is pending',
      'The delay of a rescheduling is shown as a text within rows of allocations, and is a number elsewhere',
    );
    const id = c.id('again');
    // As long on every target, so that nobody misses it.
    const Delay = 5 * second * c.speed;
    const ReschedulePolicy = {
      ...{ Attempts: 1, Unlimited: false, Interval: 600 * second },
      ...{ Delay, DelayFunction: 'constant' },
    };
    const seen: string[] = [];
    await c.register(batch(id, { script: 'exit 1', more: { ReschedulePolicy } }));
    const [first] = await c.allocations(id, 'failed', (list) => list[0]?.ClientStatus === 'failed');
    const stated = (status: string) =>
      c.until(
        status,
        (options) => jobs().read(id, options),
        ({ Status }) => {
          if (seen.at(-1) !== Status) seen.push(Status);
          return Status === status;
        },
      );
    await stated('pending');
    await stated('dead');
    assert.equal(seen.indexOf('dead'), seen.length - 1, seen.join());
    const list = (await jobs().allocations(id)).value;
    assert.deepEqual(
      list.map(({ ClientStatus }) => ClientStatus),
      ['failed', 'failed'],
    );
    const last = list.find(({ ID }) => ID !== first?.ID);
    assert.equal(list.find(({ ID }) => ID === first?.ID)?.NextAllocation, last?.ID);
    const [tracked] = (last?.RescheduleTracker?.Events ?? []) as { PrevAllocID?: string; Delay?: unknown }[];
    assert.deepEqual([tracked?.PrevAllocID, tracked?.Delay], [first?.ID, Delay]);
  });

  it('have an evaluation unless they only make children, which forbid no forced one', async () => {
    holds(
      'Jobs that only make children have no evaluation, and a batch job that waits to be rescheduled is pending',
      'Documents of 2017 know no sources, statuses, tags, priorities of evaluations or stops within a plan',
    );
    const plain = await c.register(batch(c.id('plain'), { script: 'true' }));
    assert.match(plain.EvalID, /^[0-9a-f-]{36}$/);
    const parameterized = await c.register(batch(c.id('param'), { script: 'true', job: { ParameterizedJob: {} } }));
    assert.deepEqual([parameterized.EvalID, parameterized.EvalCreateIndex], ['', 0]);
    const id = c.id('overlap');
    const Periodic = { Enabled: true, Spec: '0 0 1 1 *', SpecType: 'cron', TimeZone: 'UTC', ProhibitOverlap: true };
    const answer = await c.register(batch(id, { script: 'exec sleep 3600', job: { Periodic } }));
    assert.deepEqual([answer.EvalID, answer.EvalCreateIndex], ['', 0]);
    const first = (await jobs().periodicForce(id)).value.EvalID;
    const child = (await c.client.evaluations.read(first)).value.JobID ?? '';
    await c.running(child);
    const next = (await jobs().periodicForce(id)).value.EvalID;
    assert.match(next, /^[0-9a-f-]{36}$/);
    assert.notEqual(next, first);
    const other = (await c.client.evaluations.read(next)).value.JobID ?? '';
    // The second may fall into the second of the first, and so be it again.
    assert.match(other.slice(id.length), /^\/periodic-\d+$/);
    await c.running(other);
    assert.equal((await jobs().read(child)).value.Status, 'running');
  });
});
