import assert from 'node:assert/strict';
import { it } from 'mocha';
import type { Job } from '../../src/nomad/types/job.ts';
import { contract, contractAlone } from './support/contract.ts';
import { batch, second, service, shell, task, update } from './support/jobs.ts';
import { raw, refusal } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

contract('jobspecs that fail', (c) => {
  const failed = async (JobHCL: string) => {
    const [status, text] = await refusal(c, '/v1/jobs/parse', { method: 'POST', body: JSON.stringify({ JobHCL }) });
    assert.equal(status, 400, text);
    return text.replace(/^Failed to parse job: /, '');
  };

  it('name one of several problems of the language, and count the others', async () => {
    const text = await failed('job "x" {\n  type = @\n}\n');
    const first = 'input.hcl:2,10-11: Invalid character; This character is not used within the language.';
    assert.equal(text, `${first}, and 1 other diagnostic(s)`);
  });

  it('name each of several problems of names on a line of its own, in any order', async () => {
    const lines = (await failed('job "x" {\n  priority = var.a\n  name = var.b\n}')).split('\n');
    assert.deepEqual(lines.sort(), [
      'input.hcl:2,14-19: Unsuitable value type; Unsuitable value: value must be known',
      'input.hcl:2,17-19: Unsupported attribute; This object does not have an attribute named "a".',
      'input.hcl:3,10-15: Unsuitable value type; Unsuitable value: value must be known',
      'input.hcl:3,13-15: Unsupported attribute; This object does not have an attribute named "b".',
    ]);
  });

  it('have no place where a value is missing', async () => {
    const lines = (await failed('variable "a" {}\nvariable "b" {}\njob "x" {}')).split('\n');
    assert.deepEqual(
      lines.map((line) => line.slice(0, 26)),
      ['<nil>: Unset variable "a";', '<nil>: Unset variable "b";'],
    );
  });

  it('are those with actions, on older agents', async function () {
    if (c.atLeast(1, 7)) c.skip(this, `Nomad ${c.version.text} has actions`);
    const action =
      'job "x" {\n  group "a" {\n    task "t" {\n      action "h" {\n        command = "x"\n      }\n    }\n  }\n}';
    assert.equal(
      await failed(action),
      'input.hcl:4,7-13: Unsupported block type; Blocks of type "action" are not expected here.',
    );
    assert.equal(
      await failed('job "x" {\n  ui {}\n}'),
      'input.hcl:2,3-5: Unsupported block type; Blocks of type "ui" are not expected here.',
    );
  });
});

contract('jobs that no check stops', (c) => {
  const jobs = () => c.client.jobs;

  it('wait for a driver that no node has', async () => {
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

contract('ids and paths out of the ordinary', (c) => {
  const jobs = () => c.client.jobs;
  const parent = (id: string) => batch(id, { script: 'true', job: { ParameterizedJob: {} } });
  const put = (body: unknown, path: string) => raw(c, path, { method: 'PUT', body: JSON.stringify(body) });

  it('may hold tabs and line ends and be long, but hold no null character', async () => {
    for (const id of [c.id('a\tb'), c.id('a\nb'), c.id('x'.repeat(300))]) {
      await c.register(parent(id));
      assert.equal((await jobs().read(id)).value.ID, id);
      await jobs().stop(id, { purge: true });
      await assertRefused(jobs().read(id), 404, 'job not found', 'notFound');
    }
    const { status, body } = await put({ Job: { ...parent(c.id('a\0b')), Name: 'n' } }, '/v1/jobs');
    assert.deepEqual([status, body], [500, '1 error occurred:\n\t* Job ID contains a null character\n\n']);
  });

  it('that end like a part of a job lead to that part', async () => {
    const id = `${c.id('y')}/evaluations`;
    await c.register(parent(id));
    for (const path of [encodeURIComponent(id), id]) {
      assert.deepEqual(await refusal(c, `/v1/job/${path}`), [200, '[]']);
      assert.deepEqual(await refusal(c, `/v1/job/${path}?purge=true`, { method: 'DELETE' }), [405, 'Invalid method']);
    }
    assert.equal((await jobs().summary(id)).value.JobID, id);
    assert.equal((await jobs().list({ prefix: id })).value.length, 1);
  });

  it('that name tags of versions are other things to older agents', async function () {
    if (c.atLeast(1, 9)) c.skip(this, `Nomad ${c.version.text} has version tags`);
    const id = c.id('tagged');
    await c.register(parent(id));
    const path = `/v1/job/${id}/versions/golden/tag`;
    const { status, body } = await put({ Version: 0 }, path);
    assert.deepEqual([status, body], [400, 'Job must be specified']);
    await c.register(parent(`${id}/versions/golden/tag`));
    assert.equal((await raw(c, path, { method: 'DELETE' })).status, 200);
    const { body: read } = await raw(c, path);
    assert.equal((JSON.parse(read) as Job).Stop, true);
    assert.equal((await jobs().read(id)).value.Stop, false);
    assert.equal((await raw(c, `${path}?purge=true`, { method: 'DELETE' })).status, 200);
  });
});

contractAlone('ids that are parts of paths', (c) => {
  it('work encoded since 2.0, and never before', async () => {
    const redirect = c.atLeast(2) ? 307 : 301;
    for (const [id, encoded, bare, to] of [
      ['.', '%2E', '.', '/v1/job/'],
      ['..', '%2E%2E', '..', '/v1'],
      ['/', '%2F', '/', '/v1/job/'],
    ] as const) {
      const body = JSON.stringify({ Job: batch(id, { script: 'true', job: { Name: 'odd', ParameterizedJob: {} } }) });
      assert.equal((await raw(c, '/v1/jobs', { method: 'PUT', body })).status, 200);
      const wrong = await raw(c, `/v1/job/${bare}`);
      assert.deepEqual([wrong.status, wrong.headers.location], [redirect, to], id);
      const { status, headers, body: text } = await raw(c, `/v1/job/${encoded}`);
      if (c.atLeast(2)) {
        assert.deepEqual([status, (JSON.parse(text) as { ID: string }).ID], [200, id]);
        assert.equal((await raw(c, `/v1/job/${encoded}?purge=true`, { method: 'DELETE' })).status, 200);
      } else assert.deepEqual([status, headers.location], [301, to], id);
    }
    const left = (await c.client.jobs.list()).value.map(({ ID }) => ID).sort();
    assert.deepEqual(left, c.atLeast(2) ? [] : ['.', '..', '/']);
  });
});
