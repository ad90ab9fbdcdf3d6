import type { Job, JobStatusItem, JobStub, PeriodicConfig } from '../nomad/types/job.ts';
import { jobKey, parseJobKey } from './keys.ts';
import type { ChildCounts, JobRecord } from './records.ts';
import { millisecondsOf, present, textOf } from './wire.ts';

type CommonFields = Pick<JobStub, 'ID' | 'Name' | 'Type' | 'Status' | 'ModifyIndex' | 'Stop' | 'Priority'> &
  Partial<Pick<JobStub, 'Namespace' | 'ParentID' | 'Datacenters' | 'NodePool' | 'SubmitTime' | 'StatusDescription'>>;

/** What every shape of a job says. */
function common(job: CommonFields) {
  const key = jobKey(job.Namespace, job.ID);
  return {
    key,
    id: job.ID,
    namespace: parseJobKey(key).namespace,
    name: textOf(job.Name) ?? job.ID,
    type: job.Type,
    status: job.Status,
    stop: job.Stop,
    priority: job.Priority,
    datacenters: job.Datacenters ?? [],
    modifyIndex: job.ModifyIndex,
    ...present({
      parentId: textOf(job.ParentID),
      nodePool: textOf(job.NodePool),
      submitTimeMs: millisecondsOf(job.SubmitTime),
      statusDescription: job.StatusDescription,
    }),
  };
}

/** A whole job, as read alone or from an event. */
export function jobRecord(job: Job): JobRecord {
  const groups = (job.TaskGroups ?? []).map((group) => ({
    name: group.Name,
    count: group.Count,
    tasks: (group.Tasks ?? []).map((task) => task.Name),
  }));
  return {
    ...common(job),
    version: job.Version,
    periodic: isObject(job.Periodic) && job.Periodic.Enabled !== false,
    // A run of a parameterized job keeps the block of its parent.
    parameterized: isObject(job.ParameterizedJob) && job.Dispatched !== true,
    jobModifyIndex: job.JobModifyIndex,
    count: groups.reduce((sum, group) => sum + group.count, 0),
    groups,
    ...present({ periodicSpec: cronOf(job.Periodic) }),
  };
}

/** A row of `GET /v1/jobs`. */
export function jobFromStub(stub: JobStub): JobRecord {
  return {
    ...common(stub),
    periodic: stub.Periodic,
    parameterized: stub.ParameterizedJob,
    jobModifyIndex: stub.JobModifyIndex,
    ...present({
      children: stub.Periodic || stub.ParameterizedJob ? childrenOf(stub) : undefined,
      summary: stub.JobSummary?.Summary ?? undefined,
    }),
  };
}

/**
 * An item of `GET /v1/jobs/statuses`. It says that a job has runs but not why, so that is taken from what is `known`.
 */
export function jobFromStatusItem(item: JobStatusItem, known: JobRecord | undefined): JobRecord {
  const parent = item.ChildStatuses !== null && item.ChildStatuses !== undefined;
  return {
    ...common(item),
    version: item.Version,
    periodic: parent && known?.periodic === true,
    parameterized: parent && known?.parameterized === true,
    count: item.GroupCountSum,
    ...present({ children: parent ? countStatuses(item.ChildStatuses ?? []) : undefined }),
  };
}

function childrenOf(stub: JobStub): ChildCounts {
  const { Pending = 0, Running = 0, Dead = 0 } = stub.JobSummary?.Children ?? {};
  return { pending: Pending, running: Running, dead: Dead };
}

function countStatuses(statuses: readonly string[]): ChildCounts {
  const count = (status: string) => statuses.filter((other) => other === status).length;
  return { pending: count('pending'), running: count('running'), dead: count('dead') };
}

function cronOf(periodic: PeriodicConfig | null | undefined): readonly string[] | undefined {
  if (!isObject(periodic)) return undefined;
  const specs = [periodic.Spec ?? '', ...(periodic.Specs ?? [])].filter((spec) => spec !== '');
  return specs.length > 0 ? specs : undefined;
}

function isObject<T>(value: T | null | undefined): value is T {
  return typeof value === 'object' && value !== null;
}
