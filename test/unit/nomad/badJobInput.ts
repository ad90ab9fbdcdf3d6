import type { Job } from '../../../src/nomad/types/job.ts';
import type { Inputs } from './badInput.ts';

const job = { ID: 'web', Name: 'web', TaskGroups: [] } as unknown as Job;

export const jobInputs: Readonly<Record<string, Inputs>> = {
  'jobs.list': { read: (c, o) => c.jobs.list(o) },
  'jobs.statuses': { read: (c, o) => c.jobs.statuses(o) },
  'jobs.statusesOf': {
    read: (c, o) => c.jobs.statusesOf([{ id: 'a', namespace: '' }], o),
    texts: { 'job id': (c, id) => c.jobs.statusesOf([{ id, namespace: '' }]) },
  },
  'jobs.read': { read: (c, o) => c.jobs.read('a', o), ids: { 'job id': (c, id) => c.jobs.read(id) } },
  'jobs.parse': { write: (c, o) => c.jobs.parse({ hcl: 'x' }, o) },
  'jobs.validate': { write: (c, o) => c.jobs.validate(job, o) },
  'jobs.plan': { write: (c, o) => c.jobs.plan(job, o), ids: { 'job id': (c, ID) => c.jobs.plan({ ...job, ID }) } },
  'jobs.register': {
    write: (c, o) => c.jobs.register(job, o),
    ids: { 'job id': (c, ID) => c.jobs.register({ ...job, ID }) },
    numbers: {
      'enforce index': (c, enforceIndex) => c.jobs.register(job, { enforceIndex }),
      'eval priority': (c, evalPriority) => c.jobs.register(job, { evalPriority }),
    },
    more: [
      ['eval priority', (c) => c.jobs.register(job, { evalPriority: 0 })],
      ['eval priority', (c) => c.jobs.register(job, { evalPriority: 101 })],
      ['namespace', (c) => c.jobs.register({ ...job, Namespace: 'a\0' })],
      ['region', (c) => c.jobs.register({ ...job, Region: 'a\0' })],
    ],
  },
  'jobs.stop': {
    write: (c, o) => c.jobs.stop('a', o),
    ids: { 'job id': (c, id) => c.jobs.stop(id) },
    numbers: { 'eval priority': (c, evalPriority) => c.jobs.stop('a', { evalPriority }) },
    more: [
      ['eval priority', (c) => c.jobs.stop('a', { evalPriority: 0 })],
      ['eval priority', (c) => c.jobs.stop('a', { evalPriority: 101 })],
    ],
  },
  'jobs.tagVersion': {
    write: (c, o) => c.jobs.tagVersion('a', 't', 1, o),
    ids: {
      'job id': (c, id) => c.jobs.tagVersion(id, 't', 1),
      'tag name': (c, tag) => c.jobs.tagVersion('a', tag, 1),
    },
    numbers: { version: (c, version) => c.jobs.tagVersion('a', 't', version) },
    more: [
      ['job id', (c) => c.jobs.tagVersion('a/b', 't', 1)],
      ['tag name', (c) => c.jobs.tagVersion('a', 'b/c', 1)],
    ],
  },
  'jobs.untagVersion': {
    write: (c, o) => c.jobs.untagVersion('a', 't', o),
    ids: { 'job id': (c, id) => c.jobs.untagVersion(id, 't'), 'tag name': (c, tag) => c.jobs.untagVersion('a', tag) },
  },
  'jobs.versions': {
    read: (c, o) => c.jobs.versions('a', o),
    ids: { 'job id': (c, id) => c.jobs.versions(id) },
    texts: { 'diff tag': (c, diffTag) => c.jobs.versions('a', { diffTag }) },
    numbers: { 'diff version': (c, diffVersion) => c.jobs.versions('a', { diffVersion }) },
  },
  'jobs.submission': {
    read: (c, o) => c.jobs.submission('a', 0, o),
    ids: { 'job id': (c, id) => c.jobs.submission(id, 0) },
    numbers: { version: (c, version) => c.jobs.submission('a', version) },
  },
  'jobs.summary': { read: (c, o) => c.jobs.summary('a', o), ids: { 'job id': (c, id) => c.jobs.summary(id) } },
  'jobs.allocations': {
    read: (c, o) => c.jobs.allocations('a', o),
    ids: { 'job id': (c, id) => c.jobs.allocations(id) },
  },
  'jobs.evaluations': {
    read: (c, o) => c.jobs.evaluations('a', o),
    ids: { 'job id': (c, id) => c.jobs.evaluations(id) },
  },
  'jobs.deployments': {
    read: (c, o) => c.jobs.deployments('a', o),
    ids: { 'job id': (c, id) => c.jobs.deployments(id) },
  },
  'jobs.latestDeployment': {
    read: (c, o) => c.jobs.latestDeployment('a', o),
    ids: { 'job id': (c, id) => c.jobs.latestDeployment(id) },
  },
  'jobs.services': { read: (c, o) => c.jobs.services('a', o), ids: { 'job id': (c, id) => c.jobs.services(id) } },
  'jobs.actions': { read: (c, o) => c.jobs.actions('a', o), ids: { 'job id': (c, id) => c.jobs.actions(id) } },
  'jobs.action': {
    write: (c, o) => c.jobs.action('a', { action: 'x', task: 't', allocationId: 'b', tty: false, ...o }),
    ids: { 'job id': (c, id) => c.jobs.action(id, { action: 'x', task: 't', allocationId: 'b', tty: false }) },
    texts: {
      'action name': (c, action) => c.jobs.action('a', { action, task: 't', allocationId: 'b', tty: false }),
      'task name': (c, task) => c.jobs.action('a', { action: 'x', task, allocationId: 'b', tty: false }),
      'allocation id': (c, allocationId) => c.jobs.action('a', { action: 'x', task: 't', allocationId, tty: false }),
    },
  },
  'jobs.revert': {
    write: (c, o) => c.jobs.revert('a', 0, o),
    ids: { 'job id': (c, id) => c.jobs.revert(id, 0) },
    numbers: {
      version: (c, version) => c.jobs.revert('a', version),
      'prior version': (c, enforcePriorVersion) => c.jobs.revert('a', 0, { enforcePriorVersion }),
    },
  },
  'jobs.evaluate': { write: (c, o) => c.jobs.evaluate('a', o), ids: { 'job id': (c, id) => c.jobs.evaluate(id) } },
  'jobs.dispatch': {
    write: (c, o) => c.jobs.dispatch('a', o),
    ids: { 'job id': (c, id) => c.jobs.dispatch(id) },
    texts: { 'idempotency token': (c, idempotencyToken) => c.jobs.dispatch('a', { idempotencyToken }) },
    numbers: { priority: (c, priority) => c.jobs.dispatch('a', { priority }) },
    more: [['payload', (c) => c.jobs.dispatch('a', { payload: new Uint8Array(16_385) })]],
  },
  'jobs.periodicForce': {
    write: (c, o) => c.jobs.periodicForce('a', o),
    ids: { 'job id': (c, id) => c.jobs.periodicForce(id) },
  },
  'jobs.scale': {
    write: (c, o) => c.jobs.scale('a', 'g', 1, o),
    ids: { 'job id': (c, id) => c.jobs.scale(id, 'g', 1) },
    texts: { 'group name': (c, group) => c.jobs.scale('a', group, 1) },
    numbers: {
      count: (c, count) => c.jobs.scale('a', 'g', count),
      'enforce index': (c, enforceIndex) => c.jobs.scale('a', 'g', 1, { enforceIndex }),
    },
    more: [['enforce index', (c) => c.jobs.scale('a', 'g', 1, { enforceIndex: 0 })]],
  },
  'jobs.scaleStatus': {
    read: (c, o) => c.jobs.scaleStatus('a', o),
    ids: { 'job id': (c, id) => c.jobs.scaleStatus(id) },
  },
  'jobs.stable': {
    write: (c, o) => c.jobs.stable('a', 0, true, o),
    ids: { 'job id': (c, id) => c.jobs.stable(id, 0, true) },
    numbers: { version: (c, version) => c.jobs.stable('a', version, false) },
  },
};
