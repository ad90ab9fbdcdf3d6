import type { Nanoseconds, Open, WireTime } from './open.ts';

export type DeploymentStatus = Open<
  'running' | 'paused' | 'successful' | 'failed' | 'cancelled' | 'blocked' | 'unblocking' | 'pending' | 'initializing'
>;

/** A deployment, in lists and alone. */
export interface Deployment {
  ID: string;
  Namespace?: string;
  JobID: string;
  JobVersion: number;
  JobModifyIndex?: number;
  JobSpecModifyIndex?: number;
  JobCreateIndex?: number;
  IsMultiregion?: boolean;
  TaskGroups: Record<string, DeploymentState> | null;
  Status: DeploymentStatus;
  StatusDescription?: string;
  EvalPriority?: number;
  CreateIndex: number;
  ModifyIndex: number;
  /** Nanoseconds since the epoch; missing before 1.7. */
  CreateTime?: number;
  /** Nanoseconds since the epoch; missing before 1.7. */
  ModifyTime?: number;
}

/** The rollout of one group. */
export interface DeploymentState {
  AutoRevert?: boolean;
  AutoPromote?: boolean;
  ProgressDeadline?: Nanoseconds;
  RequireProgressBy?: WireTime | null;
  Promoted: boolean;
  /** Allocation ids. */
  PlacedCanaries?: string[] | null;
  DesiredCanaries: number;
  DesiredTotal: number;
  PlacedAllocs: number;
  HealthyAllocs: number;
  UnhealthyAllocs: number;
}

/** Answer of every write on a deployment. */
export interface DeploymentWriteResponse {
  /** Empty where no evaluation was made, as for a pause. */
  EvalID: string;
  EvalCreateIndex: number;
  DeploymentModifyIndex: number;
  /** Null unless the write made Nomad revert the job. */
  RevertedJobVersion?: number | null;
  Index?: number;
}
