import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { contract } from './support/contract.ts';
import { checkFields, readRecorded, readTypes } from './support/fields.ts';
import { batch, service, task, update, waiting } from './support/jobs.ts';
import { raw } from './support/raw.ts';
import { TypeCheck, lookAtBatch, lookAtRecordings } from './support/typed.ts';

/** The types of what the tree, the plans, the documents and the terminals show. */
const shown = [
  ...['Job', 'TaskGroup', 'Task', 'UpdateStrategy', 'JobStub', 'JobSummary', 'TaskGroupSummary', 'ServiceRegistration'],
  ...['Allocation', 'AllocationStub', 'TaskState', 'TaskEvent', 'Deployment', 'DeploymentState', 'Evaluation'],
  ...['Node', 'NodeStub', 'NodePool', 'Namespace', 'NamespaceServices', 'VariableMetadata', 'PlanResponse'],
  ...['PlanAnnotations', 'DesiredUpdates', 'JobDiff', 'TaskGroupDiff', 'TaskDiff', 'ObjectDiff', 'FieldDiff'],
  ...['AllocationMetric', 'JobVersionsResponse', 'JobSubmission', 'JobScaleStatus', 'GroupScaleStatus', 'ScaleEvent'],
];
const shownSince18 = ['JobStatusItem', 'JobStatusAllocation', 'JobStatusDeployment'];

/** Types that are not an object of the wire, or that only some answers have. */
const notRecorded = [
  ...['JobVersionTag', 'ResourceUsage', 'AllocationStats', 'TaskStats', 'StreamFrame'],
  ...['DrainStrategy', 'NodeWriteResponse', 'RescheduleEvent'],
];

describe('wire types', () => {
  const recorded = [readRecorded('2.0'), readRecorded('1.6')];
  const files = [
    ...['allocation', 'deployment', 'evaluation', 'event', 'job', 'namespace', 'node', 'nodePool', 'plan', 'scale'],
    ...['service', 'variable'],
  ];

  for (const { name, members } of files.flatMap(readTypes)) {
    if (notRecorded.includes(name)) continue;
    it(`name only fields of ${name} that a real agent sends`, () => {
      const known = recorded.flatMap((fields) => fields[name] ?? []);
      assert.ok(known.length > 0, `no recording has a ${name}`);
      const sent = new Set(known.flatMap(({ always, optional }) => [...always, ...optional]));
      const unknown = members.filter((member) => !sent.has(member.name) && !member.optional);
      assert.deepEqual(unknown, []);
      const always = known.map((fields) => [...fields.always, ...fields.optional]);
      for (const { name: field, optional } of members) {
        if (!optional)
          assert.ok(
            always.every((fields) => fields.includes(field)),
            `${field} is missing in a version`,
          );
      }
    });

    it(`name every field of ${name} that a real agent sends`, () => {
      const check = new TypeCheck();
      const known = recorded.flatMap((fields) => fields[name] ?? []);
      for (const { always, optional } of known) {
        check.look(name, Object.fromEntries([...always, ...optional].map((field) => [field, null])));
      }
      assert.deepEqual([...check.unknown], []);
    });
  }

  for (const version of ['2.0.5', '1.6.10']) {
    it(`name every field of what is shown that is in a recorded answer of ${version}`, () => {
      const check = new TypeCheck();
      lookAtRecordings(version, check);
      assert.deepEqual([...check.unknown].sort(), []);
      const wanted = [...shown, ...(version === '2.0.5' ? shownSince18 : [])];
      assert.deepEqual(
        wanted.filter((type) => (check.seen.get(type) ?? 0) === 0),
        [],
      );
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
    same('Namespace', (await c.client.agent.namespaces()).value);
    same('Namespace', [(await c.client.namespaces.read('default')).value]);
    same('NodePool', (await c.client.nodePools.list()).value);
    const [node] = (await c.client.nodes.list()).value;
    const { value } = await c.client.nodes.read(node?.ID ?? '');
    same('Node', [value]);
    same('NodeDriver', Object.values(value.Drivers ?? {}));
    same('NodeEvent', value.Events ?? []);
  });
});

contract('whole answers', (c) => {
  const [reads, plans, events] = [new TypeCheck(), new TypeCheck(), new TypeCheck()];
  let id = '';

  const look = async (path: string) => {
    const { status, body } = await raw(c, path);
    assert.equal(status, 200, `${path}: ${body}`);
    const value = JSON.parse(body) as unknown;
    reads.lookAtAnswer('GET', path, value);
    return value as { ID: string }[];
  };

  /** A job that has as much as possible of what can be shown. */
  const full = (more: object = {}) => {
    const rollout = update({ Canary: 1 });
    const Services = [{ Name: `${c.id('web')}-svc`, Provider: 'nomad', PortLabel: 'http', Tags: ['a'] }];
    const Networks = [{ Mode: 'host', DynamicPorts: [{ Label: 'http' }] }];
    const Scaling = { Enabled: true, Min: 1, Max: 5, Policy: {} };
    return service(id, { update: rollout, more: { Services, Networks, Scaling }, ...more });
  };

  const lookAtReads = async () => {
    await look('/v1/jobs?meta=true');
    if (c.atLeast(1, 8)) await look('/v1/jobs/statuses');
    for (const job of ['whole', 'periodic', 'param', 'exit', 'big'].map((name) => c.id(name))) {
      await look(`/v1/job/${job}`);
      for (const part of ['versions?diffs=true', 'summary', 'scale', 'services', 'deployments', 'deployment']) {
        await look(`/v1/job/${job}/${part}`);
      }
      for (const { ID } of await look(`/v1/job/${job}/allocations`)) await look(`/v1/allocation/${ID}`);
      for (const { ID } of await look(`/v1/job/${job}/evaluations`)) await look(`/v1/evaluation/${ID}?related=true`);
    }
    await look(`/v1/job/${id}/submission?version=0`);
    await look('/v1/allocations?resources=true');
    for (const { ID } of await look('/v1/deployments')) await look(`/v1/deployment/${ID}`);
    await look('/v1/evaluations');
    for (const { ID } of await look('/v1/nodes?resources=true&os=true')) await look(`/v1/node/${ID}`);
    for (const path of ['node/pools', 'namespaces', 'services', 'vars']) await look(`/v1/${path}`);
  };

  const lookAtPlans = async () => {
    const big = [task('main', waiting, { Resources: { CPU: 10_000_000, MemoryMB: 20 } })];
    const changed = { count: 3, env: { V: '2' }, job: { Priority: 60, Meta: { a: 'b' } } };
    for (const job of [full(changed), service(c.id('new'), { tasks: big })]) {
      const body = JSON.stringify({ Job: job, Diff: true });
      const path = `/v1/job/${job.ID}/plan`;
      const answer = await raw(c, path, { method: 'POST', body });
      assert.equal(answer.status, 200, answer.body);
      plans.lookAtAnswer('POST', path, JSON.parse(answer.body));
    }
  };

  const lookAtEvents = async () => {
    const end = new AbortController();
    const missing = new Set(['Job', 'Allocation', 'Deployment', 'Evaluation']);
    const signal = AbortSignal.any([end.signal, AbortSignal.timeout(120_000)]);
    try {
      for await (const line of c.client.events.stream({ topics: ['*'], index: 1, signal })) {
        if (line === 'heartbeat') continue;
        lookAtBatch(line, events);
        for (const { Topic } of line.Events) missing.delete(Topic);
        if (missing.size === 0) break;
      }
    } finally {
      end.abort();
    }
    assert.deepEqual([...missing], []);
  };

  before(async () => {
    id = c.id('whole');
    await c.register(full(), { submission: { Source: '# x', Format: 'hcl2' } });
    await c.deploymentIn(id, 'successful');
    await c.client.jobs.scale(id, 'app', 2, { message: 'more', meta: { a: 1 } });
    await c.deploymentIn(id, 'successful', 1);
    await c.register(full({ count: 2, env: { V: '1' } }));
    await c.deployment(id, 'healthy', (d) => d.JobVersion === 2 && d.TaskGroups?.['app']?.HealthyAllocs === 1);
    const Periodic = { Enabled: true, Spec: '0 0 1 1 *', SpecType: 'cron' };
    await c.register(batch(c.id('periodic'), { script: 'true', job: { Periodic } }));
    await c.register(batch(c.id('param'), { script: 'true', job: { ParameterizedJob: {} } }));
    await c.register(batch(c.id('exit'), { script: 'exit 3' }));
    await c.register(batch(c.id('big'), { tasks: [task('main', {}, { Driver: 'no-such-driver' })] }));
    await c.allocations(c.id('exit'), 'failed', (list) => list[0]?.ClientStatus === 'failed');
    await c.client.variables.write(c.id('var'), { a: 'b' });
    await lookAtReads();
    await lookAtPlans();
    await lookAtEvents();
  });

  after(async () => {
    await c.client.variables.delete(c.id('var'));
  });

  for (const [what, { unknown }] of Object.entries({ reads, plans, events })) {
    it(`of ${what} have no field that no type has`, () => {
      assert.deepEqual([...unknown].sort(), []);
    });
  }

  it('hold all that is shown', () => {
    const wanted = [...shown, ...(c.atLeast(1, 8) ? shownSince18 : []), 'NomadEvent', 'NodeDriver', 'NodeEvent'];
    assert.deepEqual(
      wanted.filter((type) => [reads, plans, events].every(({ seen }) => (seen.get(type) ?? 0) === 0)),
      [],
    );
  });
});
