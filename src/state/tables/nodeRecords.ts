import { filled } from '../../base/filled.ts';
import type { AgentMember } from '../../nomad/types/agent.ts';
import type { AllocationStub } from '../../nomad/types/allocation.ts';
import type { Node, NodeDriver, NodeStub } from '../../nomad/types/node.ts';
import type { AutopilotHealth } from '../../nomad/types/operator.ts';
import { clean, countIn, entriesIn, flagIn, present, textIn, timeOf } from './wire.ts';

/** A way in which a node runs tasks. */
export interface DriverRecord {
  readonly name: string;
  readonly healthy: boolean;
  /** What the driver says of its health. */
  readonly description: string;
}

/** How a node is being drained. */
export interface DrainRecord {
  readonly ignoresSystemJobs: boolean;
  readonly startedAtMs?: number;
  /** When what is left is stopped; none where the drain has no deadline. */
  readonly deadlineMs?: number;
}

/** Processor time in MHz and memory in MiB. */
export interface Room {
  readonly cpuMhz: number;
  readonly memoryMib: number;
}

/** A client node. What only a read of it alone tells is left out until then. */
export interface NodeRecord {
  readonly id: string;
  readonly name: string;
  readonly datacenter: string;
  readonly pool?: string;
  readonly nodeClass?: string;
  readonly address?: string;
  readonly version?: string;
  readonly status: string;
  readonly statusDescription: string;
  readonly eligible: boolean;
  readonly draining: boolean;
  /** Only those that were detected; the unhealthy ones first. */
  readonly drivers: readonly DriverRecord[];
  readonly drain?: DrainRecord;
  /** What jobs may have of it. */
  readonly room?: Room;
  /** What the allocations that are alive there were given, when that was last read. */
  readonly allocated?: Room;
  readonly createIndex: number;
  readonly modifyIndex: number;
}

/** A server of the region, or of another that it knows. */
export interface ServerRecord {
  /** As members of the gossip pool are told apart: `server-1.global`. */
  readonly name: string;
  readonly address: string;
  readonly region: string;
  readonly datacenter: string;
  readonly version: string;
  /** That of the gossip pool: `alive`, `leaving`, `left`, `failed`. */
  readonly status: string;
  readonly leader: boolean;
  /** What autopilot says; unknown where the token may not ask. */
  readonly healthy?: boolean;
  readonly voter?: boolean;
  /** Since when it is as healthy as it is. */
  readonly stableSinceMs?: number;
  /** Counts the lists: there is no index. */
  readonly round: number;
}

/** A row of the list of nodes. */
export function nodeFromStub(stub: NodeStub): NodeRecord {
  return {
    id: textIn(stub.ID),
    name: textIn(stub.Name),
    datacenter: textIn(stub.Datacenter),
    status: textIn(stub.Status),
    statusDescription: clean(stub.StatusDescription ?? ''),
    eligible: stub.SchedulingEligibility !== 'ineligible',
    draining: flagIn(stub.Drain),
    drivers: driversOf(stub.Drivers),
    createIndex: countIn(stub.CreateIndex),
    modifyIndex: countIn(stub.ModifyIndex),
    ...present({
      pool: filled(stub.NodePool),
      nodeClass: filled(stub.NodeClass),
      version: filled(stub.Version),
      address: filled(stub.Address),
    }),
  };
}

/** A whole node, as it is read alone or comes with an event. */
export function nodeRecord(node: Node): NodeRecord {
  const drain = node.DrainStrategy ?? undefined;
  // Events and reads have no `Drain` of their own.
  return {
    ...nodeFromStub({ ...node, Drain: drain !== undefined }),
    ...present({
      // The address of its agent, with the port.
      address: filled(node.HTTPAddr),
      version: filled(node.Attributes?.['nomad.version']),
      drain: drain === undefined ? undefined : drainOf(drain),
      room: roomOf(node),
    }),
  };
}

function drainOf(drain: NonNullable<Node['DrainStrategy']>): DrainRecord {
  return {
    ignoresSystemJobs: flagIn(drain.IgnoreSystemJobs),
    ...present({ startedAtMs: timeOf(drain.StartedAt), deadlineMs: timeOf(drain.ForceDeadline) }),
  };
}

function driversOf(drivers: Record<string, NodeDriver> | null | undefined): readonly DriverRecord[] {
  return entriesIn(drivers)
    .filter(([, driver]) => driver.Detected === true)
    .map(([name, driver]) => ({
      name,
      healthy: flagIn(driver.Healthy),
      description: clean(driver.HealthDescription ?? ''),
    }))
    .sort((a, b) => Number(a.healthy) - Number(b.healthy));
}

/** What is reserved for the machine itself is not for jobs. */
function roomOf(node: Node): Room | undefined {
  const has = Object(node.NodeResources) as Resources;
  const kept = Object(node.ReservedResources) as Resources;
  const cpu = has.Cpu?.CpuShares;
  const memory = has.Memory?.MemoryMB;
  if (typeof cpu !== 'number' || typeof memory !== 'number') return undefined;
  return {
    cpuMhz: Math.max(0, cpu - countIn(kept.Cpu?.CpuShares)),
    memoryMib: Math.max(0, memory - countIn(kept.Memory?.MemoryMB)),
  };
}

/** What an allocation, as a list has it, was given. */
export function roomGiven({ AllocatedResources }: Pick<AllocationStub, 'AllocatedResources'>): Room {
  const tasks = entriesIn(AllocatedResources?.['Tasks'] as Record<string, Resources> | undefined);
  return tasks.reduce<Room>(
    ({ cpuMhz, memoryMib }, [, { Cpu, Memory }]) => ({
      cpuMhz: cpuMhz + countIn(Cpu?.CpuShares),
      memoryMib: memoryMib + countIn(Memory?.MemoryMB),
    }),
    { cpuMhz: 0, memoryMib: 0 },
  );
}

interface Resources {
  readonly Cpu?: { readonly CpuShares?: unknown } | null;
  readonly Memory?: { readonly MemoryMB?: unknown } | null;
}

/** What is known of the servers beside who they are. */
export interface ServerSigns {
  /** RPC address of the leader; empty where there is none. */
  readonly leader: string;
  readonly health: AutopilotHealth | undefined;
  readonly round: number;
}

/** A member of the gossip pool, with what autopilot says of it. */
export function serverRecord(member: AgentMember, { leader, health, round }: ServerSigns): ServerRecord {
  const tags = member.Tags ?? {};
  const host = textIn(member.Addr);
  const address = `${host.includes(':') ? `[${host}]` : host}:${textIn(tags['port'])}`;
  const own = health?.Servers?.find(({ ID, Name }) => (filled(ID) ?? Name) === (filled(tags['id']) ?? member.Name));
  return {
    name: textIn(member.Name),
    address,
    region: textIn(tags['region']),
    datacenter: textIn(tags['dc']),
    version: textIn(tags['build']),
    status: textIn(member.Status),
    leader: own?.Leader ?? (leader !== '' && leader === (filled(tags['rpc_addr']) ?? address)),
    round,
    ...present({ healthy: own?.Healthy, voter: own?.Voter, stableSinceMs: timeOf(own?.StableSince) }),
  };
}
