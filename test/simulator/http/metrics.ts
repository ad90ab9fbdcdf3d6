import { groupAmounts } from '../scheduler/resources.ts';
import { type NodeRecord, isTerminal } from '../state/records.ts';
import type { Answer, Exchange } from './exchange.ts';
import { type Route, reads } from './route.ts';

/** `/v1/metrics`: a few of the figures that an agent has. Everyone may read them. */
export const metricsRoutes: readonly Route[] = [{ path: /^\/v1\/metrics$/, methods: reads, handle: metrics }];

interface Gauge {
  readonly Name: string;
  readonly Value: number;
  readonly Labels: Readonly<Record<string, string>>;
}

interface Held {
  cpu: number;
  memoryMb: number;
  diskMb: number;
  running: number;
}

/** What the live allocations of each node hold, found in one walk. */
function heldByNode({ store }: Exchange): Map<string, Held> {
  const amountsOf = new Map<unknown, ReturnType<typeof groupAmounts>>();
  const nodes = new Map<string, Held>();
  for (const item of store.allocations.values()) {
    if (isTerminal(item)) continue;
    let held = nodes.get(item.NodeID);
    if (held === undefined) {
      held = { cpu: 0, memoryMb: 0, diskMb: 0, running: 0 };
      nodes.set(item.NodeID, held);
    }
    if (item.ClientStatus === 'running') held.running += 1;
    const group = item.Job.TaskGroups?.find(({ Name }) => Name === item.TaskGroup);
    if (group === undefined) continue;
    let amounts = amountsOf.get(group);
    if (amounts === undefined) {
      amounts = groupAmounts(group);
      amountsOf.set(group, amounts);
    }
    held.cpu += amounts.cpu;
    held.memoryMb += amounts.memoryMb;
    held.diskMb += amounts.diskMb;
  }
  return nodes;
}

function nodeGauges(node: NodeRecord, held: Held): Gauge[] {
  const Labels = {
    datacenter: node.Datacenter,
    host: node.Name,
    node_class: node.NodeClass === '' ? 'none' : node.NodeClass,
    node_id: node.ID,
    node_pool: node.NodePool,
    node_scheduling_eligibility: node.SchedulingEligibility,
    node_status: node.Status,
  };
  const gauge = (name: string, Value: number): Gauge => ({ Name: `nomad.client.${name}`, Value, Labels });
  return [
    gauge('allocated.cpu', held.cpu),
    gauge('allocated.memory', held.memoryMb),
    gauge('allocated.disk', held.diskMb),
    gauge('unallocated.cpu', node.cpu - held.cpu),
    gauge('unallocated.memory', node.memoryMb - held.memoryMb),
    gauge('unallocated.disk', node.diskMb - held.diskMb),
    gauge('allocations.running', held.running),
  ];
}

function jobGauges(exchange: Exchange): Gauge[] {
  const Labels = { host: 'node-1' };
  const counts: Record<string, number> = { running: 0, pending: 0, dead: 0 };
  for (const { Status } of exchange.store.jobs.values()) counts[Status] = (counts[Status] ?? 0) + 1;
  const blocked = [...exchange.store.evaluations.values()].filter(({ Status }) => Status === 'blocked').length;
  return [
    ...Object.entries(counts).map(([status, Value]) => ({ Name: `nomad.nomad.job_status.${status}`, Value, Labels })),
    { Name: 'nomad.nomad.broker.total_blocked', Value: blocked, Labels },
    { Name: 'nomad.raft.appliedIndex', Value: exchange.store.index, Labels },
  ];
}

function metrics(exchange: Exchange): Answer {
  const nodes = [...exchange.store.nodes.values()];
  const held = heldByNode(exchange);
  const nothing = { cpu: 0, memoryMb: 0, diskMb: 0, running: 0 };
  const ofNodes = nodes.flatMap((node) => nodeGauges(node, held.get(node.ID) ?? nothing));
  const Gauges = [...ofNodes, ...jobGauges(exchange)];
  if (exchange.query.get('format') === 'prometheus') return prometheus(exchange, Gauges);
  const sum = { Count: 1, Rate: 0.1, Sum: 1, Min: 1, Max: 1, Mean: 1, Stddev: 0, Labels: { host: 'node-1' } };
  const time = new Date(exchange.store.clock.now()).toISOString();
  const body = {
    Timestamp: `${time.slice(0, 10)} ${time.slice(11, 19)} +0000 UTC`,
    Gauges,
    Points: [],
    Counters: [{ Name: 'nomad.nomad.rpc.request', ...sum }],
    Samples: [{ Name: 'nomad.memberlist.gossip', ...sum }],
    PrecisionGauges: [],
  };
  return { body };
}

function prometheus(exchange: Exchange, gauges: readonly Gauge[]): Answer {
  const names = [...new Set(gauges.map(({ Name }) => Name))];
  const lines = names.flatMap((name) => {
    const flat = name.replace(/[.-]/g, '_');
    const values = gauges.filter(({ Name }) => Name === name);
    return [`# HELP ${flat} ${name}`, `# TYPE ${flat} gauge`, ...values.map((gauge) => `${flat}${labels(gauge)}`)];
  });
  const contentType = `text/plain; version=0.0.4; charset=utf-8${exchange.isOld ? '' : '; escaping=underscores'}`;
  return { text: `${lines.join('\n')}\n`, contentType };
}

function labels({ Labels, Value }: Gauge): string {
  const pairs = Object.entries(Labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `{${pairs.join(',')}} ${String(Value)}`;
}
