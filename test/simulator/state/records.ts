import type { AllocationDeploymentStatus, TaskState } from '../../../src/nomad/types/allocation.ts';
import type { AllocationMetric, Evaluation } from '../../../src/nomad/types/evaluation.ts';
import type { Job, JobSubmission } from '../../../src/nomad/types/job.ts';

/*
 * What the state store keeps. Records are never changed in place: a change is a new record, so that events and answers
 * which hold the old one stay true.
 */

export interface DesiredTransition {
  readonly Migrate?: boolean;
  readonly Reschedule?: boolean;
  readonly ForceReschedule?: boolean;
  readonly NoShutdownDelay?: boolean;
}

export interface RescheduleEvent {
  readonly RescheduleTime: number;
  readonly PrevAllocID: string;
  readonly PrevNodeID: string;
  /** Nanoseconds. */
  readonly Delay: number;
}

export interface AllocationRecord {
  readonly ID: string;
  readonly EvalID: string;
  readonly Name: string;
  readonly Namespace: string;
  readonly NodeID: string;
  readonly NodeName: string;
  readonly JobID: string;
  /** The version that the allocation was made from, or last updated to in place. */
  readonly Job: Job;
  readonly TaskGroup: string;
  readonly DesiredStatus: string;
  readonly DesiredDescription: string;
  readonly ClientStatus: string;
  readonly ClientDescription: string;
  /** When it was away and back, the oldest first; absent where it never was. */
  readonly AllocStates?: readonly { readonly Field: number; readonly Value: string; readonly Time: string }[];
  readonly DesiredTransition: DesiredTransition;
  readonly TaskStates: Readonly<Record<string, TaskState>> | null;
  readonly DeploymentID: string;
  readonly DeploymentStatus: Readonly<AllocationDeploymentStatus> | null;
  readonly FollowupEvalID: string;
  readonly NextAllocation: string;
  readonly PreviousAllocation: string;
  readonly RescheduleTracker: { readonly Events: readonly RescheduleEvent[] } | null;
  readonly Metrics: AllocationMetric | null;
  readonly AllocatedResources: Record<string, unknown> | null;
  /** No task stands behind it: made by filling the cluster. */
  readonly hollow: boolean;
  readonly CreateIndex: number;
  readonly ModifyIndex: number;
  readonly AllocModifyIndex: number;
  readonly CreateTime: number;
  readonly ModifyTime: number;
}

/** The fields of an allocation that nothing has happened to. */
export const emptyAllocation = {
  EvalID: '',
  Namespace: 'default',
  DesiredStatus: 'run',
  DesiredDescription: '',
  ClientStatus: 'pending',
  ClientDescription: '',
  DesiredTransition: {},
  TaskStates: null,
  DeploymentID: '',
  DeploymentStatus: null,
  FollowupEvalID: '',
  NextAllocation: '',
  PreviousAllocation: '',
  RescheduleTracker: null,
  Metrics: null,
  hollow: false,
  CreateIndex: 0,
  ModifyIndex: 0,
  AllocModifyIndex: 0,
  CreateTime: 0,
  ModifyTime: 0,
} as const;

export interface EvaluationRecord extends Evaluation {
  Namespace: string;
  JobID: string;
  Status: string;
  Priority: number;
  Type: string;
  TriggeredBy: string;
  CreateIndex: number;
  ModifyIndex: number;
  PlanAnnotations?: unknown;
  SnapshotIndex?: number;
  ClassEligibility?: Record<string, boolean>;
}

export interface NodeEvent {
  readonly Message: string;
  readonly Subsystem: string;
  readonly Details: Record<string, string> | null;
  readonly Timestamp: string;
  readonly CreateIndex: number;
}

export interface DrainStrategy {
  readonly Deadline: number;
  readonly IgnoreSystemJobs: boolean;
  readonly ForceDeadline: string | null;
  readonly StartedAt: string;
}

export interface NodeRecord {
  readonly ID: string;
  readonly Name: string;
  readonly Address: string;
  readonly HTTPAddr: string;
  readonly region: string;
  readonly Datacenter: string;
  readonly NodeClass: string;
  readonly NodePool: string;
  readonly Version: string;
  readonly Status: string;
  readonly StatusDescription?: string;
  readonly SchedulingEligibility: string;
  readonly DrainStrategy: DrainStrategy | null;
  readonly LastDrain: Record<string, unknown> | null;
  readonly Attributes: Readonly<Record<string, string>>;
  readonly Meta: Readonly<Record<string, string>>;
  /** MHz */
  readonly cpu: number;
  readonly memoryMb: number;
  readonly diskMb: number;
  readonly drivers: readonly string[];
  readonly Events: readonly NodeEvent[];
  readonly lastAllocUpdateIndex?: number;
  readonly lastMissedHeartbeatIndex?: number;
  readonly StatusUpdatedAt: number;
  readonly CreateIndex: number;
  readonly ModifyIndex: number;
}

export interface NamespaceRecord {
  readonly Name: string;
  readonly Description: string;
  readonly Meta: Record<string, string> | null;
  readonly Capabilities?: unknown;
  readonly CreateIndex: number;
  readonly ModifyIndex: number;
}

export interface ScalingEvent {
  readonly Time: number;
  readonly Count: number | null;
  readonly PreviousCount: number;
  readonly Message: string;
  readonly Error: boolean;
  readonly Meta: unknown;
  readonly EvalID: string | null;
  readonly CreateIndex: number;
}

/** The source of one job version. */
export interface SubmissionRecord extends JobSubmission {
  readonly Version: number;
}

/** Key of a job in every map: namespace and id, which may hold any character but a NUL. */
export function jobKey(namespace: string, id: string): string {
  return `${namespace}\0${id}`;
}

export function keyOf(record: { readonly Namespace?: string; readonly JobID: string }): string {
  return jobKey(record.Namespace ?? 'default', record.JobID);
}

export function namespaceOf(record: { readonly Namespace?: string }): string {
  return record.Namespace ?? 'default';
}

export function isClientTerminal(allocation: AllocationRecord): boolean {
  return ['complete', 'failed', 'lost'].includes(allocation.ClientStatus);
}

/** True once the server or the client is done with it. */
export function isTerminal(allocation: AllocationRecord): boolean {
  return allocation.DesiredStatus !== 'run' || isClientTerminal(allocation);
}

export function isOpenEvaluation(evaluation: EvaluationRecord): boolean {
  return evaluation.Status === 'pending' || evaluation.Status === 'blocked';
}

const activeDeployment = new Set(['running', 'paused', 'blocked', 'unblocking', 'pending', 'initializing']);

export function isActiveDeployment(deployment: { readonly Status: string }): boolean {
  return activeDeployment.has(deployment.Status);
}

/** A moment as Nomad writes it. */
export function wireTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** True for a job that is a template for dispatched children; false for the children. */
export function isParameterized(job: Job): boolean {
  return Boolean(job.ParameterizedJob) && job.Dispatched !== true;
}

/** True for a job of which nothing runs itself, only its children. */
export function isParent(job: Job): boolean {
  return isParameterized(job) || Boolean(job.Periodic);
}
