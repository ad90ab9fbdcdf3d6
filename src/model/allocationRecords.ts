import type { Allocation, AllocationStub, TaskEvent, TaskState } from '../nomad/types/allocation.ts';
import type { JobStatusAllocation } from '../nomad/types/job.ts';
import { jobKey, parseJobKey } from './keys.ts';
import type { AllocationRecord, JobRecord, TaskRecord } from './records.ts';
import { clean, millisecondsOf, present, textOf, timeOf } from './wire.ts';

/** A row of a list of allocations. */
export function allocationFromStub(stub: AllocationStub): AllocationRecord {
  return fromFields(stub, stub.JobVersion, false);
}

/**
 * A whole allocation, as read alone or from an event; what Nomad left out is zero.
 *
 * @param jobVersion events don't carry it, so whoever knows the job has to say
 */
export function allocationRecord(allocation: Allocation, jobVersion: number): AllocationRecord {
  return fromFields(allocation, allocation.Job?.Version ?? allocation.JobVersion ?? jobVersion, true);
}

/** The summary of an allocation that comes with its job. */
export function allocationFromSummary(summary: JobStatusAllocation, job: JobRecord): AllocationRecord {
  return {
    id: summary.ID,
    jobKey: job.key,
    namespace: job.namespace,
    jobId: job.id,
    group: summary.Group,
    nodeId: summary.NodeID,
    jobVersion: summary.JobVersion,
    clientStatus: summary.ClientStatus,
    canary: summary.DeploymentStatus?.Canary ?? false,
    healthy: summary.DeploymentStatus?.Healthy ?? null,
    paused: summary.HasPausedTask ?? false,
    modifyIndex: 0,
    ...present({ followupEvalId: textOf(summary.FollowupEvalID) }),
  };
}

type WireFields = { readonly [Name in keyof AllocationStub]?: AllocationStub[Name] | undefined } & {
  readonly ID: string;
  readonly DeploymentID?: string | undefined;
};

function fromFields(wire: WireFields, jobVersion: number, whole: boolean): AllocationRecord {
  const key = jobKey(wire.Namespace, wire.JobID ?? '');
  const tasks = wire.TaskStates ? taskRecords(wire.TaskStates) : whole ? [] : undefined;
  return {
    id: wire.ID,
    jobKey: key,
    namespace: parseJobKey(key).namespace,
    jobId: wire.JobID ?? '',
    group: wire.TaskGroup ?? '',
    nodeId: wire.NodeID ?? '',
    jobVersion,
    desiredStatus: wire.DesiredStatus ?? 'run',
    desiredDescription: clean(wire.DesiredDescription ?? ''),
    clientStatus: wire.ClientStatus ?? 'pending',
    clientDescription: clean(wire.ClientDescription ?? ''),
    canary: wire.DeploymentStatus?.Canary ?? false,
    healthy: wire.DeploymentStatus?.Healthy ?? null,
    modifyIndex: wire.ModifyIndex ?? 0,
    ...present({
      name: textOf(wire.Name),
      index: indexOf(wire.Name),
      nodeName: textOf(wire.NodeName),
      deploymentId: textOf(wire.DeploymentID),
      nextAllocation: textOf(wire.NextAllocation),
      followupEvalId: textOf(wire.FollowupEvalID),
      tasks,
      paused: tasks === undefined ? undefined : tasks.some((task) => task.paused === true),
      createTimeMs: millisecondsOf(wire.CreateTime),
      modifyTimeMs: millisecondsOf(wire.ModifyTime),
      createIndex: wire.CreateIndex,
    }),
  };
}

/** `2` of `web.app[2]`. */
function indexOf(name: string | undefined): number | undefined {
  const digits = /\[(\d+)\]$/.exec(name ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function taskRecords(states: Record<string, TaskState>): readonly TaskRecord[] {
  return Object.entries(states)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, state]) => taskRecord(name, state));
}

function taskRecord(name: string, state: TaskState): TaskRecord {
  const events = state.Events ?? [];
  const last = events.at(-1);
  const ended = events.findLast((event) => event.Type === 'Terminated');
  return {
    name,
    state: state.State,
    failed: state.Failed,
    restarts: state.Restarts,
    ...present({
      startedAtMs: timeOf(state.StartedAt),
      finishedAtMs: timeOf(state.FinishedAt),
      lastEvent: last === undefined ? undefined : eventRecord(last),
      exitCode: exitCodeOf(ended),
      oomKilled: ended?.Details?.['oom_killed'] === 'true' ? true : undefined,
      paused: state.Paused === 'force_pause' || state.Paused === 'scheduled_pause' ? true : undefined,
    }),
  };
}

function eventRecord(event: TaskEvent) {
  return { type: event.Type, message: clean(event.DisplayMessage ?? ''), timeMs: millisecondsOf(event.Time) ?? 0 };
}

function exitCodeOf(event: TaskEvent | undefined): number | undefined {
  const text = event?.Details?.['exit_code'];
  if (text === undefined || !/^-?\d+$/.test(text)) return undefined;
  return Number(text);
}
