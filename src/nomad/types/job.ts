import type { Nanoseconds, Open } from './open.ts';

export type JobType = Open<'service' | 'batch' | 'system' | 'sysbatch'>;
export type JobStatus = Open<'pending' | 'running' | 'dead'>;

/**
 * A job as `GET /v1/job/:id` returns it and `POST /v1/jobs` takes it. Only what the extension reads is typed; everything
 * else that the server sent is kept, so that a job can be sent back whole.
 */
export interface Job {
  ID: string;
  Name: string;
  Namespace?: string;
  Region?: string;
  ParentID?: string;
  Type: JobType;
  Priority: number;
  Datacenters?: string[] | null;
  NodePool?: string;
  TaskGroups: TaskGroup[] | null;
  Update?: UpdateStrategy | null;
  Periodic?: PeriodicConfig | null;
  ParameterizedJob?: ParameterizedConfig | null;
  Dispatched?: boolean;
  Meta?: Record<string, string> | null;
  Stop: boolean;
  Status: JobStatus;
  StatusDescription?: string;
  Stable?: boolean;
  Version: number;
  /** Nanoseconds since the epoch; beyond 2^53, so for display only. */
  SubmitTime?: number;
  CreateIndex: number;
  ModifyIndex: number;
  JobModifyIndex: number;
  /** Since 1.9. */
  VersionTag?: JobVersionTag | null;
  AllAtOnce?: boolean | null;
  /** Base64. */
  Payload?: string | null;
  DispatchIdempotencyToken?: string | null;
  NomadTokenID?: string | null;
  ConsulNamespace?: string | null;
  VaultNamespace?: string | null;
  /** Up to 1.9. */
  ConsulToken?: string | null;
  /** Up to 1.9. */
  VaultToken?: string | null;
  Constraints?: unknown;
  Affinities?: unknown;
  Spreads?: unknown;
  Multiregion?: unknown;
  UI?: unknown;
  [field: string]: unknown;
}

export interface JobVersionTag {
  Name: string;
  Description?: string;
  /** Nanoseconds since the epoch. */
  TaggedTime?: number;
}

export interface TaskGroup {
  Name: string;
  Count: number;
  Tasks: Task[] | null;
  Update?: UpdateStrategy | null;
  Meta?: Record<string, string> | null;
  Affinities?: unknown;
  Constraints?: unknown;
  Consul?: unknown;
  Disconnect?: unknown;
  EphemeralDisk?: unknown;
  MaxClientDisconnect?: unknown;
  MaxRunDuration?: unknown;
  Migrate?: unknown;
  Networks?: unknown;
  PreventRescheduleOnLost?: unknown;
  ReschedulePolicy?: unknown;
  RestartPolicy?: unknown;
  Scaling?: unknown;
  Services?: unknown;
  ShutdownDelay?: unknown;
  Spreads?: unknown;
  StopAfterClientDisconnect?: unknown;
  Volumes?: unknown;
  [field: string]: unknown;
}

export interface Task {
  Name: string;
  Driver: string;
  Config?: Record<string, unknown> | null;
  Env?: Record<string, string> | null;
  Resources?: Record<string, unknown> | null;
  Lifecycle?: { Hook: Open<'prestart' | 'poststart' | 'poststop'>; Sidecar?: boolean } | null;
  Actions?: unknown;
  Affinities?: unknown;
  Artifacts?: unknown;
  CSIPluginConfig?: unknown;
  Constraints?: unknown;
  Consul?: unknown;
  DispatchPayload?: unknown;
  Identities?: unknown;
  Identity?: unknown;
  KillSignal?: unknown;
  KillTimeout?: unknown;
  Kind?: unknown;
  Leader?: unknown;
  LogConfig?: unknown;
  Meta?: unknown;
  RestartPolicy?: unknown;
  ScalingPolicies?: unknown;
  Schedule?: unknown;
  Secrets?: unknown;
  Services?: unknown;
  ShutdownDelay?: unknown;
  Templates?: unknown;
  User?: unknown;
  Vault?: unknown;
  VolumeMounts?: unknown;
  [field: string]: unknown;
}

export interface UpdateStrategy {
  Stagger?: Nanoseconds;
  MaxParallel?: number;
  HealthCheck?: string;
  MinHealthyTime?: Nanoseconds;
  HealthyDeadline?: Nanoseconds;
  ProgressDeadline?: Nanoseconds;
  AutoRevert?: boolean;
  AutoPromote?: boolean;
  Canary?: number;
}

export interface PeriodicConfig {
  Enabled?: boolean;
  Spec?: string;
  Specs?: string[] | null;
  SpecType?: string;
  ProhibitOverlap?: boolean;
  TimeZone?: string;
}

export interface ParameterizedConfig {
  Payload?: Open<'optional' | 'required' | 'forbidden'>;
  MetaRequired?: string[] | null;
  MetaOptional?: string[] | null;
}

/** A row of `GET /v1/jobs`. */
export interface JobStub {
  ID: string;
  ParentID: string;
  Name: string;
  /** Left out when empty. */
  Namespace?: string;
  Datacenters?: string[] | null;
  NodePool?: string;
  Type: JobType;
  Priority: number;
  Periodic: boolean;
  ParameterizedJob: boolean;
  Stop: boolean;
  Status: JobStatus;
  StatusDescription?: string;
  JobSummary?: JobSummary | null;
  CreateIndex: number;
  ModifyIndex: number;
  JobModifyIndex: number;
  /** Nanoseconds since the epoch. */
  SubmitTime?: number;
  /** Only where asked for. */
  Meta?: Record<string, string> | null;
  Multiregion?: unknown;
}

export interface JobSummary {
  JobID: string;
  Namespace?: string;
  Summary: Record<string, TaskGroupSummary> | null;
  Children?: { Pending: number; Running: number; Dead: number } | null;
  CreateIndex: number;
  ModifyIndex: number;
}

export interface TaskGroupSummary {
  Queued: number;
  Complete: number;
  Failed: number;
  Running: number;
  Starting: number;
  Lost: number;
  /** Since 1.3. */
  Unknown?: number;
}

/** An item of `GET /v1/jobs/statuses` (since 1.8). */
export interface JobStatusItem {
  ID: string;
  Namespace: string;
  Name: string;
  Type: JobType;
  NodePool?: string;
  Datacenters?: string[] | null;
  Priority: number;
  Version: number;
  /** Nanoseconds since the epoch. */
  SubmitTime?: number;
  ModifyIndex: number;
  ParentID?: string;
  Stop: boolean;
  Status: JobStatus;
  IsPack?: boolean;
  GroupCountSum: number;
  /** Null unless the job is a periodic or parameterized parent; then `Allocs` is null. */
  ChildStatuses?: string[] | null;
  Allocs: JobStatusAllocation[] | null;
  LatestDeployment: JobStatusDeployment | null;
}

export interface JobStatusAllocation {
  ID: string;
  Group: string;
  ClientStatus: string;
  NodeID: string;
  JobVersion: number;
  FollowupEvalID?: string;
  HasPausedTask?: boolean;
  DeploymentStatus?: { Canary: boolean; Healthy: boolean | null } | null;
}

export interface JobStatusDeployment {
  ID: string;
  IsActive: boolean;
  JobVersion: number;
  Status: string;
  StatusDescription: string;
  AllAutoPromote: boolean;
  RequiresPromotion: boolean;
}

/** What a job was made from: `GET /v1/job/:id/submission`. */
export interface JobSubmission {
  Source: string;
  Format: Open<'hcl2' | 'hcl1' | 'json'>;
  VariableFlags?: Record<string, string> | null;
  Variables?: string;
  Namespace?: string;
  JobID?: string;
  Version?: number;
  JobModifyIndex?: number;
}

/** Answer of every write that makes an evaluation of a job. */
export interface JobWriteResponse {
  EvalID: string;
  EvalCreateIndex: number;
  JobModifyIndex: number;
  /** One text with all warnings; empty when there are none. */
  Warnings?: string;
  Index?: number;
  KnownLeader?: boolean;
  LastContact?: number;
  NextToken?: string;
}

/** Answer of `DELETE /v1/job/:id`. For an unknown job the server answers 200 with an empty `EvalID`. */
export type JobStopResponse = Pick<JobWriteResponse, 'EvalID' | 'EvalCreateIndex' | 'JobModifyIndex'>;

export interface JobVersionsResponse {
  Versions: Job[];
  /** One fewer than `Versions`; `Diffs[i]` leads from `Versions[i + 1]` to `Versions[i]`. Null unless asked for. */
  Diffs: JobDiff[] | null;
  Index?: number;
  KnownLeader?: boolean;
  LastContact?: number;
  NextToken?: string;
}

export interface JobValidateResponse {
  DriverConfigValidated: boolean;
  ValidationErrors: string[] | null;
  Error: string;
  Warnings: string;
}

export type DiffType = Open<'None' | 'Added' | 'Deleted' | 'Edited'>;

export interface FieldDiff {
  Type: DiffType;
  Name: string;
  Old: string;
  New: string;
  Annotations?: string[] | null;
}

export interface ObjectDiff {
  Type: DiffType;
  Name: string;
  Fields: FieldDiff[] | null;
  Objects: ObjectDiff[] | null;
}

export interface TaskDiff extends ObjectDiff {
  Annotations?: string[] | null;
}

export interface TaskGroupDiff extends ObjectDiff {
  Tasks: TaskDiff[] | null;
  Updates: Record<string, number> | null;
}

export interface JobDiff {
  Type: DiffType;
  ID: string;
  Fields: FieldDiff[] | null;
  Objects: ObjectDiff[] | null;
  TaskGroups: TaskGroupDiff[] | null;
}

/** Answer of `POST /v1/job/:id/dispatch`. */
export interface JobDispatchResponse {
  DispatchedJobID: string;
  /** Empty where a repeated idempotency token found the earlier child. */
  EvalID: string;
  EvalCreateIndex: number;
  JobCreateIndex: number;
  Index?: number;
}

/** A row of `GET /v1/job/:id/actions`: a command that a task offers. */
export interface JobAction {
  Name: string;
  Command: string;
  Args?: string[] | null;
  TaskName: string;
  TaskGroupName: string;
}
