import { empty, filter, noFilter, shortId } from './badInputs.ts';
import type { BadInput } from './badInputs.ts';
import { unknownId } from './jobs.ts';

const nowhere = { region: 'nowhere' };
const region = /No path to region/;
const { signal } = new AbortController();

/** Of all that is not a job's own. */
export const clusterInputs: Readonly<Record<string, readonly BadInput[]>> = {
  'evaluations.list': [
    {
      call: (k) => k.client.evaluations.list({ job: k.job, filter: 'Status == "x"' }),
      words: /cannot be used with other filter/,
    },
  ],
  'evaluations.count': [{ call: (k) => k.client.evaluations.count(noFilter), words: /no match found/ }],
  'evaluations.read': [
    { call: (k) => k.client.evaluations.read(unknownId), words: /not found/ },
    { call: (k) => k.client.evaluations.read('abc'), words: shortId },
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
    { call: (k) => k.client.variables.write('a b', { a: 'b' }), words: /invalid path "a b"/ },
    { call: (k) => k.client.variables.write('nope', {}), words: /missing required Items/ },
    { call: (k) => k.client.variables.write('nope', { a: 'x'.repeat(70_000) }), words: /limited to 64KiB/ },
  ],
  'variables.delete': [{ call: (k) => k.client.variables.delete('nope'), gives: (value) => value === null }],
  'services.list': [{ call: (k) => k.client.services.list(nowhere), words: region }],
  'services.read': [{ call: (k) => k.client.services.read('nope', { choose: 'x' }), words: /Parameter for choose/ }],
  'services.delete': [{ call: (k) => k.client.services.delete('nope', 'nope'), words: /not found/ }],
  'search.prefix': [{ call: (k) => k.client.search.prefix('a', 'nope'), words: /context must be one of/ }],
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
  'operator.autopilotHealth': [{ call: (k) => k.client.operator.autopilotHealth(nowhere), words: region }],
  'operator.schedulerConfiguration': [
    { call: (k) => k.client.operator.schedulerConfiguration(nowhere), words: region },
  ],
  'operator.collectGarbage': [{ call: (k) => k.client.operator.collectGarbage(nowhere), words: region }],
  'operator.reconcileSummaries': [{ call: (k) => k.client.operator.reconcileSummaries(nowhere), words: region }],
  'client.readExact': [{ call: (k) => k.client.readExact(`/v1/job/${k.nobody}`, []), words: /job not found/ }],
};
