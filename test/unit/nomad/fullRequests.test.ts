import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { FullNomadClient } from '../../../src/nomad/fullClient.ts';
import type { Job } from '../../../src/nomad/types/job.ts';
import { afterTest, json, sent, serve } from './servers.ts';

const job = { ID: 'web', Name: 'web', TaskGroups: [] } as unknown as Job;

/** Method, URL and body of each way to call the API that `requests.test.ts` doesn't list. */
const calls: [string, (client: FullNomadClient) => Promise<unknown>, string, unknown?][] = [
  [
    'jobs.statusesOf',
    (c) => c.jobs.statusesOf([{ id: 'a/b', namespace: 'ops' }], { includeChildren: true }),
    'POST /v1/jobs/statuses',
    { Jobs: [{ ID: 'a/b', Namespace: 'ops' }], IncludeChildren: true },
  ],
  [
    'jobs.parse of the first HCL',
    (c) => c.jobs.parse({ hcl: 'job', hclv1: true }),
    'POST /v1/jobs/parse',
    { JobHCL: 'job', Canonicalize: false, hclv1: true },
  ],
  [
    'jobs.register that keeps resources',
    (c) => c.jobs.register(job, { preserveResources: true }),
    'POST /v1/jobs',
    { Job: job, PreserveResources: true },
  ],
  [
    'jobs.versions compared with one',
    (c) => c.jobs.versions('web', { diffVersion: 0 }),
    'GET /v1/job/web/versions?diffs=true&diff_version=0',
  ],
  [
    'jobs.versions compared with a tag',
    (c) => c.jobs.versions('web', { diffTag: 'a b' }),
    'GET /v1/job/web/versions?diffs=true&diff_tag=a+b',
  ],
  [
    'jobs.revert with tokens',
    (c) => c.jobs.revert('web', 0, { consulToken: 'c', vaultToken: 'v' }),
    'POST /v1/job/web/revert',
    { JobID: 'web', JobVersion: 0, ConsulToken: 'c', VaultToken: 'v' },
  ],
  [
    'jobs.dispatch with bytes',
    (c) => c.jobs.dispatch('web', { payload: Uint8Array.of(0, 255), priority: 70 }),
    'POST /v1/job/web/dispatch',
    { Payload: 'AP8=', Priority: 70 },
  ],
  [
    'jobs.dispatch of nothing',
    (c) => c.jobs.dispatch('web', { payload: '' }),
    'POST /v1/job/web/dispatch',
    { Payload: '' },
  ],
  [
    'jobs.scale without count',
    (c) => c.jobs.scale('web', 'app', null, { message: 'm', error: true, meta: { a: 1 } }),
    'POST /v1/job/web/scale',
    { Target: { Group: 'app' }, Message: 'm', Error: true, Meta: { a: 1 } },
  ],
  [
    'jobs.scale of a known state',
    (c) => c.jobs.scale('web', 'app', 2, { enforceIndex: 9, policyOverride: true }),
    'POST /v1/job/web/scale',
    { Count: 2, Target: { Group: 'app' }, PolicyOverride: true, JobModifyIndex: 9 },
  ],
  ['jobs.services', (c) => c.jobs.services('web'), 'GET /v1/job/web/services'],
  ['jobs.actions', (c) => c.jobs.actions('web'), 'GET /v1/job/web/actions'],
  ['allocations.checks', (c) => c.allocations.checks('a'), 'GET /v1/client/allocation/a/checks'],
  ['allocations.services', (c) => c.allocations.services('a'), 'GET /v1/allocation/a/services'],
  ['allocations.pauseState', (c) => c.allocations.pauseState('a', 't'), 'GET /v1/client/allocation/a/pause?task=t'],
  [
    'allocations.setPauseState',
    (c) => c.allocations.setPauseState('a', 't', 'scheduled'),
    'POST /v1/client/allocation/a/pause',
    { Task: 't', ScheduleState: 'scheduled' },
  ],
  ['allocations.collectGarbage', (c) => c.allocations.collectGarbage('a'), 'POST /v1/client/allocation/a/gc'],
  [
    'evaluations.read with related ones',
    (c) => c.evaluations.read('e', { related: true }),
    'GET /v1/evaluation/e?related=true',
  ],
  [
    'evaluations.count',
    (c) => c.evaluations.count({ namespace: '*', filter: 'Status == "blocked"' }),
    'GET /v1/evaluations/count?namespace=*&filter=Status+%3D%3D+%22blocked%22',
  ],
  ['nodes.list', (c) => c.nodes.list({ os: true, resources: true }), 'GET /v1/nodes?os=true&resources=true'],
  ['nodes.allocations', (c) => c.nodes.allocations('n'), 'GET /v1/node/n/allocations'],
  [
    'nodes.setEligibility',
    (c) => c.nodes.setEligibility('n', false),
    'POST /v1/node/n/eligibility',
    { Eligibility: 'ineligible' },
  ],
  [
    'nodes.drain within a time',
    (c) => c.nodes.drain('n', { deadline: 1.5, ignoreSystemJobs: true, meta: { by: 'me' } }),
    'POST /v1/node/n/drain',
    { DrainSpec: { Deadline: 1_500_000, IgnoreSystemJobs: true }, Meta: { by: 'me' } },
  ],
  [
    'nodes.drain without a deadline',
    (c) => c.nodes.drain('n', { deadline: 'none' }),
    'POST /v1/node/n/drain',
    { DrainSpec: { Deadline: 0, IgnoreSystemJobs: false } },
  ],
  [
    'nodes.drain at once',
    (c) => c.nodes.drain('n', { deadline: 'now' }),
    'POST /v1/node/n/drain',
    { DrainSpec: { Deadline: -1, IgnoreSystemJobs: false } },
  ],
  [
    'nodes.drain in no time, which is not without a deadline',
    (c) => c.nodes.drain('n', { deadline: 0 }),
    'POST /v1/node/n/drain',
    { DrainSpec: { Deadline: 1, IgnoreSystemJobs: false } },
  ],
  ['nodes.stopDrain', (c) => c.nodes.stopDrain('n'), 'POST /v1/node/n/drain', { DrainSpec: null, MarkEligible: true }],
  ['nodes.evaluate', (c) => c.nodes.evaluate('n'), 'POST /v1/node/n/evaluate'],
  ['nodes.purge', (c) => c.nodes.purge('n'), 'POST /v1/node/n/purge'],
  ['nodes.stats', (c) => c.nodes.stats('n'), 'GET /v1/client/stats?node_id=n'],
  ['nodes.collectGarbage', (c) => c.nodes.collectGarbage(), 'POST /v1/client/gc'],
  ['agent.health', (c) => c.agent.health({ type: 'client' }), 'GET /v1/agent/health?type=client'],
  ['agent.peers', (c) => c.agent.peers(), 'GET /v1/status/peers'],
  ['nodePools.list', (c) => c.nodePools.list(), 'GET /v1/node/pools'],
  ['nodePools.read', (c) => c.nodePools.read('a b'), 'GET /v1/node/pool/a%20b'],
  [
    'nodePools.jobs',
    (c) => c.nodePools.jobs('p', { namespace: '*', meta: true }),
    'GET /v1/node/pool/p/jobs?meta=true&namespace=*',
  ],
  ['nodePools.nodes', (c) => c.nodePools.nodes('p'), 'GET /v1/node/pool/p/nodes'],
  ['namespaces.list', (c) => c.namespaces.list({ prefix: 'o' }), 'GET /v1/namespaces?prefix=o'],
  ['namespaces.read', (c) => c.namespaces.read('ops'), 'GET /v1/namespace/ops'],
  [
    'variables.list',
    (c) => c.variables.list({ prefix: 'nomad/jobs', perPage: 2 }),
    'GET /v1/vars?prefix=nomad%2Fjobs&per_page=2',
  ],
  ['variables.read', (c) => c.variables.read('nomad/jobs/web'), 'GET /v1/var/nomad%2Fjobs%2Fweb'],
  [
    'variables.write',
    (c) => c.variables.write('x/y', { a: 'b' }, { cas: 0, namespace: 'ops' }),
    'PUT /v1/var/x%2Fy?cas=0&namespace=ops',
    { Path: 'x/y', Items: { a: 'b' } },
  ],
  ['variables.delete', (c) => c.variables.delete('x', { cas: 7 }), 'DELETE /v1/var/x?cas=7'],
  ['services.list', (c) => c.services.list({ namespace: '*' }), 'GET /v1/services?namespace=*'],
  ['services.read', (c) => c.services.read('s', { choose: '1|k' }), 'GET /v1/service/s?choose=1%7Ck'],
  ['services.delete', (c) => c.services.delete('s', '_nomad/1'), 'DELETE /v1/service/s/_nomad%2F1'],
  ['search.prefix', (c) => c.search.prefix('ab'), 'POST /v1/search', { Prefix: 'ab', Context: 'all' }],
  [
    'search.fuzzy',
    (c) => c.search.fuzzy('ab', 'jobs', { namespace: '*' }),
    'POST /v1/search/fuzzy?namespace=*',
    { Text: 'ab', Context: 'jobs' },
  ],
  ['acl.policies', (c) => c.acl.policies(), 'GET /v1/acl/policies'],
  ['acl.policy', (c) => c.acl.policy('p'), 'GET /v1/acl/policy/p'],
  ['acl.authMethods', (c) => c.acl.authMethods(), 'GET /v1/acl/auth-methods'],
  [
    'acl.oidcAuthUrl',
    (c) => c.acl.oidcAuthUrl('m', 'http://localhost:1/x', 'n'),
    'POST /v1/acl/oidc/auth-url',
    { AuthMethodName: 'm', RedirectURI: 'http://localhost:1/x', ClientNonce: 'n' },
  ],
  [
    'acl.completeOidc',
    (c) => c.acl.completeOidc('m', 'http://localhost:1/x', 'n', { state: 's', code: 'c', issuer: 'i' }),
    'POST /v1/acl/oidc/complete-auth',
    { AuthMethodName: 'm', RedirectURI: 'http://localhost:1/x', ClientNonce: 'n', State: 's', Code: 'c', Iss: 'i' },
  ],
  [
    'acl.loginWithJwt',
    (c) => c.acl.loginWithJwt('m', 'jwt'),
    'POST /v1/acl/login',
    { AuthMethodName: 'm', LoginToken: 'jwt' },
  ],
  [
    'scaling.policies',
    (c) => c.scaling.policies({ job: 'web', type: 'horizontal' }),
    'GET /v1/scaling/policies?job=web&type=horizontal',
  ],
  ['scaling.policy', (c) => c.scaling.policy('p'), 'GET /v1/scaling/policy/p'],
  ['operator.autopilotHealth', (c) => c.operator.autopilotHealth(), 'GET /v1/operator/autopilot/health'],
  [
    'operator.schedulerConfiguration',
    (c) => c.operator.schedulerConfiguration(),
    'GET /v1/operator/scheduler/configuration',
  ],
  ['operator.collectGarbage', (c) => c.operator.collectGarbage(), 'PUT /v1/system/gc'],
  ['operator.reconcileSummaries', (c) => c.operator.reconcileSummaries(), 'PUT /v1/system/reconcile/summaries'],
  ['readExact', (c) => c.readExact('/v1/job/web', ['SubmitTime'], { stale: true }), 'GET /v1/job/web?stale=true'],
];

describe('Requests of the full client', () => {
  for (const [name, call, line, body] of calls) {
    it(`${name}: ${line}`, async () => {
      const server = await serve((_, response) => {
        json(response, null);
      });
      const client = new FullNomadClient({ address: server.address });
      afterTest(() => {
        client.dispose();
      });
      await sent(call(client));
      const request = server.received[0];
      assert.equal(`${request?.method ?? ''} ${request?.url ?? ''}`, line);
      assert.deepEqual(request?.body, body);
      assert.equal(server.received.length, 1);
    });
  }
});
