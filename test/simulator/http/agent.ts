import type { Answer, Exchange } from './exchange.ts';
import { type Route, reads, writes } from './route.ts';

/** The agent, the servers, and the little that is known about the region. */
export const agentRoutes: readonly Route[] = [
  { path: /^\/v1\/agent\/self$/, methods: reads, handle: self },
  { path: /^\/v1\/agent\/members$/, methods: reads, handle: members },
  { path: /^\/v1\/agent\/health$/, methods: reads, handle: health },
  { path: /^\/v1\/status\/leader$/, methods: reads, handle: () => ({ body: '127.0.0.1:4647' }) },
  { path: /^\/v1\/status\/peers$/, methods: reads, handle: () => ({ body: ['127.0.0.1:4647'] }) },
  { path: /^\/v1\/regions$/, methods: reads, handle: () => ({ body: ['global'] }) },
  { path: /^\/v1\/operator\/license$/, methods: reads, handle: () => ({ status: 204, text: '' }) },
  { path: /^\/v1\/operator\/scheduler\/configuration$/, methods: reads, handle: schedulerConfiguration },
  { path: /^\/v1\/(quotas?|sentinel|recommendations?)(\/.*)?$/, handle: enterprise },
  { path: /^\/v1\/system\/gc$/, methods: writes, handle: collectGarbage },
  { path: /^\/v1\/(services|vars|volumes|plugins|scaling\/policies)$/, methods: reads, handle: emptyList },
];

function member(exchange: Exchange): Record<string, unknown> {
  return {
    Name: 'server-1.global',
    Addr: '127.0.0.1',
    Port: 4648,
    Status: 'alive',
    Tags: {
      role: 'nomad',
      region: 'global',
      dc: 'dc1',
      build: exchange.cluster.version,
      id: '00000000-0000-4000-8000-000000000001',
      port: '4647',
      raft_vsn: '3',
      rpc_addr: '127.0.0.1',
    },
    ProtocolMin: 1,
    ProtocolMax: 5,
    ProtocolCur: 2,
    DelegateMin: 2,
    DelegateMax: 5,
    DelegateCur: 4,
  };
}

function self(exchange: Exchange): Answer {
  exchange.requireOn('agent', 'read');
  return {
    body: {
      config: {
        Region: 'global',
        Datacenter: 'dc1',
        NodeName: 'server-1',
        DevMode: false,
        Version: { Version: exchange.cluster.version, VersionPrerelease: '', VersionMetadata: '', Revision: '' },
        ACL: { Enabled: exchange.acl.enabled },
        Server: { Enabled: true },
        Client: { Enabled: true },
        UI: { Enabled: false },
      },
      member: member(exchange),
      stats: {
        nomad: { leader: 'true', known_regions: '1', server: 'true' },
        raft: { last_log_index: String(exchange.store.index), state: 'Leader' },
        client: { known_servers: '127.0.0.1:4647', num_allocations: String(exchange.store.allocations.size) },
      },
    },
  };
}

function members(exchange: Exchange): Answer {
  exchange.requireOn('node', 'read');
  const body = { ServerName: 'server-1', ServerRegion: 'global', ServerDC: 'dc1', Members: [member(exchange)] };
  return { body };
}

function health(exchange: Exchange): Answer {
  const ok = { ok: true, message: 'ok' };
  const type = exchange.query.get('type');
  if (type === 'server') return { body: { server: ok } };
  if (type === 'client') return { body: { client: ok } };
  return { body: { client: ok, server: ok } };
}

function schedulerConfiguration(exchange: Exchange): Answer {
  exchange.requireOn('operator', 'read');
  const SchedulerConfig = {
    SchedulerAlgorithm: 'binpack',
    PreemptionConfig: {
      SystemSchedulerEnabled: true,
      SysBatchSchedulerEnabled: false,
      BatchSchedulerEnabled: false,
      ServiceSchedulerEnabled: false,
    },
    MemoryOversubscriptionEnabled: false,
    RejectJobRegistration: false,
    PauseEvalBroker: false,
    CreateIndex: 5,
    ModifyIndex: 5,
  };
  return { body: { SchedulerConfig, Index: 5, LastContact: 0, KnownLeader: true, NextToken: '' }, index: 5 };
}

function enterprise(): Answer {
  return { status: 501, text: 'Nomad Enterprise only endpoint' };
}

function collectGarbage(exchange: Exchange): Answer {
  exchange.requireManagement();
  exchange.cluster.collectGarbage();
  return { text: '' };
}

/** Lists of things that the simulator has none of. */
function emptyList(exchange: Exchange): Answer {
  exchange.require('list-jobs', '*');
  return { body: [], index: 1 };
}
