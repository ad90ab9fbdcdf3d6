import type { Allocation, AllocationStub, TaskEvent, TaskState } from '../../nomad/types/allocation.ts';
import type { JobStatusAllocation } from '../../nomad/types/job.ts';
import { reschedulesIn } from './crashLoop.ts';
import { jobKey, parseJobKey } from './keys.ts';
import type { AllocationRecord, JobRecord, TaskEventRecord, TaskRecord } from './records.ts';
import { exitCodeOf, storyOf } from './taskCause.ts';
import { filled } from '../../base/filled.ts';
import {
  clean,
  countIn,
  entriesIn,
  flagIn,
  millisecondsOf,
  objectsIn,
  present,
  textIn,
  timeOf,
  withoutSecrets,
} from './wire.ts';

/** A row of a list of allocations. */
export function allocationFromStub(stub: AllocationStub): AllocationRecord {
  return fromFields(stub, stub.JobVersion, false);
}

/**
 * A whole allocation, as read alone or from an event; what Nomad left out is zero.
 *
 * @param jobVersion events don't have it, so the caller gives the one of the job
 */
export function allocationRecord(allocation: Allocation, jobVersion: number): AllocationRecord {
  return fromFields(allocation, allocation.Job?.Version ?? allocation.JobVersion ?? jobVersion, true);
}

/** The summary of an allocation that comes with its job. */
export function allocationFromSummary(summary: JobStatusAllocation, job: JobRecord): AllocationRecord {
  return {
    id: textIn(summary.ID),
    jobKey: job.key,
    namespace: job.namespace,
    jobId: job.id,
    group: textIn(summary.Group),
    nodeId: textIn(summary.NodeID),
    jobVersion: countIn(summary.JobVersion),
    clientStatus: filled(summary.ClientStatus) ?? 'pending',
    canary: summary.DeploymentStatus?.Canary ?? false,
    healthy: summary.DeploymentStatus?.Healthy ?? null,
    paused: summary.HasPausedTask ?? false,
    modifyIndex: 0,
    ...present({ followupEvalId: filled(summary.FollowupEvalID) }),
  };
}

type WireFields = { readonly [Name in keyof AllocationStub]?: AllocationStub[Name] | undefined } & {
  readonly ID: string;
  readonly DeploymentID?: string | undefined;
};

function fromFields(wire: WireFields, jobVersion: number, whole: boolean): AllocationRecord {
  const jobId = textIn(wire.JobID);
  const key = jobKey(filled(wire.Namespace), jobId);
  const tasks = wire.TaskStates ? taskRecords(wire.TaskStates) : whole ? [] : undefined;
  return {
    id: textIn(wire.ID),
    jobKey: key,
    namespace: parseJobKey(key).namespace,
    jobId,
    group: textIn(wire.TaskGroup),
    nodeId: textIn(wire.NodeID),
    jobVersion: countIn(jobVersion),
    desiredStatus: filled(wire.DesiredStatus) ?? 'run',
    desiredDescription: clean(wire.DesiredDescription ?? ''),
    clientStatus: filled(wire.ClientStatus) ?? 'pending',
    clientDescription: clean(wire.ClientDescription ?? ''),
    canary: wire.DeploymentStatus?.Canary ?? false,
    healthy: wire.DeploymentStatus?.Healthy ?? null,
    modifyIndex: countIn(wire.ModifyIndex),
    ...present({
      name: filled(wire.Name),
      index: indexOf(wire.Name),
      nodeName: filled(wire.NodeName),
      deploymentId: filled(wire.DeploymentID),
      nextAllocation: filled(wire.NextAllocation),
      followupEvalId: filled(wire.FollowupEvalID),
      rescheduled: reschedulesIn(wire.RescheduleTracker),
      tasks,
      paused: tasks === undefined ? undefined : tasks.some((task) => task.paused === true),
      createTimeMs: millisecondsOf(wire.CreateTime),
      modifyTimeMs: millisecondsOf(wire.ModifyTime),
      createIndex: wire.CreateIndex === undefined ? undefined : countIn(wire.CreateIndex),
    }),
  };
}

/** `2` of `web.app[2]`. */
function indexOf(name: unknown): number | undefined {
  const digits = /\[(\d{1,9})\]$/.exec(textIn(name))?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function taskRecords(states: Record<string, TaskState | null>): readonly TaskRecord[] {
  return entriesIn(states).map(([name, state]) => taskRecord(name, state));
}

function taskRecord(name: string, state: TaskState): TaskRecord {
  const events = objectsIn(state.Events);
  const last = events.at(-1);
  const ended = events.findLast((event) => event.Type === 'Terminated');
  const restarts = countIn(state.Restarts);
  return {
    name,
    state: filled(state.State) ?? 'pending',
    failed: flagIn(state.Failed),
    restarts,
    ...present({
      startedAtMs: timeOf(state.StartedAt),
      finishedAtMs: timeOf(state.FinishedAt),
      lastEvent: last === undefined ? undefined : eventRecord(last),
      exitCode: exitCodeOf(ended),
      paused: state.Paused === 'force_pause' || state.Paused === 'scheduled_pause' ? true : undefined,
    }),
    ...storyOf(events, restarts),
  };
}

function eventRecord(event: TaskEvent): TaskEventRecord {
  const timeMs = millisecondsOf(event.Time) ?? 0;
  return { type: clean(event.Type), message: withoutSecrets(clean(event.DisplayMessage ?? '')), timeMs };
}
