import type { Inputs } from './badInput.ts';

const { signal } = new AbortController();

export const clusterInputs: Readonly<Record<string, Inputs>> = {
  'evaluations.list': {
    read: (c, o) => c.evaluations.list(o),
    texts: {
      job: (c, id) => c.evaluations.list({ job: id }),
      status: (c, status) => c.evaluations.list({ status }),
    },
  },
  'evaluations.count': { read: (c, o) => c.evaluations.count(o) },
  'evaluations.read': {
    read: (c, o) => c.evaluations.read('e', o),
    ids: { 'evaluation id': (c, id) => c.evaluations.read(id) },
  },
  'evaluations.allocations': {
    read: (c, o) => c.evaluations.allocations('e', o),
    ids: { 'evaluation id': (c, id) => c.evaluations.allocations(id) },
  },
  'nodes.list': { read: (c, o) => c.nodes.list(o) },
  'nodes.read': { read: (c, o) => c.nodes.read('n', o), ids: { 'node id': (c, id) => c.nodes.read(id) } },
  'nodes.allocations': {
    read: (c, o) => c.nodes.allocations('n', o),
    ids: { 'node id': (c, id) => c.nodes.allocations(id) },
  },
  'nodes.setEligibility': {
    write: (c, o) => c.nodes.setEligibility('n', true, o),
    ids: { 'node id': (c, id) => c.nodes.setEligibility(id, true) },
  },
  'nodes.drain': {
    write: (c, o) => c.nodes.drain('n', { deadline: 'none', ...o }),
    ids: { 'node id': (c, id) => c.nodes.drain(id, { deadline: 'none' }) },
    more: [-1, NaN, Infinity].map((deadline) => ['deadline', (c) => c.nodes.drain('n', { deadline })]),
  },
  'nodes.stopDrain': {
    write: (c, o) => c.nodes.stopDrain('n', o),
    ids: { 'node id': (c, id) => c.nodes.stopDrain(id) },
  },
  'nodes.evaluate': { write: (c, o) => c.nodes.evaluate('n', o), ids: { 'node id': (c, id) => c.nodes.evaluate(id) } },
  'nodes.purge': { write: (c, o) => c.nodes.purge('n', o), ids: { 'node id': (c, id) => c.nodes.purge(id) } },
  'nodes.stats': { read: (c, o) => c.nodes.stats('n', o), texts: { 'node id': (c, id) => c.nodes.stats(id) } },
  'nodes.collectGarbage': {
    write: (c, o) => c.nodes.collectGarbage('n', o),
    texts: { 'node id': (c, id) => c.nodes.collectGarbage(id) },
  },
  'agent.self': { read: (c, o) => c.agent.self(o) },
  'agent.tokenSelf': { read: (c, o) => c.agent.tokenSelf(o) },
  'agent.leader': { read: (c, o) => c.agent.leader(o) },
  'agent.regions': { read: (c, o) => c.agent.regions(o) },
  'agent.namespaces': { read: (c, o) => c.agent.namespaces(o) },
  'agent.members': { read: (c, o) => c.agent.members(o) },
  'agent.health': { read: (c, o) => c.agent.health(o) },
  'agent.peers': { read: (c, o) => c.agent.peers(o) },
  'agent.monitor': {
    texts: {
      'node id': (c, nodeId) => c.agent.monitor({ nodeId, signal }),
      'server id': (c, serverId) => c.agent.monitor({ serverId, signal }),
      'log level': (c, level) => c.agent.monitor({ level, signal }),
    },
    more: [['region', (c) => c.agent.monitor({ region: 'a\0', signal })]],
  },
  'events.stream': {
    write: (c, o) => c.events.stream({ topics: ['Job'], ...o, signal }),
    texts: {
      topic: (c, topic) => c.events.stream({ topics: [topic], signal }),
    },
    numbers: { index: (c, index) => c.events.stream({ topics: ['Job'], index, signal }) },
    more: [
      ['topics', (c) => c.events.stream({ topics: [], signal })],
      ['topic', (c) => c.events.stream({ topics: { Job: ['a:b'] }, signal })],
      ['topic', (c) => c.events.stream({ topics: { Job: ['a\0'] }, signal })],
    ],
  },
  'nodePools.list': { read: (c, o) => c.nodePools.list(o) },
  'nodePools.read': {
    read: (c, o) => c.nodePools.read('p', o),
    ids: { 'node pool name': (c, name) => c.nodePools.read(name) },
  },
  'nodePools.jobs': {
    read: (c, o) => c.nodePools.jobs('p', o),
    ids: { 'node pool name': (c, name) => c.nodePools.jobs(name) },
  },
  'nodePools.nodes': {
    read: (c, o) => c.nodePools.nodes('p', o),
    ids: { 'node pool name': (c, name) => c.nodePools.nodes(name) },
  },
  'namespaces.list': { read: (c, o) => c.namespaces.list(o) },
  'namespaces.read': {
    read: (c, o) => c.namespaces.read('n', o),
    ids: { namespace: (c, name) => c.namespaces.read(name) },
  },
  'variables.list': { read: (c, o) => c.variables.list(o) },
  'variables.read': {
    read: (c, o) => c.variables.read('v', o),
    ids: { 'variable path': (c, path) => c.variables.read(path) },
  },
  'variables.write': {
    write: (c, o) => c.variables.write('v', { a: 'b' }, o),
    ids: { 'variable path': (c, path) => c.variables.write(path, { a: 'b' }) },
    numbers: { cas: (c, cas) => c.variables.write('v', { a: 'b' }, { cas }) },
  },
  'variables.delete': {
    write: (c, o) => c.variables.delete('v', o),
    ids: { 'variable path': (c, path) => c.variables.delete(path) },
    numbers: { cas: (c, cas) => c.variables.delete('v', { cas }) },
  },
  'services.list': { read: (c, o) => c.services.list(o) },
  'services.read': {
    read: (c, o) => c.services.read('s', o),
    ids: { 'service name': (c, name) => c.services.read(name) },
    texts: { choose: (c, choose) => c.services.read('s', { choose }) },
  },
  'services.delete': {
    write: (c, o) => c.services.delete('s', 'i', o),
    ids: {
      'service name': (c, name) => c.services.delete(name, 'i'),
      'service instance id': (c, id) => c.services.delete('s', id),
    },
  },
  'search.prefix': {
    write: (c, o) => c.search.prefix('a', 'all', o),
    texts: { context: (c, context) => c.search.prefix('a', context) },
  },
  'search.fuzzy': {
    write: (c, o) => c.search.fuzzy('ab', 'all', o),
    texts: { context: (c, context) => c.search.fuzzy('ab', context) },
  },
  'acl.policies': { read: (c, o) => c.acl.policies(o) },
  'acl.policy': { read: (c, o) => c.acl.policy('p', o), ids: { 'policy name': (c, name) => c.acl.policy(name) } },
  'acl.authMethods': { read: (c, o) => c.acl.authMethods(o) },
  'acl.oidcAuthUrl': {
    write: (c, o) => c.acl.oidcAuthUrl('m', 'u', 'n', o),
  },
  'acl.completeOidc': {
    write: (c, o) => c.acl.completeOidc('m', 'u', 'n', { state: 's', code: 'c' }, o),
  },
  'acl.loginWithJwt': {
    write: (c, o) => c.acl.loginWithJwt('m', 'j', o),
  },
  'scaling.policies': {
    read: (c, o) => c.scaling.policies(o),
    texts: {
      job: (c, id) => c.scaling.policies({ job: id }),
      type: (c, type) => c.scaling.policies({ type }),
    },
  },
  'scaling.policy': {
    read: (c, o) => c.scaling.policy('p', o),
    ids: { 'scaling policy id': (c, id) => c.scaling.policy(id) },
  },
  'operator.autopilotHealth': { read: (c, o) => c.operator.autopilotHealth(o) },
  'operator.schedulerConfiguration': { read: (c, o) => c.operator.schedulerConfiguration(o) },
  'operator.collectGarbage': { write: (c, o) => c.operator.collectGarbage(o) },
  'operator.reconcileSummaries': { write: (c, o) => c.operator.reconcileSummaries(o) },
  'client.readExact': { read: (c, o) => c.readExact('/v1/jobs', [], o) },
};
