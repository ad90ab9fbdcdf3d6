import { type NodeRecord, wireTime } from './records.ts';
import { without } from './wire.ts';

/** How nodes look on the wire. */

const cores = [0, 1, 2, 3];

function driverInfo(node: NodeRecord): Record<string, unknown> {
  const info: Record<string, unknown> = {};
  for (const name of ['docker', 'exec', 'java', 'mock_driver', 'qemu', 'raw_exec']) {
    const healthy = node.drivers.includes(name);
    info[name] = {
      Attributes: healthy ? { [`driver.${name}`]: 'true' } : {},
      Detected: healthy,
      Healthy: healthy,
      HealthDescription: healthy ? 'Healthy' : '',
      UpdateTime: wireTime(node.StatusUpdatedAt * 1000),
    };
  }
  return info;
}

function core(ID: number, node: NodeRecord): Record<string, unknown> {
  const BaseSpeed = Math.round(node.cpu / cores.length);
  return { BaseSpeed, Disable: false, Grade: true, GuessSpeed: 0, ID, MaxSpeed: 0, NodeID: 0, SocketID: 0 };
}

function nodeResources(node: NodeRecord): Record<string, unknown> {
  const address = { Address: node.Address, Alias: 'default', Family: 'ipv4', Gateway: '', ReservedPorts: '' };
  return {
    Cpu: { CpuShares: node.cpu, TotalCpuCores: cores.length, ReservableCpuCores: cores },
    Memory: { MemoryMB: node.memoryMb },
    Disk: { DiskMB: node.diskMb },
    Networks: [
      { Mode: 'bridge' },
      { Mode: 'host', Device: 'lo', CIDR: `${node.Address}/32`, IP: node.Address, MBits: 1000 },
    ],
    NodeNetworks: [
      { Addresses: null, Device: '', MacAddress: '', Mode: 'bridge', Speed: 0 },
      { Addresses: [address], Device: 'lo', MacAddress: '', Mode: 'host', Speed: 1000 },
    ],
    Processors: {
      Topology: {
        Cores: cores.map((id) => core(id, node)),
        Distances: null,
        Nodes: [0],
        OverrideTotalCompute: 0,
        OverrideWitholdCompute: 0,
      },
    },
    Devices: null,
    MinDynamicPort: 20000,
    MaxDynamicPort: 32000,
  };
}

const noReserve = {
  Cpu: { CpuShares: 0, ReservedCpuCores: null },
  Memory: { MemoryMB: 0 },
  Disk: { DiskMB: 0 },
  Networks: { ReservedHostPorts: '' },
};

/** A row of the list, with `resources` and `os` where these are asked for. */
export function nodeStub(node: NodeRecord, withResources = false, withOs = false): Record<string, unknown> {
  return {
    ID: node.ID,
    Name: node.Name,
    Address: node.Address,
    ...(withOs ? { Attributes: { 'os.name': node.Attributes['os.name'] ?? '' } } : {}),
    Datacenter: node.Datacenter,
    NodeClass: node.NodeClass,
    NodePool: node.NodePool,
    Version: node.Version,
    Drain: node.DrainStrategy !== null,
    SchedulingEligibility: node.SchedulingEligibility,
    Status: node.Status,
    StatusDescription: node.StatusDescription ?? '',
    Drivers: driverInfo(node),
    HostVolumes: {},
    LastDrain: node.LastDrain,
    ...(withResources ? { NodeResources: nodeResources(node), ReservedResources: noReserve } : {}),
    CreateIndex: node.CreateIndex,
    ModifyIndex: node.ModifyIndex,
  };
}

const signingKeyId = '7d0c8e55-5f0b-4c8e-9f25-6a3b1c2d4e5f';

/** The whole node. */
export function nodeBody(node: NodeRecord): Record<string, unknown> {
  return {
    ...without(without(nodeStub(node, true), 'Address'), 'Version'),
    SecretID: '',
    HTTPAddr: node.HTTPAddr,
    TLSEnabled: false,
    Attributes: node.Attributes,
    Meta: node.Meta,
    Links: {},
    HostNetworks: null,
    CSIControllerPlugins: {},
    CSINodePlugins: {},
    CgroupParent: 'nomad.slice',
    ComputedClass: 'v1:2672916694322659731',
    DrainStrategy: node.DrainStrategy,
    StatusUpdatedAt: node.StatusUpdatedAt,
    Events: node.Events,
    GCVolumesOnNodeGC: false,
    IdentitySigningKeyID: signingKeyId,
    LastAllocUpdateIndex: node.lastAllocUpdateIndex ?? 0,
    LastMissedHeartbeatIndex: node.lastMissedHeartbeatIndex ?? 0,
    NodeMaxAllocs: 0,
  };
}
