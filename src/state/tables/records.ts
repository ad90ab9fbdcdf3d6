import type { TaskGroupSummary } from '../../nomad/types/job.ts';
import type { Failures, Reschedules } from './crashLoop.ts';
import type { JobKey } from './keys.ts';
import type { TaskCause } from './taskCause.ts';

/**
 * A job as the store holds it. The lists of Nomad say less than the whole job does, so what is optional may be learned
 * later; a record is never changed, only replaced.
 */
export interface JobRecord {
  readonly key: JobKey;
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly type: string;
  readonly status: string;
  readonly statusDescription?: string;
  readonly stop: boolean;
  readonly priority: number;
  readonly version?: number;
  /** Id of the periodic or parameterized job that this one is a run of. */
  readonly parentId?: string;
  readonly periodic: boolean;
  readonly parameterized: boolean;
  readonly nodePool?: string;
  readonly datacenters: readonly string[];
  readonly submitTimeMs?: number;
  readonly modifyIndex: number;
  readonly jobModifyIndex?: number;
  /** Desired allocations, all groups together. */
  readonly count?: number;
  /** Known once the whole job was seen. */
  readonly groups?: readonly GroupRecord[];
  /** How many runs a periodic or parameterized job has, by status. */
  readonly children?: ChildCounts;
  /** By group; only where the agent is too old to list allocations with the jobs. */
  readonly summary?: Readonly<Record<string, TaskGroupSummary>>;
  /** False for a periodic job that is switched off; not known from lists. */
  readonly periodicEnabled?: boolean;
  /** Cron expressions. */
  readonly periodicSpec?: readonly string[];
}

export interface GroupRecord {
  readonly name: string;
  /** Desired allocations; for system jobs, per node. */
  readonly count: number;
  readonly tasks: readonly string[];
}

export interface ChildCounts {
  readonly pending: number;
  readonly running: number;
  readonly dead: number;
}

/** An allocation as the store holds it. */
export interface AllocationRecord {
  readonly id: string;
  readonly jobKey: JobKey;
  readonly namespace: string;
  readonly jobId: string;
  /** `web.app[0]` */
  readonly name?: string;
  /** The number in the name. */
  readonly index?: number;
  readonly group: string;
  readonly nodeId: string;
  readonly nodeName?: string;
  readonly jobVersion: number;
  /** `run`, `stop` or `evict`; unknown while only a summary was seen. */
  readonly desiredStatus?: string;
  readonly desiredDescription?: string;
  readonly clientStatus: string;
  readonly clientDescription?: string;
  readonly canary: boolean;
  /** Null or missing while the deployment has not decided. */
  readonly healthy?: boolean | null;
  readonly deploymentId?: string;
  /** Id of the allocation that replaced this one. */
  readonly nextAllocation?: string;
  /** Failures of those that this one replaced. */
  readonly rescheduled?: Reschedules;
  readonly tasks?: readonly TaskRecord[];
  readonly paused?: boolean;
  readonly createTimeMs?: number;
  readonly modifyTimeMs?: number;
  readonly createIndex?: number;
  /** 0 while only the summary that comes with a job was seen. */
  readonly modifyIndex: number;
  readonly followupEvalId?: string;
}

/** One task of an allocation. */
export interface TaskRecord {
  readonly name: string;
  readonly state: string;
  readonly failed: boolean;
  readonly restarts: number;
  readonly startedAtMs?: number;
  readonly finishedAtMs?: number;
  readonly lastEvent?: TaskEventRecord;
  /** Why it last ended, or could not be started, as far as its events tell. */
  readonly cause?: TaskCause;
  /** What it waits for, where it has not started. */
  readonly waitingFor?: string;
  /** When it is to be started again. */
  readonly nextTryMs?: number;
  /** The last of them that followed each other, after which it was started again. */
  readonly failures?: Failures;
  /** Of its last end. */
  readonly exitCode?: number;
  readonly paused?: boolean;
}

export interface TaskEventRecord {
  readonly type: string;
  readonly message: string;
  readonly timeMs: number;
}

/** A deployment as the store holds it. */
export interface DeploymentRecord {
  readonly id: string;
  readonly jobKey: JobKey;
  readonly namespace: string;
  readonly jobId: string;
  readonly jobVersion: number;
  /** The job's `JobModifyIndex` that this deployment rolls out. */
  readonly jobModifyIndex?: number;
  readonly status: string;
  readonly statusDescription: string;
  /** Sorted by name; empty while only the summary that comes with a job was seen. */
  readonly groups: readonly DeploymentGroupRecord[];
  readonly createIndex: number;
  /** 0 while only the summary that comes with a job was seen. */
  readonly modifyIndex: number;
  readonly createTimeMs?: number;
  readonly modifyTimeMs?: number;
  /** Not at an end. */
  readonly active: boolean;
  /** Running, and a group has canaries that are not promoted. */
  readonly needsPromotion: boolean;
  /** Needs promotion, and every such group has as many healthy canaries as it wants. */
  readonly promotable: boolean;
}

export interface DeploymentGroupRecord {
  readonly name: string;
  readonly autoRevert: boolean;
  readonly autoPromote: boolean;
  readonly promoted: boolean;
  /** Allocation ids. */
  readonly placedCanaries: readonly string[];
  readonly desiredCanaries: number;
  readonly desiredTotal: number;
  readonly placed: number;
  readonly healthy: number;
  readonly unhealthy: number;
  readonly requireProgressByMs?: number;
}
