import type { Deployment, DeploymentState } from '../../../src/nomad/types/deployment.ts';
import type { Job, TaskGroup, UpdateStrategy } from '../../../src/nomad/types/job.ts';
import type { DesiredUpdates } from '../../../src/nomad/types/plan.ts';
import { type NomadVersion, rules } from '../job/versions.ts';
import type { AllocationRecord, NodeRecord } from '../state/records.ts';

/** What a reconciler wants changed, before nodes are looked for. */

export interface Stop {
  readonly allocation: AllocationRecord;
  readonly description: string;
  /** `lost` where the node is gone. */
  readonly clientStatus?: string;
}

export interface Placement {
  readonly name: string;
  readonly canary: boolean;
  /** The allocation that this one stands in for. */
  readonly previous?: AllocationRecord;
  /** Set when `previous` failed and is rescheduled. */
  readonly rescheduled?: boolean;
  /** Why `previous` is stopped once this one is placed. */
  readonly stopDescription?: string;
  /** Set while canaries wait: what stands in for no canary is of the version before, which is at least this one. */
  readonly olderSince?: number;
  /** For system jobs. */
  readonly node?: NodeRecord;
}

export interface Delayed {
  readonly allocation: AllocationRecord;
  readonly delayMs: number;
}

/** An allocation whose node is away, since when, and for how long it may be. */
export interface Disconnect {
  readonly allocation: AllocationRecord;
  readonly sinceMs: number;
  readonly lostAfterMs: number;
}

export interface GroupPlan {
  readonly name: string;
  readonly updates: Required<DesiredUpdates>;
  readonly place: Placement[];
  readonly stop: Stop[];
  readonly inPlace: AllocationRecord[];
  readonly delayed: Delayed[];
  /** To be marked as unknown. */
  readonly disconnect: Disconnect[];
  /** Back and running, which is to be remembered. */
  readonly reconnect: AllocationRecord[];
}

export interface Plan {
  readonly groups: GroupPlan[];
  /** A deployment to make. */
  deployment: Deployment | null;
  /** When to go on with updates that are staggered, as they are without a deployment. */
  goOnMs?: number;
  readonly deploymentUpdates: {
    readonly deployment: Deployment;
    readonly status: string;
    readonly description: string;
  }[];
}

/** What a reconciler looks at. */
export interface Snapshot {
  readonly job: Job | undefined;
  readonly allocations: readonly AllocationRecord[];
  /** The job's newest deployment. */
  readonly latestDeployment: Deployment | undefined;
  readonly nodes: ReadonlyMap<string, NodeRecord>;
  readonly nowMs: number;
  readonly nomad: NomadVersion;
  readonly newId: () => string;
  /** The evaluation that is worked through; none for a plan that is only asked for. */
  readonly evaluationId: string | undefined;
  /** Turns a job's own milliseconds into the simulator's. */
  readonly paceMs: (ms: number) => number;
}

export const stopReason = {
  notNeeded: 'alloc not needed due to job update',
  migrating: 'alloc is being migrated',
  updating: 'alloc is being updated due to job update',
  lost: 'alloc is lost since its node is down',
  tainted: 'alloc not needed as node is tainted',
  rescheduled: 'alloc was rescheduled because it failed',
  reconnected: 'alloc not needed due to disconnected client reconnect',
} as const;

export function emptyGroupPlan(name: string): GroupPlan {
  const updates = {
    Ignore: 0,
    Place: 0,
    Migrate: 0,
    Stop: 0,
    InPlaceUpdate: 0,
    DestructiveUpdate: 0,
    Canary: 0,
    Preemptions: 0,
    Disconnect: 0,
    Reconnect: 0,
    RescheduleNow: 0,
    RescheduleLater: 0,
  };
  return { name, updates, place: [], stop: [], inPlace: [], delayed: [], disconnect: [], reconnect: [] };
}

/** The group's update strategy, where it makes deployments. */
export function rolloutOf(job: Job, group: TaskGroup, nomad: NomadVersion): UpdateStrategy | undefined {
  if (job.Type !== 'service' && (job.Type !== 'system' || !rules[nomad].systemDeployments)) return undefined;
  return (group.Update?.MaxParallel ?? 0) > 0 ? (group.Update ?? undefined) : undefined;
}

export function newDeployment(snapshot: Snapshot, job: Job): Deployment {
  return {
    ID: snapshot.newId(),
    Namespace: job.Namespace ?? 'default',
    JobID: job.ID,
    JobVersion: job.Version,
    JobModifyIndex: job.JobModifyIndex,
    JobSpecModifyIndex: job.JobModifyIndex,
    JobCreateIndex: job.CreateIndex,
    IsMultiregion: false,
    TaskGroups: {},
    Status: 'running',
    StatusDescription: 'Deployment is running',
    EvalPriority: job.Priority,
    CreateIndex: 0,
    ModifyIndex: 0,
  };
}

export function newGroupState(strategy: UpdateStrategy, total: number): DeploymentState {
  return {
    AutoRevert: strategy.AutoRevert ?? false,
    AutoPromote: strategy.AutoPromote ?? false,
    ProgressDeadline: strategy.ProgressDeadline ?? 0,
    RequireProgressBy: null,
    Promoted: false,
    PlacedCanaries: null,
    DesiredCanaries: 0,
    DesiredTotal: total,
    PlacedAllocs: 0,
    HealthyAllocs: 0,
    UnhealthyAllocs: 0,
  };
}

/** `running`, with what Nomad says about canaries that wait. */
export function runningDescription(groups: readonly DeploymentState[]): string {
  const waiting = groups.filter((group) => group.DesiredCanaries > 0 && !group.Promoted);
  if (waiting.length === 0) return 'Deployment is running';
  return waiting.every((group) => group.AutoPromote)
    ? 'Deployment is running pending automatic promotion'
    : 'Deployment is running but requires manual promotion';
}

/** The number between the brackets of `web.app[3]`. */
export function indexOf(allocation: { readonly Name: string }): number {
  return Number(/\[(\d+)\]$/.exec(allocation.Name)?.[1] ?? 0);
}
