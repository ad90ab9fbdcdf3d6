import type { Nanoseconds, Open, WireTime } from './open.ts';

/** A row of `GET /v1/nodes`. */
export interface NodeStub {
  ID: string;
  Name: string;
  Address?: string;
  Datacenter: string;
  NodeClass?: string;
  NodePool?: string;
  Version?: string;
  Drain: boolean;
  SchedulingEligibility: Open<'eligible' | 'ineligible'>;
  Status: Open<'initializing' | 'ready' | 'down' | 'disconnected'>;
  StatusDescription?: string;
  CreateIndex: number;
  ModifyIndex: number;
  LastDrain?: {
    StartedAt?: WireTime | null;
    UpdatedAt?: WireTime | null;
    Status?: string;
    [field: string]: unknown;
  } | null;
  Drivers?: Record<string, NodeDriver> | null;
  /** Only where asked for. */
  Attributes?: Record<string, string> | null;
  HostVolumes?: unknown;
  NodeResources?: unknown;
  ReservedResources?: unknown;
}

export interface NodeDriver {
  Detected?: boolean;
  Healthy?: boolean;
  HealthDescription?: string;
  UpdateTime?: WireTime | null;
  Attributes?: Record<string, string> | null;
}

/** What the extension reads of `GET /v1/node/:id`. */
export interface Node extends NodeStub {
  HTTPAddr?: string;
  DrainStrategy?: DrainStrategy | null;
  Meta?: Record<string, string> | null;
  TLSEnabled?: boolean;
  CgroupParent?: string;
  ComputedClass?: string;
  /** Seconds since the epoch. */
  StatusUpdatedAt?: number;
  LastAllocUpdateIndex?: number;
  LastMissedHeartbeatIndex?: number;
  NodeMaxAllocs?: number;
  IdentitySigningKeyID?: string;
  GCVolumesOnNodeGC?: boolean;
  Events?: NodeEvent[] | null;
  Links?: Record<string, string> | null;
  /** Always empty for clients. */
  SecretID?: string;
  CSIControllerPlugins?: unknown;
  CSINodePlugins?: unknown;
  HostNetworks?: unknown;
  Reserved?: unknown;
  Resources?: unknown;
  [field: string]: unknown;
}

export interface NodeEvent {
  Message?: string;
  Subsystem?: string;
  Details?: Record<string, string> | null;
  Timestamp?: WireTime | null;
  CreateIndex?: number;
}

/** How a node is being drained. */
export interface DrainStrategy {
  /** Nanoseconds; 0: none, below 0: at once. */
  Deadline?: Nanoseconds;
  IgnoreSystemJobs?: boolean;
  ForceDeadline?: WireTime | null;
  StartedAt?: WireTime | null;
}

/** Answer of every write on a node. */
export interface NodeWriteResponse {
  NodeModifyIndex: number;
  EvalIDs?: string[] | null;
  EvalCreateIndex?: number;
  Index?: number;
}
