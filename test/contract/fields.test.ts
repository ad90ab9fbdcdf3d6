import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { contract } from './support/contract.ts';
import { checkFields, readRecorded, readTypes } from './support/fields.ts';
import { batch, service, task, update } from './support/jobs.ts';

/** Types that are not an object of the wire, or that only some answers have. */
const notRecorded = ['JobVersionTag', 'ResourceUsage', 'AllocationStats', 'TaskStats', 'StreamFrame'];

describe('wire types', () => {
  const recorded = [readRecorded('2.0'), readRecorded('1.6')];
  const files = ['allocation', 'deployment', 'evaluation', 'job', 'plan', 'scale'];

  for (const { name, members } of files.flatMap(readTypes)) {
    if (notRecorded.includes(name)) continue;
    it(`name only fields of ${name} that a real agent sends`, () => {
      const known = recorded.flatMap((fields) => fields[name] ?? []);
      assert.ok(known.length > 0, `no recording has a ${name}`);
      const sent = new Set(known.flatMap(({ always, sometimes }) => [...always, ...sometimes]));
      const unknown = members.filter((member) => !sent.has(member.name) && !member.optional);
      assert.deepEqual(unknown, []);
      const always = known.map((fields) => [...fields.always, ...fields.sometimes]);
      for (const { name: field, optional } of members) {
        if (!optional)
          assert.ok(
            always.every((fields) => fields.includes(field)),
            `${field} is missing in a version`,
          );
      }
    });
  }
});

contract('field sets', (c) => {
  const jobs = () => c.client.jobs;
  let id = '';
  let parent = '';
  /** Holds live objects against the names that agents of the same age send. */
  const same = (name: string, objects: readonly unknown[]) => {
    const age = c.atLeast(2) ? '2.0' : '1.6';
    checkFields(name, objects, readRecorded(age)[name], c.version.text.startsWith(`${age}.`));
  };

  before(async () => {
    id = c.id('fields');
    parent = c.id('parent');
    await c.register(service(id, { update: update({ Canary: 1 }) }), { submission: { Source: '# x', Format: 'hcl2' } });
    await c.deploymentIn(id, 'successful');
    await c.register(service(id, { update: update({ Canary: 1 }), env: { V: '1' } }));
    await c.deployment(id, 'healthy', (d) => d.JobVersion === 1 && d.TaskGroups?.['app']?.HealthyAllocs === 1);
    await c.register(batch(parent, { script: 'true', job: { ParameterizedJob: { Payload: 'optional' } } }));
    await c.register(service(c.id('big'), { tasks: [task('main', {}, { Driver: 'no-such-driver' })] }));
  });

  it('are those of a job with groups and tasks', async () => {
    const { value } = await jobs().read(id);
    same('Job', [value]);
    same('TaskGroup', value.TaskGroups ?? []);
    same(
      'UpdateStrategy',
      (value.TaskGroups ?? []).map((group) => group.Update),
    );
    same(
      'Task',
      (value.TaskGroups ?? []).flatMap((group) => group.Tasks ?? []),
    );
    same('ParameterizedConfig', [(await jobs().read(parent)).value.ParameterizedJob]);
  });

  it('are those of job rows and summaries', async () => {
    const { value } = await jobs().list({ prefix: c.id('') });
    assert.equal(value.length, 3);
    same('JobStub', value);
    same(
      'JobSummary',
      value.map(({ JobSummary }) => JobSummary),
    );
    same(
      'TaskGroupSummary',
      value.flatMap(({ JobSummary }) => Object.values(JobSummary?.Summary ?? {})),
    );
    same('JobSummary', [(await jobs().summary(id)).value]);
  });

  it('are those of job statuses', async function () {
    c.needs(this, 1, 8, 'job statuses');
    const { value } = await jobs().statuses({ filter: `ID contains "${c.id('')}"` });
    same('JobStatusItem', value);
    same(
      'JobStatusAllocation',
      value.flatMap(({ Allocs }) => Allocs ?? []),
    );
    same(
      'JobStatusDeployment',
      value.flatMap(({ LatestDeployment }) => LatestDeployment ?? []),
    );
  });

  it('are those of allocations', async () => {
    const { value } = await jobs().allocations(id);
    same('AllocationStub', value);
    same('AllocationStub', (await c.client.allocations.list({ filter: `JobID == "${id}"` })).value);
    const states = value.flatMap(({ TaskStates }) => Object.values(TaskStates ?? {}));
    same('TaskState', states);
    same(
      'TaskEvent',
      states.flatMap(({ Events }) => Events ?? []),
    );
    same(
      'AllocationDeploymentStatus',
      value.flatMap(({ DeploymentStatus }) => DeploymentStatus ?? []),
    );
    for (const { ID } of value) same('Allocation', [(await c.client.allocations.read(ID)).value]);
  });

  it('are those of deployments', async () => {
    const { value } = await jobs().deployments(id);
    assert.equal(value.length, 2);
    same('Deployment', value);
    same(
      'DeploymentState',
      value.flatMap(({ TaskGroups }) => Object.values(TaskGroups ?? {})),
    );
    const running = value.find(({ Status }) => Status === 'running');
    same('DeploymentWriteResponse', [(await c.client.deployments.pause(running?.ID ?? '', true)).value]);
    await c.client.deployments.pause(running?.ID ?? '', false);
  });

  it('are those of evaluations and of why nothing could be placed', async () => {
    same('Evaluation', (await jobs().evaluations(id)).value);
    const { value } = await jobs().evaluations(c.id('big'));
    same('Evaluation', value);
    same(
      'AllocationMetric',
      value.flatMap(({ FailedTGAllocs }) => Object.values(FailedTGAllocs ?? {})),
    );
  });

  it('are those of a plan', async () => {
    const { value } = await jobs().plan(service(id, { count: 2, job: { Priority: 60 } }), { diff: true });
    same('PlanResponse', [value]);
    same('PlanAnnotations', [value.Annotations]);
    same('DesiredUpdates', Object.values(value.Annotations?.DesiredTGUpdates ?? {}));
    same('JobDiff', [value.Diff]);
    const groups = value.Diff?.TaskGroups ?? [];
    same('TaskGroupDiff', groups);
    same(
      'TaskDiff',
      groups.flatMap(({ Tasks }) => Tasks ?? []),
    );
    same('FieldDiff', [...(value.Diff?.Fields ?? []), ...groups.flatMap(({ Fields }) => Fields ?? [])]);
    same(
      'ObjectDiff',
      groups.flatMap(({ Objects }) => Objects ?? []),
    );
  });

  it('are those of versions, sources, scaling and validation', async () => {
    same('JobVersionsResponse', [(await jobs().versions(id, { diffs: true })).value]);
    same('JobSubmission', [(await jobs().submission(id, 0)).value]);
    const { value } = await jobs().scaleStatus(id);
    same('JobScaleStatus', [value]);
    same('GroupScaleStatus', Object.values(value.TaskGroups ?? {}));
    same('JobValidateResponse', [(await jobs().validate(service(id))).value]);
  });

  it('are those of the answers to writes', async () => {
    same('JobDispatchResponse', [(await jobs().dispatch(parent)).value]);
    same('JobWriteResponse', [await c.register(batch(c.id('written'), { script: 'true' }))]);
    same('JobStopResponse', [(await jobs().stop(c.id('written'))).value]);
  });

  it('are those of nodes and namespaces', async () => {
    same('NodeStub', (await c.client.nodes.list()).value);
    same('NamespaceStub', (await c.client.agent.namespaces()).value);
  });
});
