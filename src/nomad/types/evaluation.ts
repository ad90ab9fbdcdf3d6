import type { Nanoseconds, Open, WireTime } from './open.ts';

export type EvaluationStatus = Open<'pending' | 'complete' | 'failed' | 'canceled' | 'blocked'>;

/** An evaluation. Nomad leaves out every field that is zero. */
export interface Evaluation {
  ID: string;
  Namespace?: string;
  Priority?: number;
  Type?: string;
  TriggeredBy?: string;
  JobID?: string;
  JobModifyIndex?: number;
  NodeID?: string;
  DeploymentID?: string;
  Status?: EvaluationStatus;
  StatusDescription?: string;
  Wait?: Nanoseconds;
  WaitUntil?: WireTime;
  NextEval?: string;
  PreviousEval?: string;
  BlockedEval?: string;
  /** Only where asked for. Since 1.3. */
  RelatedEvals?: Evaluation[] | null;
  FailedTGAllocs?: Record<string, AllocationMetric> | null;
  QueuedAllocations?: Record<string, number> | null;
  CreateIndex?: number;
  ModifyIndex?: number;
  CreateTime?: number;
  ModifyTime?: number;
  SnapshotIndex?: number;
  ClassEligibility?: Record<string, boolean> | null;
  /** Of a dry run. */
  PlanAnnotations?: unknown;
}

/** Why a group could or could not be placed. Every map and list may be null. */
export interface AllocationMetric {
  NodesEvaluated?: number;
  NodesFiltered?: number;
  NodesInPool?: number;
  NodePool?: string;
  /** Datacenter → nodes. */
  NodesAvailable?: Record<string, number> | null;
  ClassFiltered?: Record<string, number> | null;
  ConstraintFiltered?: Record<string, number> | null;
  NodesExhausted?: number;
  ClassExhausted?: Record<string, number> | null;
  DimensionExhausted?: Record<string, number> | null;
  QuotaExhausted?: string[] | null;
  ResourcesExhausted?: Record<string, { CPU?: number; MemoryMB?: number; DiskMB?: number; Cores?: number }> | null;
  CoalescedFailures?: number;
  /** Nanoseconds. */
  AllocationTime?: Nanoseconds;
  Scores?: Record<string, number> | null;
  /** The best nodes and how well they fit. */
  ScoreMetaData?: { NodeID?: string; NormScore?: number; Scores?: Record<string, number> | null }[] | null;
}
