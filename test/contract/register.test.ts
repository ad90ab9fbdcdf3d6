import assert from 'node:assert/strict';
import { it } from 'mocha';
import { contract } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { batch, service, task, update } from './support/jobs.ts';
import { refusal } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

contract('register', (c) => {
  const jobs = () => c.client.jobs;
  const modifyIndex = async (id: string) => (await jobs().read(id)).value.JobModifyIndex;

  it('answers with an evaluation and the index of the job', async () => {
    holds('jobs.register');
    const id = c.id('first');
    const { value, meta } = await jobs().register(service(id));
    assert.match(value.EvalID, /^[0-9a-f-]{36}$/);
    assert.equal(value.EvalCreateIndex, value.JobModifyIndex);
    assert.equal(value.Warnings, '');
    assert.equal(meta.index, value.JobModifyIndex);
    const { value: job } = await jobs().read(id);
    assert.equal(job.JobModifyIndex, value.JobModifyIndex);
    assert.deepEqual(
      [job.Version, job.Stop, job.Type, job.Priority, job.Namespace],
      [0, false, 'service', 50, 'default'],
    );
    const { value: evaluation } = await c.client.evaluations.read(value.EvalID);
    assert.deepEqual([evaluation.JobID, evaluation.TriggeredBy, evaluation.Type], [id, 'job-register', 'service']);
  });

  it('makes no version from an identical job, but an evaluation', async () => {
    holds('An identical job gets an evaluation but no version, and since 2.0 an index that is not that of the job');
    const id = c.id('again');
    const first = await c.register(service(id));
    await c.deploymentIn(id, 'successful');
    const again = await c.register(service(id));
    assert.notEqual(again.EvalID, first.EvalID);
    const { value: job } = await jobs().read(id);
    assert.equal(job.Version, 0);
    assert.equal(job.JobModifyIndex, first.JobModifyIndex);
    await c.register(service(id, { env: { A: 'b' } }), { enforceIndex: job.JobModifyIndex });
    assert.equal((await jobs().read(id)).value.Version, 1);
  });

  it('enforces the index', async () => {
    holds(
      'jobs.register fails',
      'Errors are bare text without a line end, and most refusals by the server have status 500, not 4xx',
      'A plan of a new job has index 0, and an index is enforced by the body only, with words for each mismatch',
    );
    const id = c.id('enforced');
    const conflict = (index: number, words: string) =>
      assertRefused(jobs().register(service(id), { enforceIndex: index }), 500, words, 'conflict');
    await conflict(77, 'Enforcing job modify index 77: job does not exist');
    await c.register(service(id), { enforceIndex: 0 });
    const index = await modifyIndex(id);
    await conflict(0, 'Enforcing job modify index 0: job already exists');
    await conflict(
      index + 1,
      `Enforcing job modify index ${String(index + 1)}: job exists with conflicting job modify index: ${String(index)}`,
    );
    await c.register(service(id, { count: 2 }), { enforceIndex: index });
    assert.ok((await modifyIndex(id)) > index);
  });

  it('knows EnforceIndex only in the body', async () => {
    holds('A plan of a new job has index 0, and an index is enforced by the body only, with words for each mismatch');
    const id = c.id('query');
    await c.register(service(id));
    const body = JSON.stringify({ Job: service(id, { count: 2 }) });
    const path = '/v1/jobs?enforce_index=true&job_modify_index=1';
    const [status] = await refusal(c, path, { method: 'PUT', body });
    assert.equal(status, 200);
  });

  it('keeps the source with the version', async () => {
    holds('jobs.submission');
    const id = c.id('source');
    const submission = {
      Source: 'job "ü" {\n  # 👍\n}\n',
      Format: 'hcl2',
      Variables: 'a = 1\n',
      VariableFlags: { b: 'two' },
    };
    await c.register(service(id), { submission });
    const { value } = await jobs().submission(id, 0);
    assert.deepEqual(
      {
        Source: value.Source,
        Format: value.Format,
        Variables: value.Variables,
        VariableFlags: value.VariableFlags,
        JobID: value.JobID,
        Version: value.Version,
        Namespace: value.Namespace,
      },
      { ...submission, JobID: id, Version: 0, Namespace: 'default' },
    );
    const { value: job } = await jobs().read(id);
    assert.equal(value.JobModifyIndex, job.JobModifyIndex);
  });

  it('has no source of a version that does not exist', async () => {
    holds('jobs.submission fails');
    const id = c.id('nosource');
    await c.register(service(id));
    await assertRefused(jobs().submission(id, 7), 404, 'job source not found', 'notFound');
    assert.deepEqual(await refusal(c, `/v1/job/${id}/submission`), [
      400,
      'Unable to parse job submission version parameter',
    ]);
  });

  it('drops a source above 1 MB with a warning', async () => {
    holds('Warnings come as one text, and a source of more than 1 MB is dropped with nothing but a warning');
    const id = c.id('huge');
    const submission = { Source: `# ${'x'.repeat(1_200_000)}\n`, Format: 'hcl2' };
    const { Warnings } = await c.register(service(id), { submission });
    assert.match(Warnings ?? '', /^1 warning:\n\n\* .*[Jj]ob source size of .* exceeds maximum/);
    await assertRefused(jobs().submission(id, 0), 404, 'job source not found', 'notFound');
  });

  it('passes warnings on', async () => {
    holds('Warnings come as one text, and a source of more than 1 MB is dropped with nothing but a warning');
    const { Warnings } = await c.register(service(c.id('warned'), { count: 2, update: update({ MaxParallel: 9 }) }));
    assert.match(Warnings ?? '', /^1 warning:\n\n\* Group "app" has warnings/);
  });

  it('keeps counts when asked to', async () => {
    const id = c.id('counts');
    await c.register(service(id, { count: 3 }));
    await c.register(service(id, { count: 1, env: { A: 'b' } }), { preserveCounts: true });
    assert.equal((await jobs().read(id)).value.TaskGroups?.[0]?.Count, 3);
  });

  it('accepts an unknown driver, whose evaluation is then blocked', async () => {
    const id = c.id('driver');
    await c.register(service(id, { tasks: [task('main', {}, { Driver: 'no-such-driver' })] }));
    const list = await c.until(
      'a blocked evaluation',
      (options) => jobs().evaluations(id, options),
      (evaluations) => evaluations.some(({ Status }) => Status === 'blocked'),
    );
    const failed = list.find(({ FailedTGAllocs }) => FailedTGAllocs !== undefined && FailedTGAllocs !== null);
    assert.deepEqual(failed?.FailedTGAllocs?.['app']?.ConstraintFiltered, { 'missing drivers': 1 });
    assert.deepEqual((await jobs().allocations(id)).value, []);
  });

  it('refuses what is invalid with the whole list', async () => {
    holds(
      'jobs.register fails',
      'Errors are bare text without a line end, and most refusals by the server have status 500, not 4xx',
      'In an unknown namespace reads are empty lists and writes are 500, and an unknown region is 500',
    );
    await assertRefused(
      jobs().register({ ...batch(c.id('bad')), Type: 'daemon', Priority: 500 }),
      500,
      '2 errors occurred:\n\t* Invalid job type: "daemon"\n\t* job priority must be between [1, 100]',
      'rejected',
    );
    const id = c.id('nowhere');
    await assertRefused(
      jobs().register(service(id, { job: { Namespace: 'nope' } })),
      500,
      `1 error occurred:\n\t* job "${id}" is in nonexistent namespace "nope"`,
      'rejected',
    );
  });

  it('lets the namespace of the query win over that of the job', async () => {
    holds('The namespace of the query wins over that of the job, and keys of any case and unknown fields are accepted');
    const id = c.id('query-wins');
    const body = JSON.stringify({ Job: service(id, { job: { Namespace: 'default' } }) });
    const [status, text] = await refusal(c, '/v1/jobs?namespace=nope', { method: 'POST', body });
    assert.deepEqual(
      [status, text],
      [500, `1 error occurred:\n\t* job "${id}" is in nonexistent namespace "nope"\n\n`],
    );
  });

  it('wants a job in the body', async () => {
    holds('Bad JSON and bad parameters are 400, a wrong method is 405, and an unknown path is 404 with an empty body');
    const put = (body: string, path = '/v1/jobs') => refusal(c, path, { method: 'PUT', body });
    assert.deepEqual(await put('{}'), [400, 'Job must be specified']);
    assert.deepEqual(await put(''), [400, 'Request body is empty']);
    assert.deepEqual(await put('{"Job":'), [400, 'unexpected EOF']);
    assert.deepEqual(await put('job "x" {}'), [400, "invalid character 'j' looking for beginning of value"]);
    const job = JSON.stringify({ Job: batch(c.id('other')) });
    assert.deepEqual(await put(job, `/v1/job/${c.id('mismatch')}`), [400, 'Job ID does not match name']);
  });
});
