import type { OperationTests } from './coverage.ts';

/** The cluster, and what stands beside its jobs. */
export const clusterOperations: Readonly<Record<string, OperationTests>> = {
  'files.ls': {
    success: { logs: ['lists folders'] },
    failure: { logs: ['refuses what is missing, and what lies outside'] },
  },
  'files.stat': {
    success: { logs: ['describes one file'] },
    failure: { logs: ['refuses what is missing, and what lies outside'] },
  },
  'files.cat': {
    success: { logs: ['reads a file, and a part of it'], streams: ['give a part of a file'] },
    failure: { logs: ['refuses what is missing, and what lies outside'] },
  },
  'files.stream': {
    success: { streams: ['give a file whole', 'tell what happens to a file that is followed'] },
    failure: { streams: ['are refused where there is nothing to read'] },
  },
  'nodes.list': {
    success: { nodes: ['are listed with what was asked for'] },
    failure: { nodes: ['are listed with what was asked for'] },
  },
  'nodes.read': {
    success: { agent: ['lists a node that is ready and reads it'] },
    failure: { nodes: ['are refused where they are not'] },
  },
  'nodes.allocations': {
    success: { nodes: ['know their allocations, with the jobs'] },
    failure: {
      nodes: ['know their allocations, with the jobs'],
      regions: ['is refused in a region that is not there'],
    },
  },
  'nodes.setEligibility': {
    success: { nodes: ['takes allocations only while it is eligible'] },
    failure: { nodes: ['are refused where they are not', 'can not become eligible while it is drained'] },
  },
  'nodes.drain': {
    success: { nodes: ['moves its allocations elsewhere, until that is stopped'] },
    failure: { nodes: ['are refused where they are not'] },
  },
  'nodes.stopDrain': {
    success: { nodes: ['moves its allocations elsewhere, until that is stopped'] },
    failure: { nodes: ['are refused where they are not'] },
  },
  'nodes.evaluate': {
    success: { nodes: ['have their jobs evaluated again'] },
    failure: { nodes: ['have their jobs evaluated again'] },
  },
  'nodes.purge': {
    success: { nodes: ['is forgotten, and comes back by itself if it still runs'] },
    failure: { nodes: ['are refused where they are not'] },
  },
  'nodes.stats': { success: { nodes: ['measure themselves'] }, failure: { nodes: ['measure themselves'] } },
  'nodes.collectGarbage': {
    success: { nodes: ['remove what finished allocations left'] },
    failure: { nodes: ['remove what finished allocations left'] },
  },
  'agent.self': {
    success: { agent: ['tells its version, region and datacenter'] },
    failure: { acl: ['shows leader and regions to everyone, and no namespace'] },
  },
  'agent.tokenSelf': {
    success: { acl: ['lets a management token do everything'] },
    failure: { acl: ['tells of a token what depends on the version'] },
  },
  'agent.leader': {
    success: { agent: ['names the leader as host and port'] },
    failure: { agent: ['refuses a region that it does not know'] },
  },
  'agent.regions': {
    success: { agent: ['lists its own region among the regions'] },
    failure: { agentMore: ['names its peers, the leader among them'] },
  },
  'agent.namespaces': {
    success: { agent: ['lists the namespace that every cluster has'] },
    failure: {
      acl: ['shows leader and regions to everyone, and no namespace'],
      regions: ['is refused in a region that is not there'],
    },
  },
  'agent.members': {
    success: { agent: ['lists its servers, one of them alive'] },
    failure: { login: ['denies a reader what operators and nodes need rights for'] },
  },
  'agent.health': {
    success: { agentMore: ['tells whether its parts work'] },
    failure: { retries: ['tell of an agent that is not well'] },
  },
  'agent.peers': {
    success: { agentMore: ['names its peers, the leader among them'] },
    failure: { agentMore: ['names its peers, the leader among them'] },
  },
  'agent.monitor': {
    success: { agentMore: ['passes its log on, as text or as JSON, until it is told to stop'] },
    failure: { agentMore: ['refuses a level and a node that it does not know'] },
  },
  'events.stream': {
    success: { events: ['tells of a registration in order'] },
    failure: { acl: ['denies the event stream by silence or by an error'] },
  },
  'acl.policies': {
    success: { login: ['lists the policies of a token, and all for a management token'] },
    failure: {
      login: ['lists the policies of a token, and all for a management token', 'refuses every question about it'],
    },
  },
  'acl.policy': {
    success: { login: ['reads a policy that the token has'] },
    failure: { login: ['reads a policy that the token has', 'refuses every question about it'] },
  },
  'acl.authMethods': {
    success: { login: ['tells everyone how to log in'] },
    failure: { login: ['refuses every question about it'] },
  },
  'acl.oidcAuthUrl': {
    success: { oidc: ['lead to the provider, and back with a token'] },
    failure: {
      oidc: ['go nowhere that the method does not allow'],
      login: ['has no login by browser for a method that is not there'],
    },
  },
  'acl.completeOidc': {
    success: { oidc: ['lead to the provider, and back with a token'] },
    failure: { oidc: ['end only what began'], login: ['has no login by browser for a method that is not there'] },
  },
  'acl.loginWithJwt': {
    success: { login: ['gives a token for a JWT'] },
    failure: { login: ['gives none for a JWT that nobody is bound to, or that is not good'] },
  },
  'namespaces.list': {
    success: { namespaces: ['are listed and read'] },
    failure: { regions: ['is refused in a region that is not there'] },
  },
  'namespaces.read': {
    success: { namespaces: ['are listed and read'] },
    failure: { namespaces: ['are listed and read'] },
  },
  'nodePools.list': {
    success: { nodePools: ['are listed and read, the built-in ones too'] },
    failure: { regions: ['is refused in a region that is not there'] },
  },
  'nodePools.read': {
    success: { nodePools: ['are listed and read, the built-in ones too'] },
    failure: { nodePools: ['are refused where they are not'] },
  },
  'nodePools.jobs': {
    success: { nodePools: ['have nodes and jobs'] },
    failure: { nodePools: ['are refused where they are not'] },
  },
  'nodePools.nodes': {
    success: { nodePools: ['have nodes and jobs'] },
    failure: { nodePools: ['are refused where they are not'] },
  },
  'operator.schedulerConfiguration': {
    success: { operator: ['see how the scheduler is configured'] },
    failure: {
      operator: ['ask for nothing in a region that is not there'],
      login: ['denies a reader what operators and nodes need rights for'],
    },
  },
  'operator.collectGarbage': {
    success: { operator: ['forgets what is over, and keeps what runs'] },
    failure: {
      operator: ['ask for nothing in a region that is not there'],
      login: ['denies a reader what operators and nodes need rights for'],
    },
  },
  'operator.reconcileSummaries': {
    success: { operator: ['count the summaries anew'] },
    failure: {
      operator: ['ask for nothing in a region that is not there'],
      login: ['denies a reader what operators and nodes need rights for'],
    },
  },
  'scaling.policies': {
    success: { scaling: ['are listed by job'] },
    failure: { regions: ['is refused in a region that is not there'] },
  },
  'scaling.policy': { success: { scaling: ['are read'] }, failure: { scaling: ['are read'] } },
  'search.prefix': {
    success: { search: ['finds ids by their beginning', 'takes an odd number of digits'] },
    failure: { search: ['knows its contexts'] },
  },
  'search.fuzzy': {
    success: { search: ['finds names by any part of them, in any case'] },
    failure: { search: ['wants two characters of a name'] },
  },
  'services.list': {
    success: { services: ['are listed by namespace, with their tags'] },
    failure: { regions: ['is refused in a region that is not there'] },
  },
  'services.read': {
    success: { services: ['have one instance for each allocation'] },
    failure: { services: ['choose the same instances for the same key'] },
  },
  'services.delete': {
    success: { services: ['can be taken off the list, one instance at a time'] },
    failure: { services: ['can be taken off the list, one instance at a time'] },
  },
  'variables.list': {
    success: { variables: ['are written, read and listed'] },
    failure: { regions: ['is refused in a region that is not there'] },
  },
  'variables.read': {
    success: { variables: ['are written, read and listed'] },
    failure: { variables: ['are deleted, also where there is none'] },
  },
  'variables.write': {
    success: { variables: ['are written only if they are as they were'] },
    failure: { variables: ['keep to the rules of paths and sizes', 'are written only if they are as they were'] },
  },
  'variables.delete': {
    success: { variables: ['are deleted, also where there is none'] },
    failure: { variables: ['are deleted, also where there is none'] },
  },
  'client.readExact': {
    success: { regions: ['can be read with exact times'] },
    failure: { regions: ['can be read with exact times'] },
  },
};
