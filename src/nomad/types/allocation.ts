import type { Nanoseconds, Open, WireTime } from './open.ts';
import type { AllocationMetric } from './evaluation.ts';
import type { Job } from './job.ts';

export type AllocationClientStatus = Open<'pending' | 'running' | 'complete' | 'failed' | 'lost' | 'unknown'>;
export type AllocationDesiredStatus = Open<'run' | 'stop' | 'evict'>;

/** A row of `GET /v1/allocations` and of every other list of allocations. */
export interface AllocationStub {
  ID: string;
  EvalID?: string;
  /** `<job>.<group>[<index>]` */
  Name: string;
  Namespace?: string;
  NodeID: string;
  NodeName?: string;
  JobID: string;
  JobType?: string;
  JobVersion: number;
  TaskGroup: string;
  DesiredStatus: AllocationDesiredStatus;
  DesiredDescription?: string;
  ClientStatus: AllocationClientStatus;
  ClientDescription?: string;
  DesiredTransition?: Record<string, boolean | null>;
  /** By task; null while the client has not reported. */
  TaskStates: Record<string, TaskState> | null;
  DeploymentStatus: AllocationDeploymentStatus | null;
  FollowupEvalID?: string;
  NextAllocation?: string;
  RescheduleTracker?: { Events: (RescheduleEvent | null)[] | null } | null;
  PreemptedByAllocation?: string;
  PreemptedAllocations?: string[] | null;
  /** In lists only where asked for. */
  AllocatedResources?: Record<string, unknown> | null;
  CreateIndex: number;
  ModifyIndex: number;
  /** Nanoseconds since the epoch. */
  CreateTime: number;
  /** Nanoseconds since the epoch. */
  ModifyTime: number;
}

/** A failed allocation that was replaced; the next event is that of its replacement. */
export interface RescheduleEvent {
  /** When it was replaced, in nanoseconds since the epoch. */
  RescheduleTime: number;
  PrevAllocID: string;
  PrevNodeID?: string;
  /** How long that was waited for. */
  Delay: Nanoseconds;
}

/**
 * An allocation as `GET /v1/allocation/:id` and the event stream send it. Nomad leaves out every field that is zero;
 * events carry no `Job`.
 */
export interface Allocation extends Partial<AllocationStub> {
  ID: string;
  Job?: Job | null;
  DeploymentID?: string;
  PreviousAllocation?: string;
  Metrics?: AllocationMetric | null;
  AllocModifyIndex?: number;
  SigningKeyID?: string;
  NetworkStatus?: unknown;
  Resources?: unknown;
  SharedResources?: unknown;
  TaskResources?: unknown;
  SignedIdentities?: unknown;
  AllocStates?: unknown;
  [field: string]: unknown;
}

export interface AllocationDeploymentStatus {
  /** Null while it is not decided. */
  Healthy?: boolean | null;
  Timestamp?: WireTime | null;
  Canary?: boolean;
  ModifyIndex?: number;
}

export interface TaskState {
  State: Open<'pending' | 'running' | 'dead'>;
  Failed: boolean;
  Restarts: number;
  LastRestart?: WireTime | null;
  StartedAt?: WireTime | null;
  FinishedAt?: WireTime | null;
  /** The last ten, oldest first. */
  Events: TaskEvent[] | null;
  /** Since 1.8. */
  Paused?: string;
  /** In older agents. */
  TaskHandle?: unknown;
}

export interface TaskEvent {
  Type: string;
  /** Nanoseconds since the epoch. */
  Time: number;
  DisplayMessage?: string;
  Details?: Record<string, string> | null;
  // Of the first versions; `Details` says the same.
  FailsTask?: boolean;
  SetupError?: string;
  DriverError?: string;
  Message?: string;
  KillError?: string;
  KillReason?: string;
  DownloadError?: string;
  ValidationError?: string;
  FailedSibling?: string;
  VaultError?: string;
  TaskSignal?: string;
  TaskSignalReason?: string;
  DriverMessage?: string;
  GenericSource?: string;
  RestartReason?: string;
  ExitCode?: number;
  Signal?: number;
  DiskLimit?: number;
  KillTimeout?: Nanoseconds;
  StartDelay?: Nanoseconds;
}

/** The result of a check of a service that Nomad lists, by the check's id in `GET /v1/client/allocation/:id/checks`. */
export interface AllocationCheck {
  ID: string;
  Mode: Open<'healthiness' | 'readiness'>;
  Status: Open<'success' | 'failure' | 'pending'>;
  /** Of HTTP checks. */
  StatusCode?: number;
  Output?: string;
  /** Seconds since the epoch. */
  Timestamp?: number;
  Group?: string;
  Task?: string;
  Service?: string;
  Check?: string;
}
