import type { ExecSession } from '../../../src/nomad/sessions/exec.ts';
import { empty, filter, noFilter, shortId } from './badInputs.ts';
import type { BadInput } from './badInputs.ts';
import { batch, service, unknownId } from './jobs.ts';

const oddPrefix = /must be even length/;
const pause = /Enterprise only|resource not found/;
const negative = /Task group count can't be negative/;
const seen = (value: unknown, field: string): unknown => (value as Record<string, unknown>)[field];
const ended = async (session: ExecSession) => {
  const end = await session.ended;
  if (end.kind === 'closed') throw end.error;
};

/** Of jobs, their deployments and allocations, and files. */
export const jobInputs: Readonly<Record<string, readonly BadInput[]>> = {
  'jobs.list': [{ call: (k) => k.client.jobs.list(noFilter), words: filter }],
  'jobs.statuses': [{ call: (k) => k.client.jobs.statuses(noFilter), words: filter, routeSince: [1, 8] }],
  'jobs.statusesOf': [{ call: (k) => k.client.jobs.statusesOf([]), words: /no jobs/, routeSince: [1, 8] }],
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
    { call: (k) => k.client.jobs.plan(service(k.nobody, { count: -1 })), words: negative },
  ],
  'jobs.register': [
    { call: (k) => k.client.jobs.register(service('a b')), words: /contains a space/ },
    { call: (k) => k.client.jobs.register(service(`${k.nobody}-null`, { name: 'a\0b' })), words: /null character/ },
    { call: (k) => k.client.jobs.register(service(k.nobody, { count: -1 })), words: negative },
    {
      call: (k) => k.client.jobs.register(service(k.nobody, { job: { Priority: -1 } })),
      words: /priority must be between/,
    },
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
    { call: (k) => k.client.jobs.tagVersion(k.job, 't', 99), words: /version 99 not found/, routeSince: [1, 9] },
    { call: (k) => k.client.jobs.tagVersion(k.nobody, 't', 0), words: /version 0 not found/, routeSince: [1, 9] },
  ],
  'jobs.untagVersion': [
    { call: (k) => k.client.jobs.untagVersion(k.job, 'nope'), words: /tag "nope" not found/, routeSince: [1, 9] },
  ],
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
  'jobs.actions': [{ call: (k) => k.client.jobs.actions(k.nobody), words: /Unknown job|job not found/ }],
  'jobs.action': [
    {
      call: (k) => {
        const place = { action: 'nope', task: 'main', allocationId: k.allocation };
        return ended(k.client.jobs.action(k.job, { ...place, tty: false }));
      },
      words: /action nope not found|job not found/,
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
    {
      call: (k) => k.client.jobs.dispatch(k.parameterized, { priority: 101 }),
      words: /priority must be between/,
      since: [1, 11],
    },
  ],
  'jobs.periodicForce': [{ call: (k) => k.client.jobs.periodicForce(k.job), words: /non-periodic job/ }],
  'jobs.scale': [
    { call: (k) => k.client.jobs.scale(k.job, 'nope', 1), words: /task group "nope"/ },
    { call: (k) => k.client.jobs.scale(k.nobody, 'app', 1), words: /not found/ },
    { call: (k) => k.client.jobs.scale(k.job, 'app', 1, { error: true }), words: /should not contain count/ },
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
  'deployments.list': [{ call: (k) => k.client.deployments.list({ prefix: 'abc' }), words: oddPrefix }],
  'deployments.read': [
    { call: (k) => k.client.deployments.read(unknownId), words: /not found/ },
    { call: (k) => k.client.deployments.read('abc'), words: shortId },
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
  'allocations.list': [{ call: (k) => k.client.allocations.list({ prefix: 'abc' }), words: oddPrefix }],
  'allocations.read': [
    { call: (k) => k.client.allocations.read(unknownId), words: /not found/ },
    { call: (k) => k.client.allocations.read('abc'), words: shortId },
  ],
  'allocations.stop': [{ call: (k) => k.client.allocations.stop(unknownId), words: /not found/ }],
  'allocations.restart': [
    {
      call: (k) => k.client.allocations.restart(k.allocation, { task: 'nope' }),
      words: /Could not find task runner for task: nope/,
    },
    {
      call: (k) => k.client.allocations.restart(k.allocation, { task: 'main', allTasks: true }),
      words: /task name cannot be set/,
    },
    { call: (k) => k.client.allocations.restart(unknownId), words: /Unknown allocation/ },
  ],
  'allocations.signal': [
    { call: (k) => k.client.allocations.signal(k.allocation, 'SIGHUP', { task: 'nope' }), words: /Task not found/ },
  ],
  'allocations.stats': [{ call: (k) => k.client.allocations.stats(unknownId), words: /Unknown allocation/ }],
  'allocations.checks': [{ call: (k) => k.client.allocations.checks(unknownId), words: /Unknown allocation/ }],
  'allocations.services': [{ call: (k) => k.client.allocations.services(unknownId), words: /not found/ }],
  'allocations.pauseState': [
    { call: (k) => k.client.allocations.pauseState(k.allocation, 'nope'), words: pause, enterpriseSince: [1, 8] },
  ],
  'allocations.setPauseState': [
    {
      call: (k) => k.client.allocations.setPauseState(k.allocation, 'nope', 'run'),
      words: pause,
      enterpriseSince: [1, 8],
    },
  ],
  'allocations.collectGarbage': [
    { call: (k) => k.client.allocations.collectGarbage(unknownId), words: /Unknown allocation/ },
  ],
  'allocations.logs': [
    {
      call: (k) => k.client.allocations.logs(k.allocation, { task: 'nope', type: 'stdout' }),
      words: /unknown task name "nope"/,
    },
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
    { call: (k) => k.client.files.cat(k.allocation, 'alloc'), words: /alloc is a directory/ },
  ],
  'files.stream': [{ call: (k) => k.client.files.stream(k.allocation, 'nope'), words: /no such file/ }],
};
