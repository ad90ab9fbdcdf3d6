import type { ExecSession } from '../../../src/nomad/exec.ts';
import type { FullNomadClient } from '../../../src/nomad/fullClient.ts';
import { batch, service, unknownId } from './jobs.ts';

/** What the target has, and the id of a job that it doesn't have. */
export interface Known {
  readonly client: FullNomadClient;
  /** A service with a group `app` and a task `main`. */
  readonly job: string;
  readonly parameterized: string;
  readonly allocation: string;
  readonly deployment: string;
  readonly nobody: string;
}

/** Bad input, and what Nomad says to it: words of a refusal, or what a success without an effect gives. */
export interface BadInput {
  readonly call: (known: Known) => unknown;
  readonly words?: RegExp;
  readonly gives?: (value: unknown) => unknown;
  /** Older agents ignore it. */
  readonly since?: readonly [major: number, minor: number];
}

const empty = (value: unknown) => JSON.stringify(value) === '[]';
const noFilter = { filter: 'nothing of the kind' };
const nowhere = { region: 'nowhere' };
const region = /No path to region/;
const filter = /filter/i;
const incomplete = /UUID must be|even|index error|invalid|not found/i;
const { signal } = new AbortController();
const seen = (value: unknown, field: string): unknown => (value as Record<string, unknown>)[field];
const ended = async (session: ExecSession) => {
  const end = await session.ended;
  if (end.kind === 'closed') throw end.error;
};

export const jobInputs: Readonly<Record<string, readonly BadInput[]>> = {
  'jobs.list': [{ call: (k) => k.client.jobs.list(noFilter), words: filter }],
  'jobs.statuses': [{ call: (k) => k.client.jobs.statuses(noFilter), words: filter }],
  'jobs.statusesOf': [{ call: (k) => k.client.jobs.statusesOf([]), words: /no jobs/ }],
  'jobs.read': [{ call: (k) => k.client.jobs.read(k.nobody), words: /job not found/ }],
  'jobs.parse': [
    { call: (k) => k.client.jobs.parse({ hcl: '' }), words: /Job spec is empty/ },
    { call: (k) => k.client.jobs.parse({ hcl: 'job "a" {' }), words: /input\.hcl:1/ },
  ],
  'jobs.validate': [
    {
      call: (k) => k.client.jobs.validate(service('a b')),
      gives: (value) => String(seen(value, 'Error')).includes('contains a space'),
    },
  ],
  'jobs.plan': [
    { call: (k) => k.client.jobs.plan(service('a b')), words: /contains a space/ },
    { call: (k) => k.client.jobs.plan(service(k.nobody, { count: -1 })), words: /count/i },
  ],
  'jobs.register': [
    { call: (k) => k.client.jobs.register(service('a b')), words: /contains a space/ },
    { call: (k) => k.client.jobs.register(service(`${k.nobody}-null`, { name: 'a\0b' })), words: /null character/ },
    { call: (k) => k.client.jobs.register(service(k.nobody, { count: -1 })), words: /count/i },
    { call: (k) => k.client.jobs.register(service(k.nobody, { job: { Priority: -1 } })), words: /priority/i },
    {
      call: (k) => {
        const submission = { Source: '#'.repeat(1_100_000), Format: 'hcl2' } as const;
        const job = batch(k.parameterized, { script: 'true', job: { ParameterizedJob: {} } });
        return k.client.jobs.register(job, { submission });
      },
      gives: (value) => String(seen(value, 'Warnings')).includes('job source size of 1.1 MB exceeds maximum of 1.0 MB'),
    },
  ],
  'jobs.stop': [{ call: (k) => k.client.jobs.stop(k.nobody), gives: (value) => seen(value, 'EvalID') === '' }],
  'jobs.tagVersion': [
    { call: (k) => k.client.jobs.tagVersion(k.job, 't', 99), words: /version 99 not found/ },
    { call: (k) => k.client.jobs.tagVersion(k.nobody, 't', 0), words: /version 0 not found/ },
  ],
  'jobs.untagVersion': [{ call: (k) => k.client.jobs.untagVersion(k.job, 'nope'), words: /tag "nope" not found/ }],
  'jobs.versions': [
    { call: (k) => k.client.jobs.versions(k.nobody), words: /job versions not found/ },
    { call: (k) => k.client.jobs.versions(k.job, { diffVersion: 99 }), words: /version 99 not found/, since: [1, 9] },
    { call: (k) => k.client.jobs.versions(k.job, { diffTag: 'nope' }), words: /tag "?nope"? not found/, since: [1, 9] },
  ],
  'jobs.submission': [{ call: (k) => k.client.jobs.submission(k.job, 99), words: /job source not found/ }],
  'jobs.summary': [{ call: (k) => k.client.jobs.summary(k.nobody), words: /job not found/ }],
  'jobs.allocations': [{ call: (k) => k.client.jobs.allocations(k.nobody), gives: empty }],
  'jobs.evaluations': [{ call: (k) => k.client.jobs.evaluations(k.nobody), gives: empty }],
  'jobs.deployments': [{ call: (k) => k.client.jobs.deployments(k.nobody), gives: empty }],
  'jobs.latestDeployment': [
    { call: (k) => k.client.jobs.latestDeployment(k.nobody), gives: (value) => value === null },
  ],
  'jobs.services': [{ call: (k) => k.client.jobs.services(k.nobody), words: /job not found/ }],
  'jobs.actions': [{ call: (k) => k.client.jobs.actions(k.nobody), words: /not found|unknown/i }],
  'jobs.action': [
    {
      call: (k) => {
        const place = { action: 'nope', task: 'main', allocationId: k.allocation };
        return ended(k.client.jobs.action(k.job, { ...place, tty: false }));
      },
      words: /nope|action|not found/i,
    },
  ],
  'jobs.revert': [
    { call: (k) => k.client.jobs.revert(k.job, 99), words: /version 99/ },
    { call: (k) => k.client.jobs.revert(k.nobody, 0), words: /not found/ },
  ],
  'jobs.evaluate': [{ call: (k) => k.client.jobs.evaluate(k.nobody), words: /job not found/ }],
  'jobs.dispatch': [
    { call: (k) => k.client.jobs.dispatch(k.nobody), words: /job not found/ },
    { call: (k) => k.client.jobs.dispatch(k.job), words: /not a parameterized job/ },
    {
      call: (k) => k.client.jobs.dispatch(k.parameterized, { meta: { nope: '' } }),
      words: /unpermitted metadata keys/,
    },
    { call: (k) => k.client.jobs.dispatch(k.parameterized, { priority: 101 }), words: /priority/, since: [1, 11] },
  ],
  'jobs.periodicForce': [{ call: (k) => k.client.jobs.periodicForce(k.job), words: /non-periodic job/ }],
  'jobs.scale': [
    { call: (k) => k.client.jobs.scale(k.job, 'nope', 1), words: /task group "nope"/ },
    { call: (k) => k.client.jobs.scale(k.nobody, 'app', 1), words: /not found/ },
    { call: (k) => k.client.jobs.scale(k.job, 'app', 1, { error: true }), words: /count/i },
    {
      call: (k) => k.client.jobs.scale(k.job, 'app', 1, { enforceIndex: 1 }),
      words: /modify index/,
      since: [1, 9],
    },
  ],
  'jobs.scaleStatus': [{ call: (k) => k.client.jobs.scaleStatus(k.nobody), words: /job not found/ }],
  'jobs.stable': [
    { call: (k) => k.client.jobs.stable(k.nobody, 0, true), words: /job .* not found/ },
    { call: (k) => k.client.jobs.stable(k.job, 99, true), words: /version 99/ },
  ],
  'deployments.list': [{ call: (k) => k.client.deployments.list({ prefix: 'abc' }), words: incomplete }],
  'deployments.read': [
    { call: (k) => k.client.deployments.read(unknownId), words: /not found/ },
    { call: (k) => k.client.deployments.read('abc'), words: incomplete },
  ],
  'deployments.allocations': [{ call: (k) => k.client.deployments.allocations(unknownId), gives: empty }],
  'deployments.promoteAll': [{ call: (k) => k.client.deployments.promoteAll(unknownId), words: /not found/ }],
  'deployments.promoteGroups': [
    { call: (k) => k.client.deployments.promoteGroups(k.deployment, ['nope']), words: /terminal|no canaries/ },
  ],
  'deployments.fail': [{ call: (k) => k.client.deployments.fail(unknownId), words: /not found/ }],
  'deployments.pause': [{ call: (k) => k.client.deployments.pause(unknownId, true), words: /not found/ }],
  'deployments.unblock': [{ call: (k) => k.client.deployments.unblock(unknownId), words: /not found/ }],
  'deployments.setHealth': [
    { call: (k) => k.client.deployments.setHealth(k.deployment, {}), words: /at least one/ },
    { call: (k) => k.client.deployments.setHealth(unknownId, { healthy: [unknownId] }), words: /not found/ },
  ],
  'allocations.list': [{ call: (k) => k.client.allocations.list({ prefix: 'abc' }), words: incomplete }],
  'allocations.read': [
    { call: (k) => k.client.allocations.read(unknownId), words: /not found/ },
    { call: (k) => k.client.allocations.read('abc'), words: incomplete },
  ],
  'allocations.stop': [{ call: (k) => k.client.allocations.stop(unknownId), words: /not found/ }],
  'allocations.restart': [
    {
      call: (k) => k.client.allocations.restart(k.allocation, { task: 'nope' }),
      words: /Could not find task runner for task: nope/,
    },
    { call: (k) => k.client.allocations.restart(k.allocation, { task: 'main', allTasks: true }), words: /task/i },
    { call: (k) => k.client.allocations.restart(unknownId), words: /Unknown allocation/ },
  ],
  'allocations.signal': [
    { call: (k) => k.client.allocations.signal(k.allocation, 'SIGHUP', { task: 'nope' }), words: /task/i },
  ],
  'allocations.stats': [{ call: (k) => k.client.allocations.stats(unknownId), words: /Unknown allocation/ }],
  'allocations.checks': [{ call: (k) => k.client.allocations.checks(unknownId), words: /Unknown allocation/ }],
  'allocations.services': [{ call: (k) => k.client.allocations.services(unknownId), words: /not found/ }],
  'allocations.pauseState': [{ call: (k) => k.client.allocations.pauseState(unknownId, 'nope'), words: /./ }],
  'allocations.setPauseState': [
    { call: (k) => k.client.allocations.setPauseState(unknownId, 'nope', 'run'), words: /./ },
  ],
  'allocations.collectGarbage': [
    { call: (k) => k.client.allocations.collectGarbage(unknownId), words: /Unknown allocation/ },
  ],
  'allocations.logs': [
    { call: (k) => k.client.allocations.logs(k.allocation, { task: 'nope', type: 'stdout' }), words: /nope/ },
    {
      call: (k) => k.client.allocations.logs(unknownId, { task: 'main', type: 'stdout' }),
      words: /Unknown allocation/,
    },
  ],
  'allocations.logParts': [
    {
      call: (k) => k.client.allocations.logParts(k.allocation, { task: 'main', type: 'nope' as 'stdout' }),
      words: /stdout.*stderr/,
    },
  ],
  'allocations.exec': [
    {
      call: (k) => ended(k.client.allocations.exec(k.allocation, { task: 'nope', command: ['true'], tty: false })),
      words: /task not found/,
    },
  ],
  'files.ls': [
    { call: (k) => k.client.files.ls(k.allocation, '/nope'), words: /no such file/ },
    { call: (k) => k.client.files.ls(k.allocation, '../..'), words: /escapes the alloc directory/ },
  ],
  'files.stat': [{ call: (k) => k.client.files.stat(k.allocation, 'nope'), words: /no such file/ }],
  'files.cat': [
    { call: (k) => k.client.files.cat(k.allocation, 'nope'), words: /no such file/ },
    { call: (k) => k.client.files.cat(k.allocation, 'alloc'), words: /^$/ },
  ],
  'files.stream': [{ call: (k) => k.client.files.stream(k.allocation, 'nope'), words: /no such file/ }],
};

export const clusterInputs: Readonly<Record<string, readonly BadInput[]>> = {
  'evaluations.list': [
    { call: (k) => k.client.evaluations.list({ job: k.job, filter: 'Status == "x"' }), words: filter },
  ],
  'evaluations.count': [{ call: (k) => k.client.evaluations.count(noFilter), words: /no match found/ }],
  'evaluations.read': [
    { call: (k) => k.client.evaluations.read(unknownId), words: /not found/ },
    { call: (k) => k.client.evaluations.read('abc'), words: incomplete },
  ],
  'evaluations.allocations': [{ call: (k) => k.client.evaluations.allocations(unknownId), gives: empty }],
  'nodes.list': [{ call: (k) => k.client.nodes.list(noFilter), words: filter }],
  'nodes.read': [{ call: (k) => k.client.nodes.read(unknownId), words: /not found/ }],
  'nodes.allocations': [{ call: (k) => k.client.nodes.allocations(unknownId), gives: empty }],
  'nodes.setEligibility': [{ call: (k) => k.client.nodes.setEligibility(unknownId, true), words: /not found/ }],
  'nodes.drain': [{ call: (k) => k.client.nodes.drain(unknownId, { deadline: 'none' }), words: /not found/ }],
  'nodes.stopDrain': [{ call: (k) => k.client.nodes.stopDrain(unknownId), words: /not found/ }],
  'nodes.evaluate': [{ call: (k) => k.client.nodes.evaluate(unknownId), words: /not found/ }],
  'nodes.purge': [{ call: (k) => k.client.nodes.purge(unknownId), words: /not found/ }],
  'nodes.stats': [{ call: (k) => k.client.nodes.stats(unknownId), words: /Unknown node/ }],
  'nodes.collectGarbage': [{ call: (k) => k.client.nodes.collectGarbage(unknownId), words: /Unknown node/ }],
  // Of the agent itself, or of the cluster that it knows: there is nothing to name.
  'agent.self': [],
  'agent.regions': [],
  'agent.members': [],
  'agent.health': [],
  // Topics that nobody knows have no events.
  'events.stream': [],
  'agent.tokenSelf': [
    { call: (k) => k.client.agent.tokenSelf(nowhere), words: /No path to region|ACL support disabled/ },
  ],
  'agent.leader': [{ call: (k) => k.client.agent.leader(nowhere), words: region }],
  'agent.peers': [{ call: (k) => k.client.agent.peers(nowhere), words: region }],
  'agent.namespaces': [{ call: (k) => k.client.agent.namespaces(nowhere), words: region }],
  'agent.monitor': [
    { call: (k) => k.client.agent.monitor({ level: 'nope', signal }), words: /log level: nope/ },
    {
      call: (k) => k.client.agent.monitor({ nodeId: unknownId, serverId: 'nope', signal }),
      words: /Cannot target node and server/,
    },
  ],
  'nodePools.list': [{ call: (k) => k.client.nodePools.list(noFilter), words: filter }],
  'nodePools.read': [{ call: (k) => k.client.nodePools.read('nope'), words: /not found/ }],
  'nodePools.jobs': [{ call: (k) => k.client.nodePools.jobs('nope'), gives: empty }],
  'nodePools.nodes': [{ call: (k) => k.client.nodePools.nodes('nope'), gives: empty }],
  'namespaces.list': [{ call: (k) => k.client.namespaces.list(nowhere), words: region }],
  'namespaces.read': [{ call: (k) => k.client.namespaces.read('nope'), words: /not found/i }],
  'variables.list': [{ call: (k) => k.client.variables.list(noFilter), words: filter }],
  'variables.read': [{ call: (k) => k.client.variables.read('nope'), words: /variable not found/ }],
  'variables.write': [
    { call: (k) => k.client.variables.write('a b', { a: 'b' }), words: /path/ },
    { call: (k) => k.client.variables.write('nope', {}), words: /Items/ },
    { call: (k) => k.client.variables.write('nope', { a: 'x'.repeat(70_000) }), words: /64|size|exceed/i },
  ],
  'variables.delete': [{ call: (k) => k.client.variables.delete('nope'), gives: (value) => value === null }],
  'services.list': [{ call: (k) => k.client.services.list(nowhere), words: region }],
  'services.read': [{ call: (k) => k.client.services.read('nope', { choose: 'x' }), words: /choose/ }],
  'services.delete': [{ call: (k) => k.client.services.delete('nope', 'nope'), words: /not found/ }],
  'search.prefix': [{ call: (k) => k.client.search.prefix('a', 'nope'), words: /context/ }],
  'search.fuzzy': [{ call: (k) => k.client.search.fuzzy('a'), words: /at least 2 characters/ }],
  'acl.policies': [{ call: (k) => k.client.acl.policies(), words: /ACL support disabled/ }],
  'acl.policy': [{ call: (k) => k.client.acl.policy('nope'), words: /ACL support disabled/ }],
  'acl.authMethods': [{ call: (k) => k.client.acl.authMethods(), words: /ACL support disabled/ }],
  'acl.oidcAuthUrl': [{ call: (k) => k.client.acl.oidcAuthUrl('m', 'u', 'n'), words: /ACL support disabled/ }],
  'acl.completeOidc': [
    {
      call: (k) => k.client.acl.completeOidc('m', 'u', 'n', { state: 's', code: 'c' }),
      words: /ACL support disabled/,
    },
  ],
  'acl.loginWithJwt': [{ call: (k) => k.client.acl.loginWithJwt('m', 'j'), words: /ACL support disabled/ }],
  'scaling.policies': [{ call: (k) => k.client.scaling.policies(nowhere), words: region }],
  'scaling.policy': [{ call: (k) => k.client.scaling.policy(unknownId), words: /policy not found/ }],
  'operator.schedulerConfiguration': [
    { call: (k) => k.client.operator.schedulerConfiguration(nowhere), words: region },
  ],
  'operator.collectGarbage': [{ call: (k) => k.client.operator.collectGarbage(nowhere), words: region }],
  'operator.reconcileSummaries': [{ call: (k) => k.client.operator.reconcileSummaries(nowhere), words: region }],
  'client.readExact': [{ call: (k) => k.client.readExact(`/v1/job/${k.nobody}`, []), words: /job not found/ }],
};
