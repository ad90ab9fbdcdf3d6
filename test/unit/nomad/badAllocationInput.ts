import type { Inputs } from './badInput.ts';

const stdout = { task: 't', type: 'stdout' } as const;

export const allocationInputs: Readonly<Record<string, Inputs>> = {
  'deployments.list': { read: (c, o) => c.deployments.list(o) },
  'deployments.read': {
    read: (c, o) => c.deployments.read('d', o),
    ids: { 'deployment id': (c, id) => c.deployments.read(id) },
  },
  'deployments.allocations': {
    read: (c, o) => c.deployments.allocations('d', o),
    ids: { 'deployment id': (c, id) => c.deployments.allocations(id) },
  },
  'deployments.promoteAll': {
    write: (c, o) => c.deployments.promoteAll('d', o),
    ids: { 'deployment id': (c, id) => c.deployments.promoteAll(id) },
  },
  'deployments.promoteGroups': {
    write: (c, o) => c.deployments.promoteGroups('d', ['g'], o),
    ids: { 'deployment id': (c, id) => c.deployments.promoteGroups(id, ['g']) },
    texts: { 'group name': (c, group) => c.deployments.promoteGroups('d', ['g', group]) },
    more: [['groups', (c) => c.deployments.promoteGroups('d', [])]],
  },
  'deployments.fail': {
    write: (c, o) => c.deployments.fail('d', o),
    ids: { 'deployment id': (c, id) => c.deployments.fail(id) },
  },
  'deployments.pause': {
    write: (c, o) => c.deployments.pause('d', true, o),
    ids: { 'deployment id': (c, id) => c.deployments.pause(id, true) },
  },
  'deployments.unblock': {
    write: (c, o) => c.deployments.unblock('d', o),
    ids: { 'deployment id': (c, id) => c.deployments.unblock(id) },
  },
  'deployments.setHealth': {
    write: (c, o) => c.deployments.setHealth('d', { healthy: ['x'] }, o),
    ids: { 'deployment id': (c, id) => c.deployments.setHealth(id, { healthy: ['x'] }) },
  },
  'allocations.list': { read: (c, o) => c.allocations.list(o) },
  'allocations.read': {
    read: (c, o) => c.allocations.read('a', o),
    ids: { 'allocation id': (c, id) => c.allocations.read(id) },
  },
  'allocations.stop': {
    write: (c, o) => c.allocations.stop('a', o),
    ids: { 'allocation id': (c, id) => c.allocations.stop(id) },
  },
  'allocations.restart': {
    write: (c, o) => c.allocations.restart('a', o),
    ids: { 'allocation id': (c, id) => c.allocations.restart(id) },
    texts: { 'task name': (c, task) => c.allocations.restart('a', { task }) },
  },
  'allocations.signal': {
    write: (c, o) => c.allocations.signal('a', 'SIGHUP', o),
    ids: { 'allocation id': (c, id) => c.allocations.signal(id, 'SIGHUP') },
    texts: {
      'signal name': (c, name) => c.allocations.signal('a', name),
      'task name': (c, task) => c.allocations.signal('a', 'SIGHUP', { task }),
    },
  },
  'allocations.stats': {
    read: (c, o) => c.allocations.stats('a', o),
    ids: { 'allocation id': (c, id) => c.allocations.stats(id) },
    texts: { task: (c, task) => c.allocations.stats('a', { task }) },
  },
  'allocations.checks': {
    read: (c, o) => c.allocations.checks('a', o),
    ids: { 'allocation id': (c, id) => c.allocations.checks(id) },
  },
  'allocations.services': {
    read: (c, o) => c.allocations.services('a', o),
    ids: { 'allocation id': (c, id) => c.allocations.services(id) },
  },
  'allocations.pauseState': {
    read: (c, o) => c.allocations.pauseState('a', 't', o),
    ids: { 'allocation id': (c, id) => c.allocations.pauseState(id, 't') },
    texts: { task: (c, task) => c.allocations.pauseState('a', task) },
  },
  'allocations.setPauseState': {
    write: (c, o) => c.allocations.setPauseState('a', 't', 'run', o),
    ids: { 'allocation id': (c, id) => c.allocations.setPauseState(id, 't', 'run') },
    texts: { 'task name': (c, task) => c.allocations.setPauseState('a', task, 'run') },
  },
  'allocations.collectGarbage': {
    write: (c, o) => c.allocations.collectGarbage('a', o),
    ids: { 'allocation id': (c, id) => c.allocations.collectGarbage(id) },
  },
  'allocations.logs': {
    write: (c, o) => c.allocations.logs('a', { ...stdout, ...o }),
    ids: { 'allocation id': (c, id) => c.allocations.logs(id, stdout) },
    texts: { task: (c, task) => c.allocations.logs('a', { ...stdout, task }) },
    numbers: { offset: (c, offset) => c.allocations.logs('a', { ...stdout, offset }) },
  },
  'allocations.logParts': {
    write: (c, o) => c.allocations.logParts('a', { ...stdout, ...o }),
    ids: { 'allocation id': (c, id) => c.allocations.logParts(id, stdout) },
    texts: { task: (c, task) => c.allocations.logParts('a', { ...stdout, task }) },
    numbers: { offset: (c, offset) => c.allocations.logParts('a', { ...stdout, offset }) },
  },
  'allocations.exec': {
    write: (c, o) => c.allocations.exec('a', { task: 't', command: ['x'], tty: false, ...o }),
    ids: { 'allocation id': (c, id) => c.allocations.exec(id, { task: 't', command: ['x'], tty: false }) },
    texts: { 'task name': (c, task) => c.allocations.exec('a', { task, command: ['x'], tty: false }) },
    more: [['command', (c) => c.allocations.exec('a', { task: 't', command: [], tty: false })]],
  },
  'files.ls': {
    read: (c, o) => c.files.ls('a', '/', o),
    ids: { 'allocation id': (c, id) => c.files.ls(id) },
    texts: { path: (c, path) => c.files.ls('a', path) },
  },
  'files.stat': {
    read: (c, o) => c.files.stat('a', 'f', o),
    ids: { 'allocation id': (c, id) => c.files.stat(id, 'f') },
    texts: { path: (c, path) => c.files.stat('a', path) },
  },
  'files.cat': {
    read: (c, o) => c.files.cat('a', 'f', o),
    ids: { 'allocation id': (c, id) => c.files.cat(id, 'f') },
    texts: { path: (c, path) => c.files.cat('a', path) },
    numbers: {
      offset: (c, offset) => c.files.cat('a', 'f', { offset }),
      limit: (c, limit) => c.files.cat('a', 'f', { limit }),
    },
  },
  'files.stream': {
    write: (c, o) => c.files.stream('a', 'f', o),
    ids: { 'allocation id': (c, id) => c.files.stream(id, 'f') },
    texts: { path: (c, path) => c.files.stream('a', path) },
    numbers: { offset: (c, offset) => c.files.stream('a', 'f', { offset }) },
  },
};
