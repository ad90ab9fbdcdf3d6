import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import { contract } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { service, batch } from './support/jobs.ts';
import { raw, refusal } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

type Fields = Record<string, unknown>;

contract('job reads', (c) => {
  const jobs = () => c.client.jobs;
  let id = '';

  before(async () => {
    id = c.id('read');
    await c.register(service(id, { env: { V: '0' } }));
    await c.deploymentIn(id, 'successful', 0);
    await c.register(service(id, { env: { V: '1' } }));
    await c.deploymentIn(id, 'successful', 1);
  });

  it('reads the job as it stands', async () => {
    holds('jobs.read');
    const { value: job, meta } = await jobs().read(id);
    assert.deepEqual([job.ID, job.Version, job.Status, job.Stable], [id, 1, 'running', true]);
    assert.equal(job.TaskGroups?.[0]?.Tasks?.[0]?.Env?.['V'], '1');
    assert.equal(meta.index, job.ModifyIndex);
    assert.equal(meta.knownLeader, true);
  });

  it('lists versions, the newest first, with one diff fewer', async () => {
    holds(
      'jobs.versions',
      'Versions come newest first with one diff fewer, and a revert makes a version and may enforce the current one',
    );
    const { value } = await jobs().versions(id, { diffs: true });
    assert.deepEqual(
      value.Versions.map(({ Version }) => Version),
      [1, 0],
    );
    assert.equal(value.Diffs?.length, 1);
    const field = value.Diffs[0]?.TaskGroups?.[0]?.Tasks?.[0]?.Fields?.[0];
    assert.deepEqual([field?.Type, field?.Name, field?.Old, field?.New], ['Edited', 'Env[V]', '0', '1']);
    assert.equal((await jobs().versions(id)).value.Diffs, null);
  });

  it('sums up its allocations by group', async () => {
    holds('jobs.summary');
    const summary = await c.until(
      'a summary with one complete and one running allocation',
      (options) => jobs().summary(id, options),
      ({ Summary }) => Summary?.['app']?.Complete === 1 && Summary['app'].Running === 1,
    );
    assert.equal(summary.JobID, id);
    assert.deepEqual(summary.Children, { Pending: 0, Running: 0, Dead: 0 });
  });

  it('lists allocations of every version', async () => {
    holds('jobs.allocations');
    const { value } = await jobs().allocations(id);
    assert.deepEqual(value.map(({ JobVersion, DesiredStatus }) => [JobVersion, DesiredStatus]).sort(), [
      [0, 'stop'],
      [1, 'run'],
    ]);
    const [latest] = value.filter(({ JobVersion }) => JobVersion === 1);
    assert.deepEqual(
      [latest?.Name, latest?.TaskGroup, latest?.JobType, latest?.DeploymentStatus?.Healthy],
      [`${id}.app[0]`, 'app', 'service', true],
    );
    assert.equal(latest?.TaskStates?.['main']?.State, 'running');
  });

  it('lists evaluations', async () => {
    holds('jobs.evaluations');
    const { value } = await jobs().evaluations(id);
    const triggers = new Set(value.map(({ TriggeredBy }) => TriggeredBy));
    assert.ok(triggers.has('job-register'), [...triggers].join());
    assert.ok(triggers.has('deployment-watcher'), [...triggers].join());
    for (const { Status, JobID } of value) assert.deepEqual([Status, JobID], ['complete', id]);
  });

  it('lists deployments, and reads the latest', async () => {
    holds('jobs.deployments', 'jobs.latestDeployment');
    const { value: list } = await jobs().deployments(id);
    assert.deepEqual(list.map(({ JobVersion, Status }) => `${String(JobVersion)} ${Status}`).sort(), [
      '0 successful',
      '1 successful',
    ]);
    const { value: latest } = await jobs().latestDeployment(id);
    assert.deepEqual(
      [latest?.JobVersion, latest?.Status, latest?.StatusDescription],
      [1, 'successful', 'Deployment completed successfully'],
    );
  });

  it('marks versions stable and unstable', async () => {
    holds('jobs.stable', 'jobs.stable fails');
    const stableOf = async () =>
      (await jobs().versions(id)).value.Versions.find(({ Version }) => Version === 0)?.Stable;
    await jobs().stable(id, 0, false);
    assert.equal(await stableOf(), false);
    await jobs().stable(id, 0, true);
    assert.equal(await stableOf(), true);
    await assertRefused(
      jobs().stable(id, 99, true),
      500,
      `job "${id}" in namespace "default" at version 99 not found`,
      'rejected',
    );
  });

  it('evaluates a job again', async () => {
    holds('jobs.evaluate', 'jobs.evaluate fails');
    const { value } = await jobs().evaluate(id);
    const { value: evaluation } = await c.client.evaluations.read(value.EvalID);
    assert.equal(evaluation.TriggeredBy, 'job-register');
    await assertRefused(jobs().evaluate(c.id('nope')), 500, 'job not found', 'rejected');
  });

  it('answers for an unknown job, differently by part', async () => {
    holds(
      'jobs.read fails',
      'jobs.versions fails',
      'jobs.summary fails',
      'jobs.allocations fails',
      'jobs.evaluations fails',
      'jobs.deployments fails',
      'jobs.latestDeployment fails',
      'jobs.scaleStatus fails',
      'What an unknown job is answered with depends on the part: 404, an empty list, null, or 500 for actions',
    );
    const nope = c.id('nope');
    await assertRefused(jobs().read(nope), 404, 'job not found', 'notFound');
    await assertRefused(jobs().summary(nope), 404, 'job not found', 'notFound');
    await assertRefused(jobs().versions(nope), 404, 'job versions not found', 'notFound');
    await assertRefused(jobs().submission(nope, 0), 404, 'job source not found', 'notFound');
    await assertRefused(jobs().scaleStatus(nope), 404, 'job not found', 'notFound');
    assert.deepEqual((await jobs().allocations(nope)).value, []);
    assert.deepEqual((await jobs().evaluations(nope)).value, []);
    assert.deepEqual((await jobs().deployments(nope)).value, []);
    assert.equal((await jobs().latestDeployment(nope)).value, null);
  });
});

// Each says what published pages of the API say otherwise.
contract('documents of jobs', (c) => {
  let id = '';

  const read = async (path: string) => {
    const { status, body } = await raw(c, path);
    assert.equal(status, 200, `${path}: ${body}`);
    return JSON.parse(body) as Fields;
  };
  const post = (path: string, body: unknown) => refusal(c, path, { method: 'POST', body: JSON.stringify(body) });

  before(async () => {
    id = c.id('doc');
    await c.register(service(id), { submission: { Source: '# x', Format: 'hcl2' } });
    await c.deploymentIn(id, 'successful');
  });

  it('show versions as a list, which are a field of an object', async () => {
    holds('Versions of a job are said to be a bare list, and are a field of an object');
    const answer = await read(`/v1/job/${id}/versions`);
    assert.deepEqual(Object.keys(answer).sort(), [
      ...['Diffs', 'Index', 'KnownLeader', 'LastContact', 'NextToken', 'Versions'],
    ]);
    assert.ok(Array.isArray(answer['Versions']));
  });

  it('allow payloads of other sizes than 16,384 bytes', async () => {
    holds('The payload of a dispatch is said to be limited to 15 KB or 64 KiB, and is to 16,384 bytes');
    const parent = c.id('parent');
    await c.register(batch(parent, { script: 'true', job: { ParameterizedJob: { Payload: 'optional' } } }));
    const dispatch = (bytes: number) =>
      post(`/v1/job/${parent}/dispatch`, { Payload: Buffer.alloc(bytes, 'x').toString('base64') });
    assert.equal((await dispatch(16_384))[0], 200);
    assert.deepEqual(await dispatch(16_385), [500, 'Payload exceeds maximum size; 16385 > 16384']);
  });

  it('name a parser of the first language, which only older agents have', async function () {
    holds('Parsing is said to take flags with variables and a field `HCLv1`, which is `hclv1` and gone since 1.9');
    const JobHCL = 'job "x" {\n  name = upper("a")\n}';
    const [status, text] = await post('/v1/jobs/parse', { JobHCL, hclv1: true });
    if (c.atLeast(1, 9)) assert.deepEqual([status, (JSON.parse(text) as Fields)['Name']], [200, 'A']);
    else if (c.target.kind === 'simulator') c.skip(this, 'the simulator has one parser');
    else assert.deepEqual([status, text], [400, 'error parsing: At 2:10: Unknown token: 2:10 IDENT upper']);
  });

  it('give a source an index of another name', async () => {
    holds('The index of a source is called `JobIndex` in documents and `JobModifyIndex` in answers');
    const answer = await read(`/v1/job/${id}/submission?version=0`);
    const job = await read(`/v1/job/${id}`);
    assert.deepEqual([answer['JobModifyIndex'], 'JobIndex' in answer], [job['JobModifyIndex'], false]);
  });

  it('show moments that are none as the first of the calendar, which are null', async () => {
    holds('Moments that have not come are shown as the year 1, and are null');
    const list = (await read(`/v1/job/${id}/allocations`)) as unknown as Fields[];
    const state = (list[0]?.['TaskStates'] as Record<string, Fields> | undefined)?.['main'] ?? {};
    for (const name of ['FinishedAt', 'LastRestart']) assert.equal(state[name], null, name);
    assert.match(String(state['StartedAt']), /^2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/);
    const [, text] = await post(`/v1/job/${id}/plan`, { Job: service(id) });
    const plan = JSON.parse(text) as Fields;
    assert.deepEqual([plan['NextPeriodicLaunch'], plan['Diff'], plan['CreatedEvals']], [null, null, null]);
  });

  it('show fields of allocations and evaluations that are left out where they are zero', async () => {
    holds(
      'The delay of a rescheduling is shown as a text within rows of allocations, and is a number elsewhere',
      'Fields of allocations and evaluations are shown as zero, and are left out',
    );
    const list = (await read(`/v1/job/${id}/allocations`)) as unknown as Fields[];
    const [stub] = list;
    assert.ok(stub !== undefined && !('PreviousAllocation' in stub) && stub['NextAllocation'] === '');
    const whole = await read(`/v1/allocation/${String(stub['ID'])}`);
    const absent = [
      'PreviousAllocation',
      'NextAllocation',
      'DesiredDescription',
      'FollowupEvalID',
      'RescheduleTracker',
    ];
    for (const name of absent) assert.ok(!(name in whole), name);
    const evaluations = (await read(`/v1/job/${id}/evaluations`)) as unknown as Fields[];
    for (const one of evaluations) {
      for (const name of [
        'NodeID',
        'NodeModifyIndex',
        'Wait',
        'NextEval',
        'BlockedEval',
        'FailedTGAllocs',
        'AnnotatePlan',
      ]) {
        assert.ok(!(name in one), name);
      }
    }
  });

  it('have logs enabled, where only their being disabled is told', async () => {
    holds('Logs are shown as enabled, while answers tell whether they are disabled');
    const job = (await read(`/v1/job/${id}`)) as { TaskGroups?: { Tasks?: { LogConfig?: Fields }[] }[] };
    const config = job.TaskGroups?.[0]?.Tasks?.[0]?.LogConfig ?? {};
    assert.deepEqual(config, { MaxFiles: 2, MaxFileSizeMB: 5, Disabled: false });
  });

  it('leave the version out of a path, where nothing is', async () => {
    holds('The path of the services of a job is printed without its version, and is not found so');
    assert.deepEqual(await refusal(c, `/job/${id}/services`), [404, '']);
    assert.deepEqual(await refusal(c, `/v1/job/${id}/services`), [200, '[]']);
  });

  it('take the error of a scaling for words, and leave out what is always there', async () => {
    holds(
      'The error of a scaling is a boolean, neither it nor a message is needed, and an evaluation is always named',
      'Scaling is said to need a message or an error, and needs neither',
    );
    const scale = (more: object) => post(`/v1/job/${id}/scale`, { Target: { Group: 'app' }, ...more });
    const words = 'json: cannot unmarshal string into Go struct field ScalingRequest.Error of type bool';
    assert.deepEqual(await scale({ Count: 1, Error: 'no' }), [400, words]);
    const [status, text] = await scale({});
    const answer = JSON.parse(text) as Fields;
    assert.deepEqual([status, answer['EvalID'], answer['EvalCreateIndex']], [200, '', 0]);
    assert.equal((await scale({ Count: 1 }))[0], 200);
  });

  it('know no status of requests that the server finds invalid', async () => {
    holds('The namespace of a parse request is for rights only, and documents do not tell that refusals are 500');
    const { value: job } = await c.client.jobs.read(id);
    const enforced = { Job: service(id), EnforceIndex: true, JobModifyIndex: job.JobModifyIndex + 1 };
    assert.equal((await post('/v1/jobs', enforced))[0], 500);
    const invalid = { Job: { ...service(id), Priority: 500 } };
    for (const path of ['/v1/jobs', `/v1/job/${id}/plan`]) {
      const words = '1 error occurred:\n\t* job priority must be between [1, 100]\n\n';
      assert.deepEqual(await post(path, invalid), [500, words]);
    }
  });

  it('know no stopping that a plan foresees, no priority of evaluations, and no source', async () => {
    holds('Documents of 2017 know no sources, statuses, tags, priorities of evaluations or stops within a plan');
    const other = c.id('later');
    const Submission = { Source: '# y', Format: 'hcl2' };
    const [status, text] = await post('/v1/jobs', { Job: service(other), EvalPriority: 77, Submission });
    const { EvalID } = JSON.parse(text) as { EvalID: string };
    assert.equal(status, 200);
    assert.match(EvalID, /^[0-9a-f-]{36}$/);
    assert.equal((await c.client.evaluations.read(EvalID)).value.Priority, 77);
    assert.equal((await c.client.jobs.submission(other, 0)).value.Source, '# y');
    await c.running(other);
    const { value: plan } = await c.client.jobs.plan(service(other, { count: 0 }), { diff: true });
    assert.equal(plan.Annotations?.DesiredTGUpdates?.['app']?.Stop, 1);
  });
});
