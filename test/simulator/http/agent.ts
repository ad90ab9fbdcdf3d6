import { Refusal, permissionDenied } from '../cluster/refusal.ts';
import type { NodeRecord } from '../state/records.ts';
import { member } from './agentParts.ts';
import data from './agentSelf.json' with { type: 'json' };
import type { Answer, Exchange } from './exchange.ts';
import { rpcAddressOf } from './federation.ts';
import { checkId } from './listing.ts';
import { metadata } from './nodeMeta.ts';
import { type Route, reads } from './route.ts';

/** The agent, the servers, the machine of a client, and the little that is known about the region. */
export const agentRoutes: readonly Route[] = [
  { path: /^\/v1\/agent\/self$/, methods: reads, handle: self },
  { path: /^\/v1\/agent\/members$/, methods: reads, handle: members },
  { path: /^\/v1\/agent\/servers$/, methods: reads, handle: servers },
  { path: /^\/v1\/agent\/schedulers$/, methods: reads, handle: schedulers },
  { path: /^\/v1\/agent\/schedulers\/config$/, methods: reads, handle: schedulerCounts },
  { path: /^\/v1\/agent\/health$/, methods: reads, handle: health },
  { path: /^\/v1\/status\/leader$/, methods: reads, handle: leader },
  {
    path: /^\/v1\/status\/peers$/,
    methods: reads,
    handle: ({ server }) => ({ body: [rpcAddressOf(server.identity)] }),
  },
  { path: /^\/v1\/regions$/, methods: reads, handle: ({ server }) => ({ body: server.federation.regions }) },
  { path: /^\/v1\/client\/stats$/, handle: stats },
  { path: /^\/v1\/client\/metadata$/, methods: ['GET', 'POST'], handle: (exchange) => metadata(exchange, nodeOf) },
  { path: /^\/v1\/client\/gc$/, handle: collectGarbage },
  { path: /^\/v1\/volumes$/, methods: reads, handle: volumes },
  { path: /^\/v1\/plugins$/, methods: reads, handle: plugins },
];

function leader({ server }: Exchange): Answer {
  return { body: server.follower.hasLeader ? rpcAddressOf(server.identity) : '' };
}

function self(exchange: Exchange): Answer {
  exchange.requireOn('agent', 'read');
  const { config, stats: figures } = data[exchange.isOld ? '1.6' : '2.0'];
  const { cluster, store } = exchange;
  const Version = {
    BuildDate: null,
    Revision: '',
    Version: cluster.version,
    VersionMetadata: '',
    VersionPrerelease: '',
  };
  const index = String(store.index);
  return {
    body: {
      config: { ...config, Region: cluster.region, ACL: { ...config.ACL, Enabled: exchange.acl.enabled }, Version },
      member: member(exchange.server),
      stats: {
        ...figures,
        raft: { ...figures.raft, last_log_index: index, applied_index: index, commit_index: index },
        client: { ...figures.client, node_id: ownNodeId(exchange), num_allocations: String(store.allocations.size) },
      },
    },
  };
}

/** The agent is a client too: that of the first node. */
function ownNodeId({ store }: Exchange): string {
  const [own] = store.nodes.keys();
  return own ?? '';
}

function members(exchange: Exchange): Answer {
  exchange.requireOn('node', 'read');
  const { server } = exchange;
  const others = server.federation.servers.filter((item) => item !== server);
  const Members = [server, ...others].map(member);
  return { body: { ServerName: 'server-1', ServerRegion: server.region, ServerDC: 'dc1', Members } };
}

function servers(exchange: Exchange): Answer {
  exchange.requireOn('agent', 'read');
  return { body: [rpcAddressOf(exchange.server.identity)] };
}

const schedulerTypes = ['system', 'sysbatch', 'service', 'batch', '_core'];

function schedulers(exchange: Exchange): Answer {
  exchange.requireOn('agent', 'read');
  const worker = {
    id: exchange.server.identity.id,
    enabled_schedulers: schedulerTypes,
    started: new Date(exchange.store.clock.now()).toISOString(),
    status: 'Started',
    workload_status: 'WaitingToDequeue',
  };
  return { body: { server_id: exchange.server.identity.name, schedulers: [worker] } };
}

function schedulerCounts(exchange: Exchange): Answer {
  exchange.requireOn('agent', 'read');
  return { body: { server_id: exchange.server.identity.name, num_schedulers: 1, enabled_schedulers: schedulerTypes } };
}

function health(exchange: Exchange): Answer {
  const ok = { ok: true, message: 'ok' };
  const type = exchange.query.get('type') ?? '';
  const parts = ['client', 'server'].filter((part) => type === '' || type === part);
  return { body: Object.fromEntries(parts.map((part) => [part, ok])) };
}

/** The node that a query names, or else the agent's own. */
function nodeOf(exchange: Exchange): NodeRecord {
  const id = exchange.query.get('node_id') ?? '';
  const { nodes } = exchange.store;
  if (id === '') {
    const [own] = nodes.values();
    if (own === undefined) throw new Refusal(400, 'No local Node and node_id not provided');
    return own;
  }
  checkId(id, 'node');
  const node = nodes.get(id);
  if (node === undefined) throw new Refusal(404, `Unknown node ${id}`);
  if (node.Status !== 'ready') throw new Refusal(404, 'No path to node');
  return node;
}

function stats(exchange: Exchange): Answer {
  exchange.requireOn('node', 'read');
  const node = nodeOf(exchange);
  const nowMs = exchange.store.clock.now();
  const share = 0.4 + 0.2 * Math.sin(nowMs / 20_000 + Number.parseInt(node.ID.slice(0, 4), 16));
  const cores = [0, 1, 2, 3].map((at) => ({
    CPU: `cpu${String(at)}`,
    User: share * 70,
    System: share * 30,
    Idle: 100 - share * 100,
    TotalPercent: share * 100,
    TotalTicks: (node.cpu / 4) * share,
  }));
  const Total = node.memoryMb * 1048576;
  const Used = Math.round(Total * share);
  const Size = node.diskMb * 1048576;
  const disk = { Device: '/dev/sda', Mountpoint: '/', Size, Used: Math.round(Size / 4), UsedPercent: 25 };
  const wholeDisk = { ...disk, Available: Size - disk.Used, InodesUsedPercent: 4 };
  return {
    body: {
      CPU: cores,
      CPUTicksConsumed: node.cpu * share,
      Memory: { Total, Used, Available: Total - Used, Free: Total - Used },
      DiskStats: [wholeDisk],
      AllocDirStats: { ...wholeDisk, Device: '', Mountpoint: '' },
      DeviceStats: null,
      Timestamp: nowMs * 1e6,
      Uptime: Math.max(0, Math.floor(nowMs / 1000) - node.StatusUpdatedAt),
    },
  };
}

/** Nothing stays behind of finished allocations, so there is nothing to remove. */
function collectGarbage(exchange: Exchange): Answer {
  exchange.requireOn('node', 'write');
  try {
    nodeOf(exchange);
  } catch (error) {
    // Here the status of an unknown node is lost on the way.
    throw error instanceof Refusal && error.status === 404 ? new Refusal(500, error.message) : error;
  }
  return { text: '' };
}

/** There are no volumes and no plugins. */
function volumes(exchange: Exchange): Answer {
  const type = exchange.query.get('type') ?? '';
  if (type === '') return { body: [] };
  if (type !== 'csi' && type !== 'host') return { status: 404, text: 'resource not found' };
  const right = type === 'csi' ? 'csi-list-volume' : 'host-volume-read';
  if (exchange.namespace !== '*' && !exchange.acl.allows(exchange.token, right, exchange.namespace)) {
    throw permissionDenied();
  }
  return { body: [], index: 1 };
}

function plugins(exchange: Exchange): Answer {
  const type = exchange.query.get('type') ?? '';
  if (type === '') return { body: [] };
  if (type !== 'csi') return { status: 404, text: 'resource not found' };
  exchange.require('read-job');
  return { body: [], index: 1 };
}
