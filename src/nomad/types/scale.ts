/** Answer of `GET /v1/job/:id/scale`. Canaries are not counted. */
export interface JobScaleStatus {
  JobID: string;
  Namespace?: string;
  JobCreateIndex: number;
  JobModifyIndex: number;
  JobStopped: boolean;
  TaskGroups: Record<string, GroupScaleStatus> | null;
}

export interface GroupScaleStatus {
  Desired: number;
  Placed: number;
  Running: number;
  Healthy: number;
  Unhealthy: number;
  /** The newest first. */
  Events?: ScaleEvent[] | null;
}

export interface ScaleEvent {
  /** Nanoseconds since the epoch. */
  Time: number;
  Count?: number | null;
  PreviousCount?: number;
  Message?: string;
  Error?: boolean;
  EvalID?: string | null;
  Meta?: Record<string, unknown> | null;
  CreateIndex?: number;
}
