import type { Deployment } from '../../../src/nomad/types/deployment.ts';
import type { Job, JobStub, JobSummary } from '../../../src/nomad/types/job.ts';
import { type AllocationRecord, type EvaluationRecord, isParameterized, namespaceOf } from './records.ts';

/** How records look on the wire: the lists' short form ("stub") and the whole object ("body"). */

/** Nomad leaves the zero fields of evaluations and allocations out. */
function omitEmpty(object: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(object)) {
    if (value === undefined || value === null || value === '' || value === 0 || value === false) continue;
    if (Array.isArray(value) && value.length === 0) continue;
    kept[name] = value;
  }
  return kept;
}

/** A copy that lacks one field. */
export function without(object: Record<string, unknown>, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}

export function jobBody(job: Job): Job {
  return job;
}

export function jobStub(
  job: Job,
  summary: JobSummary | undefined,
  withMeta: boolean,
): JobStub & Record<string, unknown> {
  return {
    ID: job.ID,
    ParentID: job.ParentID ?? '',
    Name: job.Name,
    Namespace: namespaceOf(job),
    Datacenters: job.Datacenters ?? null,
    NodePool: job.NodePool ?? 'default',
    Multiregion: null,
    Type: job.Type,
    Priority: job.Priority,
    Periodic: Boolean(job.Periodic),
    ParameterizedJob: isParameterized(job),
    Stop: job.Stop,
    Status: job.Status,
    StatusDescription: job.StatusDescription ?? '',
    JobSummary: summary ?? null,
    CreateIndex: job.CreateIndex,
    ModifyIndex: job.ModifyIndex,
    JobModifyIndex: job.JobModifyIndex,
    SubmitTime: job.SubmitTime ?? 0,
    ...(withMeta ? { Meta: job.Meta ?? null } : {}),
  };
}

export interface StubOptions {
  readonly taskStates: boolean;
  readonly resources: boolean;
}

function transitionBody(transition: AllocationRecord['DesiredTransition']): Record<string, boolean | null> {
  return {
    Migrate: transition.Migrate ?? null,
    Reschedule: transition.Reschedule ?? null,
    ForceReschedule: transition.ForceReschedule ?? null,
    NoShutdownDelay: transition.NoShutdownDelay ?? null,
    MigrateDisablePlacement: null,
  };
}

export function allocationStub(allocation: AllocationRecord, options: StubOptions): Record<string, unknown> {
  const { DesiredTransition: transition } = allocation;
  return {
    ID: allocation.ID,
    EvalID: allocation.EvalID,
    Name: allocation.Name,
    Namespace: allocation.Namespace,
    NodeID: allocation.NodeID,
    NodeName: allocation.NodeName,
    JobID: allocation.JobID,
    JobType: allocation.Job.Type,
    JobVersion: allocation.Job.Version,
    TaskGroup: allocation.TaskGroup,
    ...(options.resources ? { AllocatedResources: allocation.AllocatedResources } : {}),
    DesiredStatus: allocation.DesiredStatus,
    DesiredDescription: allocation.DesiredDescription,
    ClientStatus: allocation.ClientStatus,
    ClientDescription: allocation.ClientDescription,
    DesiredTransition: transitionBody(transition),
    TaskStates: options.taskStates ? allocation.TaskStates : null,
    DeploymentStatus: allocation.DeploymentStatus,
    FollowupEvalID: allocation.FollowupEvalID,
    NextAllocation: allocation.NextAllocation,
    RescheduleTracker: allocation.RescheduleTracker,
    PreemptedAllocations: null,
    PreemptedByAllocation: '',
    CreateIndex: allocation.CreateIndex,
    ModifyIndex: allocation.ModifyIndex,
    CreateTime: allocation.CreateTime,
    ModifyTime: allocation.ModifyTime,
  };
}

interface LegacyAmounts {
  readonly CPU: number;
  readonly MemoryMB: number;
  readonly DiskMB: number;
}

function legacy({ CPU, MemoryMB, DiskMB }: LegacyAmounts): Record<string, unknown> {
  const amounts = { CPU, Cores: 0, MemoryMB, MemoryMaxMB: 0, DiskMB, IOPS: 0, SecretsMB: 0 };
  return { ...amounts, Networks: null, Devices: null, NUMA: null };
}

/** The older forms of what an allocation holds, which are still sent. */
function legacyResources(job: Job, groupName: string): Record<string, unknown> {
  const group = job.TaskGroups?.find(({ Name }) => Name === groupName);
  const disk = (group?.EphemeralDisk as { SizeMB?: number } | null | undefined)?.SizeMB ?? 0;
  const total = { CPU: 0, MemoryMB: 0, DiskMB: disk };
  const TaskResources: Record<string, unknown> = {};
  for (const task of group?.Tasks ?? []) {
    const CPU = Number(task.Resources?.['CPU'] ?? 0);
    const MemoryMB = Number(task.Resources?.['MemoryMB'] ?? 0);
    TaskResources[task.Name] = legacy({ CPU, MemoryMB, DiskMB: 0 });
    total.CPU += CPU;
    total.MemoryMB += MemoryMB;
  }
  return {
    Resources: legacy(total),
    SharedResources: legacy({ CPU: 0, MemoryMB: 0, DiskMB: disk }),
    TaskResources,
  };
}

/** Of the key that workload identities would be signed with. */
const signingKeyId = '7d0c8e55-5f0b-4c8e-9f25-6a3b1c2d4e5f';

export function allocationBody(
  allocation: AllocationRecord,
  withJob: boolean,
): Record<string, unknown> & { ID: string } {
  const { Job: job, DesiredTransition: transition, ...fields } = allocation;
  const body = without({ ...fields }, 'hollow');
  if (Object.keys(transition).length > 0) body['DesiredTransition'] = transitionBody(transition);
  if (withJob) body['Job'] = jobBody(job);
  body['SigningKeyID'] = signingKeyId;
  // The client's part, which it has not told yet of a new one.
  if (allocation.TaskStates !== null)
    body['NetworkStatus'] = { InterfaceName: '', Address: '', AddressIPv6: '', DNS: null };
  Object.assign(body, legacyResources(job, allocation.TaskGroup));
  return { ...omitEmpty(body), ID: allocation.ID };
}

export function evaluationBody(evaluation: EvaluationRecord): EvaluationRecord {
  return omitEmpty({ ...evaluation }) as unknown as EvaluationRecord;
}

export function evaluationStub(evaluation: EvaluationRecord): Record<string, unknown> {
  return {
    ID: evaluation.ID,
    Namespace: evaluation.Namespace,
    Priority: evaluation.Priority,
    Type: evaluation.Type,
    TriggeredBy: evaluation.TriggeredBy,
    JobID: evaluation.JobID,
    NodeID: evaluation.NodeID ?? '',
    DeploymentID: evaluation.DeploymentID ?? '',
    Status: evaluation.Status,
    StatusDescription: evaluation.StatusDescription ?? '',
    WaitUntil: evaluation.WaitUntil ?? null,
    NextEval: evaluation.NextEval ?? '',
    PreviousEval: evaluation.PreviousEval ?? '',
    BlockedEval: evaluation.BlockedEval ?? '',
    CreateIndex: evaluation.CreateIndex,
    ModifyIndex: evaluation.ModifyIndex,
    CreateTime: evaluation.CreateTime ?? 0,
    ModifyTime: evaluation.ModifyTime ?? 0,
  };
}

/** The fields that every write's answer repeats. */
export function writeMeta(index: number): Record<string, unknown> {
  return { Index: index, LastContact: 0, KnownLeader: false, NextToken: '' };
}

/** True when a running deployment still waits for its canaries to be promoted. */
export function requiresPromotion(deployment: Deployment): boolean {
  if (deployment.Status !== 'running') return false;
  return Object.values(deployment.TaskGroups ?? {}).some((group) => group.DesiredCanaries > 0 && !group.Promoted);
}

/** True when every group with canaries is promoted without being asked. */
export function allAutoPromote(deployment: Deployment): boolean {
  if (deployment.Status !== 'running') return false;
  return Object.values(deployment.TaskGroups ?? {}).every(
    (group) => group.DesiredCanaries === 0 || group.AutoPromote === true,
  );
}
