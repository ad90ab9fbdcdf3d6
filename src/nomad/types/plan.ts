import type { AllocationMetric } from './evaluation.ts';
import type { JobDiff } from './job.ts';

/** Answer of `POST /v1/job/:id/plan`. */
export interface PlanResponse {
  Annotations: PlanAnnotations | null;
  /** By group; null when everything can be placed. */
  FailedTGAllocs: Record<string, AllocationMetric> | null;
  /** 0 for a job that doesn't exist yet; the index that `EnforceIndex` wants. */
  JobModifyIndex: number;
  CreatedEvals: { TriggeredBy?: string; Wait?: number; [field: string]: unknown }[] | null;
  /** Null unless asked for. */
  Diff: JobDiff | null;
  NextPeriodicLaunch?: string | null;
  Warnings?: string;
  Index?: number;
}

export interface PlanAnnotations {
  DesiredTGUpdates: Record<string, DesiredUpdates> | null;
  PreemptedAllocs?: { ID: string; JobID: string; TaskGroup: string; Namespace?: string }[] | null;
}

/** What the scheduler would do to the allocations of one group, in numbers of allocations. */
export interface DesiredUpdates {
  Ignore: number;
  Place: number;
  Migrate: number;
  Stop: number;
  InPlaceUpdate: number;
  DestructiveUpdate: number;
  Canary: number;
  Preemptions?: number;
  Disconnect?: number;
  Reconnect?: number;
  RescheduleNow?: number;
  RescheduleLater?: number;
}
