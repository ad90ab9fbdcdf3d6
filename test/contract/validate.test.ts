import assert from 'node:assert/strict';
import { it } from 'mocha';
import type { Job } from '../../src/nomad/types/job.ts';
import { contract } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { batch, service, task } from './support/jobs.ts';
import { refusal } from './support/raw.ts';

contract('validate', (c) => {
  const errorOf = async (job: Job) => (await c.client.jobs.validate(job)).value;

  it('finds nothing wrong with a good job', async () => {
    holds('jobs.validate');
    assert.deepEqual(await errorOf(service(c.id('good'))), {
      DriverConfigValidated: true,
      ValidationErrors: null,
      Error: '',
      Warnings: '',
    });
  });

  it('answers with success for a bad job, and lists what is wrong', async () => {
    holds(
      'jobs.validate fails',
      'Validating a bad job succeeds and lists what is wrong, but nobody checks the driver or what it is given',
    );
    const job = { ...batch(c.id('bad')), Type: 'daemon', Priority: 500 };
    const answer = await errorOf(job);
    const problems = ['Invalid job type: "daemon"', 'job priority must be between [1, 100]'];
    assert.deepEqual(answer.ValidationErrors, problems);
    assert.equal(answer.Error, `2 errors occurred:\n${problems.map((text) => `\t* ${text}\n`).join('')}\n`);
  });

  it('wants groups', async () => {
    const { Error: text } = await errorOf({ ...service(c.id('none')), TaskGroups: [] });
    assert.equal(text, '1 error occurred:\n\t* Missing job task groups\n\n');
  });

  it('refuses spaces in an id', async () => {
    const { Error: text } = await errorOf(service(`${c.id('a')} b`));
    assert.equal(text, '1 error occurred:\n\t* Job ID contains a space\n\n');
  });

  it('finds groups of the same name', async () => {
    const { Error: text } = await errorOf(service(c.id('twice'), { groups: [{ name: 'a' }, { name: 'a' }] }));
    assert.match(text, /Job task group 2 redefines 'a' from group 1/);
  });

  it('names the group and the task of a problem', async () => {
    const tasks = [task('main', undefined, { LogConfig: { MaxFiles: 5, MaxFileSizeMB: 100 } })];
    const { Error: text } = await errorOf(service(c.id('logs'), { tasks }));
    assert.match(text, /^1 error occurred:\n\t\* Task group app validation failed: /);
    assert.match(
      text,
      /Task main validation failed: .*log storage \(500 MB\) must be less than requested disk capacity \(20 MB\)/s,
    );
  });

  it('refuses a periodic service', async () => {
    const Periodic = { Enabled: true, Spec: '@daily', SpecType: 'cron' };
    const { Error: text } = await errorOf(service(c.id('cron'), { job: { Periodic } }));
    assert.match(text, /Periodic can only be used with "batch"/);
  });

  it('does not know drivers', async () => {
    holds('Validating a bad job succeeds and lists what is wrong, but nobody checks the driver or what it is given');
    const tasks = [task('main', {}, { Driver: 'no-such-driver' })];
    assert.equal((await errorOf(batch(c.id('driver'), { tasks }))).Error, '');
  });

  it('names a namespace that does not exist', async () => {
    const id = c.id('nowhere');
    const { Error: text } = await errorOf(service(id, { job: { Namespace: 'nope' } }));
    assert.equal(text, `1 error occurred:\n\t* job "${id}" is in nonexistent namespace "nope"\n\n`);
  });

  it('wants a job', async () => {
    const post = (body: string) => refusal(c, '/v1/validate/job', { method: 'POST', body });
    assert.deepEqual(await post('{}'), [400, 'Job must be specified']);
    assert.deepEqual(await post(''), [400, 'Request body is empty']);
    assert.deepEqual(await post('{"Job":{"Priority":"high"}}'), [
      400,
      'json: cannot unmarshal string into Go struct field Job.Job.Priority of type int',
    ]);
  });
});
