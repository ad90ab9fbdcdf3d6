import type { Task, TaskGroup } from '../../../src/nomad/types/job.ts';

/** What a group asks of a node, or a node still has. */
export interface Amounts {
  /** MHz */
  readonly cpu: number;
  readonly memoryMb: number;
  readonly diskMb: number;
}

export interface PortAsk {
  readonly label: string;
  /** 0 for a port that the scheduler chooses. */
  readonly value: number;
  readonly to: number;
}

export function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

/** A string, or the text of a number; empty for anything else. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

/** `text`, unless it is missing or empty. */
export function textOr(text: string | null | undefined, otherwise: string): string {
  return text === null || text === undefined || text === '' ? otherwise : text;
}

export function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

export function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(recordOf) : [];
}

function taskAmounts(task: Task): { cpu: number; memoryMb: number } {
  const resources = recordOf(task.Resources);
  return { cpu: numberOf(resources['CPU']), memoryMb: numberOf(resources['MemoryMB']) };
}

export function groupAmounts(group: TaskGroup): Amounts {
  let cpu = 0;
  let memoryMb = 0;
  for (const task of group.Tasks ?? []) {
    const amounts = taskAmounts(task);
    cpu += amounts.cpu;
    memoryMb += amounts.memoryMb;
  }
  return { cpu, memoryMb, diskMb: numberOf(recordOf(group.EphemeralDisk)['SizeMB']) };
}

export function groupPorts(group: TaskGroup): PortAsk[] {
  const ask = (port: Record<string, unknown>): PortAsk => ({
    label: textOf(port['Label']),
    value: numberOf(port['Value']),
    to: numberOf(port['To']),
  });
  return listOf(group.Networks).flatMap((network) => [
    ...listOf(network['ReservedPorts']).map(ask),
    ...listOf(network['DynamicPorts']).map((port) => ({ ...ask(port), value: 0 })),
  ]);
}

export interface Port {
  readonly Label: string;
  readonly Value: number;
  /** Left out where it leads nowhere else. */
  readonly To?: number;
  readonly HostIP: string;
}

/** The networks that a group asks for, with the ports that it gets. Newer agents leave out what is empty. */
function allocatedNetworks(group: TaskGroup, ports: readonly Port[], isOld: boolean): Record<string, unknown>[] | null {
  const networks = listOf(group.Networks);
  if (networks.length === 0) return null;
  const given = (asked: unknown) => {
    const list = listOf(asked).map((port) => {
      const { Value } = ports.find(({ Label }) => Label === port['Label']) ?? { Value: numberOf(port['Value']) };
      return { ...port, Value };
    });
    return list.length === 0 ? null : list;
  };
  const full = networks.map((network) => ({
    ...network,
    IP: ports[0]?.HostIP ?? '',
    ReservedPorts: given(network['ReservedPorts']),
    DynamicPorts: given(network['DynamicPorts']),
  }));
  if (isOld) return full;
  const isFilled = ([, value]: [string, unknown]) => value !== null && value !== '' && value !== 0;
  return full.map((network) => Object.fromEntries(Object.entries(network).filter(isFilled)));
}

/** `AllocatedResources` of an allocation; a limit above its memory counts where the configuration lets it. */
export function allocatedResources(
  group: TaskGroup,
  ports: readonly Port[],
  { hasOversubscription = false, isOld = false } = {},
): Record<string, unknown> {
  const tasks: Record<string, unknown> = {};
  const lifecycles: Record<string, unknown> = {};
  for (const task of group.Tasks ?? []) {
    const { cpu, memoryMb } = taskAmounts(task);
    tasks[task.Name] = {
      Cpu: { CpuShares: cpu, ReservedCores: null },
      Memory: {
        MemoryMB: memoryMb,
        MemoryMaxMB: hasOversubscription ? numberOf(recordOf(task.Resources)['MemoryMaxMB']) : 0,
      },
      Networks: null,
      Devices: null,
    };
    lifecycles[task.Name] = task.Lifecycle ?? null;
  }
  const Networks = allocatedNetworks(group, ports, isOld);
  const shared = { DiskMB: groupAmounts(group).diskMb, Networks, Ports: ports.length > 0 ? ports : null };
  return { Tasks: tasks, TaskLifecycles: lifecycles, Shared: shared };
}
