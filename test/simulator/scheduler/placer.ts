import type { AllocationMetric } from '../../../src/nomad/types/evaluation.ts';
import type { Job, TaskGroup } from '../../../src/nomad/types/job.ts';
import { isSince } from '../job/versions.ts';
import { type AllocationRecord, type NodeRecord, isClientTerminal, isTerminal, keyOf } from '../state/records.ts';
import type { Random } from '../state/random.ts';
import type { Store } from '../state/store.ts';
import { filteredBy, hasDistinctHosts, inDatacenters, inPool, isEligible } from './feasible.ts';
import { type Amounts, type Port, groupAmounts, groupPorts, listOf, numberOf, recordOf } from './resources.ts';

interface Usage {
  cpu: number;
  memoryMb: number;
  diskMb: number;
  ports: Set<number>;
  /** Allocations of the same job. */
  job: number;
}

export interface Placed {
  readonly node: NodeRecord;
  readonly ports: readonly Port[];
  readonly metric: AllocationMetric;
}

function portsOf(allocation: AllocationRecord): number[] {
  const shared = recordOf(recordOf(allocation.AllocatedResources)['Shared']);
  return listOf(shared['Ports']).map((port) => Number(port['Value']));
}

/** Finds nodes for the allocations of one evaluation; what it gives away counts for what follows. */
export class Placer {
  readonly #store: Store;
  readonly #random: Random;
  readonly #job: Job;
  readonly #usage = new Map<string, Usage>();

  constructor(store: Store, random: Random, job: Job) {
    this.#store = store;
    this.#random = random;
    this.#job = job;
  }

  /** A node for one allocation of `group`, or why there is none. `only` restricts the search to one node. */
  place(group: TaskGroup, only?: NodeRecord): Placed | { readonly failed: AllocationMetric } {
    const metric = this.#metric();
    const ask = groupAmounts(group);
    const candidates: NodeRecord[] = [];
    for (const node of only === undefined ? this.#nodes() : [only]) {
      metric.NodesEvaluated += 1;
      const reason = filteredBy(this.#job, group, node) ?? this.#distinct(group, node);
      if (reason !== undefined) {
        metric.NodesFiltered += 1;
        metric.ConstraintFiltered = count(metric.ConstraintFiltered, reason);
        if (node.NodeClass !== '') metric.ClassFiltered = count(metric.ClassFiltered, node.NodeClass);
        continue;
      }
      const dimension = this.#exhausted(node, group, ask);
      if (dimension !== undefined) {
        metric.NodesExhausted += 1;
        metric.DimensionExhausted = count(metric.DimensionExhausted, dimension);
        if (node.NodeClass !== '') metric.ClassExhausted = count(metric.ClassExhausted, node.NodeClass);
        metric.ResourcesExhausted = exhaustedBy(group, dimension) ?? metric.ResourcesExhausted;
        continue;
      }
      candidates.push(node);
    }
    const node = this.#best(candidates);
    if (node === undefined) return { failed: metric };
    const ports = this.#take(node, group, ask);
    return { node, ports, metric: { ...metric, ...scored(node) } };
  }

  /** Gives back what an allocation holds that is about to stop. */
  release(allocation: AllocationRecord): void {
    const node = this.#store.nodes.get(allocation.NodeID);
    const group = allocation.Job.TaskGroups?.find(({ Name }) => Name === allocation.TaskGroup);
    if (node === undefined || group === undefined || isClientTerminal(allocation)) return;
    const usage = this.#use(node);
    const held = groupAmounts(group);
    usage.cpu -= held.cpu;
    usage.memoryMb -= held.memoryMb;
    usage.diskMb -= held.diskMb;
    for (const port of portsOf(allocation)) usage.ports.delete(port);
    usage.job -= 1;
  }

  #nodes(): NodeRecord[] {
    return [...this.#store.nodes.values()].filter(
      (node) => isEligible(node) && inPool(this.#job, node) && inDatacenters(this.#job, node),
    );
  }

  #metric() {
    const nodes = this.#nodes();
    const available: Record<string, number> = {};
    for (const node of nodes) available[node.Datacenter] = (available[node.Datacenter] ?? 0) + 1;
    return {
      NodesEvaluated: 0,
      NodesFiltered: 0,
      NodesInPool: nodes.length,
      NodePool: this.#job.NodePool ?? 'default',
      NodesAvailable: available,
      ClassFiltered: null as Record<string, number> | null,
      ConstraintFiltered: null as Record<string, number> | null,
      NodesExhausted: 0,
      ClassExhausted: null as Record<string, number> | null,
      DimensionExhausted: null as Record<string, number> | null,
      QuotaExhausted: null,
      ResourcesExhausted: null as NonNullable<AllocationMetric['ResourcesExhausted']> | null,
      Scores: null,
      AllocationTime: 14592,
      CoalescedFailures: 0,
      ScoreMetaData: null,
    };
  }

  #distinct(group: TaskGroup, node: NodeRecord): string | undefined {
    if (!hasDistinctHosts(this.#job, group)) return undefined;
    return this.#use(node).job > 0 ? 'distinct_hosts' : undefined;
  }

  #exhausted(node: NodeRecord, group: TaskGroup, ask: Amounts): string | undefined {
    const usage = this.#use(node);
    if (usage.cpu + ask.cpu > node.cpu) return 'cpu';
    if (usage.memoryMb + ask.memoryMb > node.memoryMb) return 'memory';
    if (usage.diskMb + ask.diskMb > node.diskMb) return 'disk';
    const taken = groupPorts(group).find(({ value }) => value > 0 && usage.ports.has(value));
    return taken === undefined ? undefined : `network: reserved port collision ${taken.label}=${String(taken.value)}`;
  }

  #best(nodes: readonly NodeRecord[]): NodeRecord | undefined {
    const rank = (node: NodeRecord) => {
      const usage = this.#use(node);
      return usage.job * 10 - usage.memoryMb / node.memoryMb;
    };
    let best: NodeRecord | undefined;
    for (const node of nodes) if (best === undefined || rank(node) < rank(best)) best = node;
    return best;
  }

  #take(node: NodeRecord, group: TaskGroup, ask: Amounts): Port[] {
    const usage = this.#use(node);
    usage.cpu += ask.cpu;
    usage.memoryMb += ask.memoryMb;
    usage.diskMb += ask.diskMb;
    usage.job += 1;
    return groupPorts(group).map(({ label, value, to }) => {
      let port = value;
      while (port === 0 || (value === 0 && usage.ports.has(port)))
        port = 20000 + Math.floor(this.#random.next() * 12000);
      usage.ports.add(port);
      const leadsTo = to === 0 && isSince(this.#store.nomad, '1.9') ? {} : { To: to === -1 ? port : to };
      return { Label: label, Value: port, ...leadsTo, HostIP: node.Address };
    });
  }

  #use(node: NodeRecord): Usage {
    const known = this.#usage.get(node.ID);
    if (known !== undefined) return known;
    const usage: Usage = { cpu: 0, memoryMb: 0, diskMb: 0, ports: new Set(), job: 0 };
    for (const allocation of this.#store.allocationsOn(node.ID)) {
      if (isTerminal(allocation) || allocation.hollow) continue;
      const itsGroup = allocation.Job.TaskGroups?.find(({ Name }) => Name === allocation.TaskGroup);
      if (itsGroup === undefined) continue;
      const held = groupAmounts(itsGroup);
      usage.cpu += held.cpu;
      usage.memoryMb += held.memoryMb;
      usage.diskMb += held.diskMb;
      for (const port of portsOf(allocation)) usage.ports.add(port);
      if (keyOf(allocation) === keyOf({ Namespace: this.#job.Namespace ?? 'default', JobID: this.#job.ID }))
        usage.job += 1;
    }
    this.#usage.set(node.ID, usage);
    return usage;
  }
}

function count(counts: Record<string, number> | null, key: string): Record<string, number> {
  return { ...counts, [key]: (counts?.[key] ?? 0) + 1 };
}

const noResources = {
  ...{ Cores: 0, MemoryMaxMB: 0, DiskMB: 0, IOPS: 0, SecretsMB: 0 },
  ...{ Devices: null, NUMA: null, Networks: null },
};

/** What the tasks asked of the dimension that ran out. */
function exhaustedBy(group: TaskGroup, dimension: string): NonNullable<AllocationMetric['ResourcesExhausted']> | null {
  if (!['cpu', 'memory', 'disk'].includes(dimension)) return null;
  const asked = (group.Tasks ?? []).map((task) => {
    const resources = recordOf(task.Resources);
    const CPU = dimension === 'cpu' ? numberOf(resources['CPU']) : 0;
    const MemoryMB = dimension === 'memory' ? numberOf(resources['MemoryMB']) : 0;
    return [task.Name, { CPU, ...noResources, MemoryMB }] as const;
  });
  return Object.fromEntries(asked);
}

function scored(node: NodeRecord): Record<string, unknown> {
  const Scores = { binpack: 0.07, 'job-anti-affinity': 0, 'node-affinity': 0, 'node-reschedule-penalty': 0 };
  return { ScoreMetaData: [{ NodeID: node.ID, NormScore: 0.07, Scores }] };
}
