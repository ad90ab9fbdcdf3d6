import type { Allocation } from '../nomad/types/allocation.ts';
import type { Usage } from './allocations/usage.ts';

/** A port of an allocation. */
export interface AllocatedPort {
  readonly label: string;
  /** Of a port that only one task has; the whole group has it otherwise. */
  readonly task: string | undefined;
  /** Of the node; undefined where the scheduler named none. */
  readonly hostIp: string | undefined;
  readonly port: number;
  /** Inside the allocation, where that is another one. */
  readonly to: number | undefined;
}

/** What a task was given. */
export interface AllocatedTask {
  readonly name: string;
  readonly cpuMhz: number;
  /** Numbers of the cores that it has for itself. */
  readonly cores: readonly number[];
  readonly memoryMib: number;
  /** How far it may go beyond `memoryMib`, where it may. */
  readonly memoryMaxMib: number | undefined;
}

/** What an allocation was given on its node. */
export interface Allocated {
  readonly ports: readonly AllocatedPort[];
  /** By name. */
  readonly tasks: readonly AllocatedTask[];
  /** What tasks use of that at this moment, by their names; undefined where nobody asked, or was told. */
  readonly used?: ReadonlyMap<string, Usage> | undefined;
}

/**
 * What an allocation was given, from its `AllocatedResources`; older agents send zeros and nulls where newer ones leave
 * fields out. Anything that isn't as expected is left out.
 *
 * https://developer.hashicorp.com/nomad/api-docs/allocations#read-allocation
 */
export function allocated({ AllocatedResources }: Pick<Allocation, 'AllocatedResources'>): Allocated {
  const shared = recordOf(AllocatedResources?.['Shared']);
  const ports = recordsOf(shared['Ports']).flatMap((port) => portOf(port, port['HostIP'], undefined));
  const all = Object.entries(recordOf(AllocatedResources?.['Tasks'])).filter(([, task]) => task !== null);
  const tasks = all.sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    ports: [
      // Since 0.12 the same ports are in both, and only the first list says which network of the host each is on.
      ...(ports.length > 0 ? ports : networkPorts(shared['Networks'], undefined)),
      ...tasks.flatMap(([name, task]) => networkPorts(recordOf(task)['Networks'], name)),
    ],
    tasks: tasks.map(([name, task]) => taskOf(name, recordOf(task))),
  };
}

function networkPorts(networks: unknown, task: string | undefined): AllocatedPort[] {
  return recordsOf(networks).flatMap((network) =>
    [...recordsOf(network['ReservedPorts']), ...recordsOf(network['DynamicPorts'])].flatMap((port) =>
      portOf(port, network['IP'], task),
    ),
  );
}

function portOf(wire: Wire, hostIp: unknown, task: string | undefined): AllocatedPort[] {
  const label = wire['Label'];
  const port = numberOf(wire['Value']);
  const to = numberOf(wire['To']);
  if (typeof label !== 'string' || port === 0) return [];
  return [
    {
      label,
      task,
      hostIp: typeof hostIp === 'string' && hostIp !== '' ? hostIp : undefined,
      port,
      // -1 stands for the port of the host.
      to: to > 0 && to !== port ? to : undefined,
    },
  ];
}

function taskOf(name: string, wire: Wire): AllocatedTask {
  const cpu = recordOf(wire['Cpu']);
  const memory = recordOf(wire['Memory']);
  const cores = cpu['ReservedCores'];
  const memoryMib = numberOf(memory['MemoryMB']);
  const max = numberOf(memory['MemoryMaxMB']);
  return {
    name,
    cpuMhz: numberOf(cpu['CpuShares']),
    cores: Array.isArray(cores) ? cores.filter((core) => typeof core === 'number') : [],
    memoryMib,
    memoryMaxMib: max > memoryMib ? max : undefined,
  };
}

type Wire = Readonly<Record<string, unknown>>;

function recordOf(value: unknown): Wire {
  return typeof value === 'object' && value !== null ? (value as Wire) : {};
}

function recordsOf(value: unknown): Wire[] {
  return Array.isArray(value) ? value.map(recordOf) : [];
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
