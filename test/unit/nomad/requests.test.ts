import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NomadClient } from '../../../src/nomad/client.ts';
import { isNomadError } from '../../../src/nomad/http/errors.ts';
import type { Job } from '../../../src/nomad/types/job.ts';
import { afterTest, json, sent, serve, text } from './servers.ts';
import type { Respond, TestServer } from './servers.ts';

const job = { ID: 'web', Name: 'web', Namespace: '', TaskGroups: [] } as unknown as Job;

async function clientOf(respond: Respond): Promise<{ client: NomadClient; server: TestServer }> {
  const server = await serve(respond);
  const client = new NomadClient({ address: server.address });
  afterTest(() => {
    client.dispose();
  });
  return { client, server };
}

/** Method, URL and body of each way to call the API. */
const calls: [string, (client: NomadClient) => Promise<unknown>, string, unknown?][] = [
  ['jobs.list', (c) => c.jobs.list({ meta: true, namespace: '*' }), 'GET /v1/jobs?meta=true&namespace=*'],
  ['jobs.statuses', (c) => c.jobs.statuses({ includeChildren: true }), 'GET /v1/jobs/statuses?include_children=true'],
  ['jobs.read', (c) => c.jobs.read('web'), 'GET /v1/job/web'],
  [
    'jobs.parse',
    (c) => c.jobs.parse({ hcl: 'job "x" {}', variables: 'a = 1', canonicalize: true }),
    'POST /v1/jobs/parse',
    { JobHCL: 'job "x" {}', Variables: 'a = 1', Canonicalize: true },
  ],
  ['jobs.validate', (c) => c.jobs.validate(job), 'POST /v1/validate/job', { Job: job }],
  [
    'jobs.plan',
    (c) => c.jobs.plan(job, { diff: true }),
    'POST /v1/job/web/plan',
    { Job: job, Diff: true, PolicyOverride: false },
  ],
  [
    'jobs.plan in the namespace and region of the job',
    (c) => c.jobs.plan({ ...job, Namespace: 'ops', Region: 'eu' }),
    'POST /v1/job/web/plan?namespace=ops&region=eu',
    { Job: { ...job, Namespace: 'ops', Region: 'eu' }, Diff: false, PolicyOverride: false },
  ],
  [
    'jobs.register',
    (c) => c.jobs.register({ ...job, Region: 'global' }, { namespace: 'x' }),
    'POST /v1/jobs?namespace=x',
    { Job: { ...job, Region: 'global' } },
  ],
  [
    'jobs.register of a new job only',
    (c) =>
      c.jobs.register(job, {
        enforceIndex: 0,
        submission: { Source: 's', Format: 'hcl2', VariableFlags: { a: 'b' }, Variables: 'v' },
        preserveCounts: true,
        evalPriority: 70,
        policyOverride: true,
      }),
    'POST /v1/jobs',
    {
      Job: job,
      EnforceIndex: true,
      JobModifyIndex: 0,
      Submission: { Source: 's', Format: 'hcl2', VariableFlags: { a: 'b' }, Variables: 'v' },
      PreserveCounts: true,
      EvalPriority: 70,
      PolicyOverride: true,
    },
  ],
  [
    'jobs.stop',
    (c) => c.jobs.stop('web', { purge: true, global: true, noShutdownDelay: true, evalPriority: 9 }),
    'DELETE /v1/job/web?purge=true&global=true&no_shutdown_delay=true&eval_priority=9',
  ],
  ['jobs.stop without options', (c) => c.jobs.stop('web', { purge: false }), 'DELETE /v1/job/web'],
  ['jobs.versions', (c) => c.jobs.versions('web', { diffs: true }), 'GET /v1/job/web/versions?diffs=true'],
  ['jobs.submission', (c) => c.jobs.submission('web', 0), 'GET /v1/job/web/submission?version=0'],
  ['jobs.summary', (c) => c.jobs.summary('web'), 'GET /v1/job/web/summary'],
  ['jobs.allocations', (c) => c.jobs.allocations('web', { all: true }), 'GET /v1/job/web/allocations?all=true'],
  ['jobs.evaluations', (c) => c.jobs.evaluations('web'), 'GET /v1/job/web/evaluations'],
  ['jobs.deployments', (c) => c.jobs.deployments('web', { all: true }), 'GET /v1/job/web/deployments?all=true'],
  ['jobs.latestDeployment', (c) => c.jobs.latestDeployment('web'), 'GET /v1/job/web/deployment'],
  [
    'jobs.revert',
    (c) => c.jobs.revert('web', 3, { enforcePriorVersion: 4 }),
    'POST /v1/job/web/revert',
    { JobID: 'web', JobVersion: 3, EnforcePriorVersion: 4 },
  ],
  [
    'jobs.evaluate',
    (c) => c.jobs.evaluate('web', { forceReschedule: true }),
    'POST /v1/job/web/evaluate',
    { JobID: 'web', EvalOptions: { ForceReschedule: true } },
  ],
  [
    'jobs.dispatch',
    (c) => c.jobs.dispatch('web', { payload: 'hé', meta: { a: 'b' }, idPrefixTemplate: 'p', idempotencyToken: 't' }),
    'POST /v1/job/web/dispatch?idempotency_token=t',
    { Payload: Buffer.from('hé').toString('base64'), Meta: { a: 'b' }, IdPrefixTemplate: 'p' },
  ],
  ['jobs.periodicForce', (c) => c.jobs.periodicForce('web'), 'POST /v1/job/web/periodic/force'],
  [
    'jobs.scale',
    (c) => c.jobs.scale('web', 'app', 0, { message: 'm' }),
    'POST /v1/job/web/scale',
    { Count: 0, Target: { Group: 'app' }, Message: 'm' },
  ],
  ['jobs.scaleStatus', (c) => c.jobs.scaleStatus('web'), 'GET /v1/job/web/scale'],
  [
    'jobs.stable',
    (c) => c.jobs.stable('web', 2, true),
    'POST /v1/job/web/stable',
    { JobID: 'web', JobVersion: 2, Stable: true },
  ],
  ['deployments.list', (c) => c.deployments.list({ reverse: true }), 'GET /v1/deployments?reverse=true'],
  ['deployments.read', (c) => c.deployments.read('d'), 'GET /v1/deployment/d'],
  ['deployments.allocations', (c) => c.deployments.allocations('d'), 'GET /v1/deployment/allocations/d'],
  [
    'deployments.promoteAll',
    (c) => c.deployments.promoteAll('d'),
    'POST /v1/deployment/promote/d',
    { DeploymentID: 'd', All: true },
  ],
  [
    'deployments.promoteGroups',
    (c) => c.deployments.promoteGroups('d', ['a']),
    'POST /v1/deployment/promote/d',
    { DeploymentID: 'd', Groups: ['a'] },
  ],
  ['deployments.fail', (c) => c.deployments.fail('d'), 'POST /v1/deployment/fail/d', { DeploymentID: 'd' }],
  [
    'deployments.pause',
    (c) => c.deployments.pause('d', false),
    'POST /v1/deployment/pause/d',
    { DeploymentID: 'd', Pause: false },
  ],
  ['deployments.unblock', (c) => c.deployments.unblock('d'), 'POST /v1/deployment/unblock/d', { DeploymentID: 'd' }],
  [
    'deployments.setHealth',
    (c) => c.deployments.setHealth('d', { unhealthy: ['x'] }),
    'POST /v1/deployment/allocation-health/d',
    { DeploymentID: 'd', HealthyAllocationIDs: [], UnhealthyAllocationIDs: ['x'] },
  ],
  [
    'allocations.list',
    (c) => c.allocations.list({ taskStates: false, resources: true, prefix: 'ab' }),
    'GET /v1/allocations?task_states=false&resources=true&prefix=ab',
  ],
  ['allocations.read', (c) => c.allocations.read('a'), 'GET /v1/allocation/a'],
  [
    'allocations.stop',
    (c) => c.allocations.stop('a', { noShutdownDelay: true, reschedule: true }),
    'POST /v1/allocation/a/stop?no_shutdown_delay=true&reschedule=true',
    {},
  ],
  [
    'allocations.restart of a task',
    (c) => c.allocations.restart('a', { task: 't' }),
    'POST /v1/client/allocation/a/restart',
    { TaskName: 't' },
  ],
  [
    'allocations.restart of all tasks',
    (c) => c.allocations.restart('a', { allTasks: true }),
    'POST /v1/client/allocation/a/restart',
    { AllTasks: true },
  ],
  [
    'allocations.signal',
    (c) => c.allocations.signal('a', 'SIGHUP', { task: 't' }),
    'POST /v1/client/allocation/a/signal',
    { Signal: 'SIGHUP', Task: 't' },
  ],
  ['allocations.stats', (c) => c.allocations.stats('a', { task: 't' }), 'GET /v1/client/allocation/a/stats?task=t'],
  ['files.ls', (c) => c.files.ls('a', '/alloc/x y'), 'GET /v1/client/fs/ls/a?path=%2Falloc%2Fx+y'],
  ['files.stat', (c) => c.files.stat('a', 'f'), 'GET /v1/client/fs/stat/a?path=f'],
  [
    'evaluations.list',
    (c) => c.evaluations.list({ job: 'web', status: 'blocked' }),
    'GET /v1/evaluations?job=web&status=blocked',
  ],
  ['evaluations.read', (c) => c.evaluations.read('e'), 'GET /v1/evaluation/e'],
  ['evaluations.allocations', (c) => c.evaluations.allocations('e'), 'GET /v1/evaluation/e/allocations'],
  ['nodes.list', (c) => c.nodes.list(), 'GET /v1/nodes'],
  ['nodes.read', (c) => c.nodes.read('n'), 'GET /v1/node/n'],
  ['agent.tokenSelf', (c) => c.agent.tokenSelf(), 'GET /v1/acl/token/self'],
  ['agent.leader', (c) => c.agent.leader(), 'GET /v1/status/leader'],
  ['agent.regions', (c) => c.agent.regions(), 'GET /v1/regions'],
  ['agent.namespaces', (c) => c.agent.namespaces(), 'GET /v1/namespaces'],
  ['agent.members', (c) => c.agent.members(), 'GET /v1/agent/members'],
];

describe('Requests of the client', () => {
  for (const [name, call, line, body] of calls) {
    it(`${name}: ${line}`, async () => {
      const { client, server } = await clientOf((_, response) => {
        json(response, null);
      });
      await sent(call(client));
      const request = server.received[0];
      assert.equal(`${request?.method ?? ''} ${request?.url ?? ''}`, line);
      assert.deepEqual(request?.body, body);
    });
  }

  it('passes on the options of a blocking, paged, filtered read', async () => {
    const { client, server } = await clientOf((_, response) => {
      json(response, []);
    });
    await client.jobs.list({ index: 9, waitMs: 2500, stale: true, filter: 'ID == "x"', perPage: 5, nextToken: 'n' });
    await client.jobs.list({ index: 0, waitMs: 2500, stale: false });
    assert.deepEqual(
      server.received.map(({ query }) => Object.fromEntries(query)),
      [{ index: '9', wait: '2500ms', stale: 'true', filter: 'ID == "x"', per_page: '5', next_token: 'n' }, {}],
    );
  });

  it('encodes ids', async () => {
    const { client, server } = await clientOf((_, response) => {
      json(response, { ID: 'x' });
    });
    const ids = ['a/b', 'a b', '100%', 'a?b#c', 'größe-日本', 'x"y', '%2F', 'a//b'];
    for (const id of ids) await client.jobs.read(id);
    assert.deepEqual(
      server.received.map(({ path }) => path),
      ids.map((id) => `/v1/job/${encodeURIComponent(id)}`),
    );
    assert.deepEqual(
      server.received.map(({ path }) => decodeURIComponent(path.slice('/v1/job/'.length))),
      ids,
    );
  });

  it('refuses ids that no request can carry, without sending', async () => {
    const { client, server } = await clientOf((_, response) => {
      json(response, {});
    });
    const attempts: [() => Promise<unknown>, RegExp][] = [
      [async () => client.jobs.read(''), /job id is empty/],
      [async () => client.jobs.stop('..'), /job id "\.\." can't be part/],
      [async () => client.jobs.register({ ...job, ID: '' }), /job id is empty/],
      [async () => client.jobs.read('\ud800'), /can't be sent/],
      [async () => client.deployments.read(''), /deployment id is empty/],
      [async () => client.allocations.read(''), /allocation id is empty/],
      [async () => client.evaluations.read(''), /evaluation id is empty/],
      [async () => client.nodes.read(''), /node id is empty/],
      [() => client.deployments.promoteGroups('d', []), /No group/],
    ];
    for (const [attempt, message] of attempts) {
      await assert.rejects(attempt, (error) => isNomadError(error, 'rejected') && message.test(error.message));
    }
    assert.equal(server.received.length, 0);
  });
});

describe('Answers of the client', () => {
  it('takes null for an empty list, and anything else than a list for another server', async () => {
    const { client } = await clientOf(({ path }, response) => {
      json(response, path === '/v1/jobs' ? null : { hello: 'world' });
    });
    assert.deepEqual((await client.jobs.list()).value, []);
    await assert.rejects(client.nodes.list(), (error) => isNomadError(error, 'notNomad'));
    await assert.rejects(client.agent.self(), (error) => isNomadError(error, 'notNomad'));
  });

  it('accepts versions as a bare list and with missing parts', async () => {
    let value: unknown = [job];
    const { client } = await clientOf((_, response) => {
      json(response, value);
    });
    assert.deepEqual((await client.jobs.versions('web')).value, { Versions: [job], Diffs: null });
    value = { Versions: null };
    assert.deepEqual((await client.jobs.versions('web')).value, { Versions: [], Diffs: null });
  });

  it('keeps no secret of the token it reads', async () => {
    const { client } = await clientOf((_, response) => {
      json(response, { AccessorID: 'a', SecretID: 's', Policies: ['p'] });
    });
    assert.deepEqual((await client.agent.tokenSelf()).value, { AccessorID: 'a', Policies: ['p'] });
  });

  it('reads a file only after asking whether it is there', async () => {
    const { client, server } = await clientOf(({ path, query }, response) => {
      const name = query.get('path');
      if (path.includes('/stat/') && name === 'gone') text(response, 404, 'no such file or directory');
      else if (path.includes('/stat/')) json(response, { Name: name, IsDir: name === 'dir', Size: 4 });
      else text(response, 200, path.includes('/readat/') ? 'at' : 'data');
    });
    assert.equal(Buffer.from((await client.files.cat('a', 'f')).value).toString(), 'data');
    assert.equal(Buffer.from((await client.files.cat('a', 'f', { offset: 2 })).value).toString(), 'at');
    assert.equal(server.received[3]?.url, '/v1/client/fs/readat/a?path=f&offset=2&limit=2');
    await assert.rejects(client.files.cat('a', 'gone'), (error) => isNomadError(error, 'notFound'));
    await assert.rejects(client.files.cat('a', 'dir'), (error) => isNomadError(error, 'rejected'));
    assert.equal(server.received.length, 6);
  });
});
