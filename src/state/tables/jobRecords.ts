import type { Job, JobStatusItem, JobStub, PeriodicConfig } from '../../nomad/types/job.ts';
import { jobKey, parseJobKey } from './keys.ts';
import type { ChildCounts, JobRecord } from './records.ts';
import { filled } from '../../base/filled.ts';
import { countIn, entriesIn, flagIn, millisecondsOf, objectsIn, present, textIn, textsIn } from './wire.ts';

type CommonFields = Pick<JobStub, 'ID' | 'Name' | 'Type' | 'Status' | 'ModifyIndex' | 'Stop' | 'Priority'> &
  Partial<Pick<JobStub, 'Namespace' | 'ParentID' | 'Datacenters' | 'NodePool' | 'SubmitTime' | 'StatusDescription'>>;

/** What every shape of a job says. */
function common(job: CommonFields) {
  const id = textIn(job.ID);
  const key = jobKey(filled(job.Namespace), id);
  return {
    key,
    id,
    namespace: parseJobKey(key).namespace,
    name: filled(job.Name) ?? id,
    type: textIn(job.Type),
    status: textIn(job.Status),
    stop: flagIn(job.Stop),
    priority: countIn(job.Priority),
    datacenters: textsIn(job.Datacenters),
    modifyIndex: countIn(job.ModifyIndex),
    ...present({
      parentId: filled(job.ParentID),
      nodePool: filled(job.NodePool),
      submitTimeMs: millisecondsOf(job.SubmitTime),
      statusDescription: filled(job.StatusDescription),
    }),
  };
}

/** A whole job, as read alone or from an event. */
export function jobRecord(job: Job): JobRecord {
  const groups = objectsIn(job.TaskGroups).map((group) => ({
    name: textIn(group.Name),
    count: countIn(group.Count),
    tasks: objectsIn(group.Tasks).map((task) => textIn(task.Name)),
  }));
  return {
    ...common(job),
    version: countIn(job.Version),
    // A periodic job that is switched off still counts as periodic: Nomad makes no evaluation for it and lists it as
    // one.
    periodic: isObject(job.Periodic),
    // A run of a parameterized job keeps the block of its parent.
    parameterized: isObject(job.ParameterizedJob) && job.Dispatched !== true,
    jobModifyIndex: countIn(job.JobModifyIndex),
    count: groups.reduce((sum, group) => sum + group.count, 0),
    groups,
    ...present({
      periodicEnabled: isObject(job.Periodic) ? job.Periodic.Enabled !== false : undefined,
      periodicSpec: cronOf(job.Periodic),
    }),
  };
}

/** A row of `GET /v1/jobs`. */
export function jobFromStub(stub: JobStub): JobRecord {
  return {
    ...common(stub),
    periodic: flagIn(stub.Periodic),
    parameterized: flagIn(stub.ParameterizedJob),
    jobModifyIndex: countIn(stub.JobModifyIndex),
    ...present({
      children: stub.Periodic || stub.ParameterizedJob ? childrenOf(stub) : undefined,
      // A specification that was never changed is of the first version; the list has no number for the others.
      version: stub.CreateIndex > 0 && stub.CreateIndex === stub.JobModifyIndex ? 0 : undefined,
      summary: summaryOf(stub),
    }),
  };
}

/**
 * An item of `GET /v1/jobs/statuses`. It says that a job has runs but not of what kind it is, so that is taken from
 * `known`.
 */
export function jobFromStatusItem(item: JobStatusItem, known: JobRecord | undefined): JobRecord {
  const parent = item.ChildStatuses !== null && item.ChildStatuses !== undefined;
  return {
    ...common(item),
    version: countIn(item.Version),
    periodic: parent && known?.periodic === true,
    parameterized: parent && known?.parameterized === true,
    count: countIn(item.GroupCountSum),
    ...present({ children: parent ? countStatuses(item.ChildStatuses ?? []) : undefined }),
  };
}

function childrenOf(stub: JobStub): ChildCounts {
  const { Pending, Running, Dead } = stub.JobSummary?.Children ?? {};
  return { pending: countIn(Pending), running: countIn(Running), dead: countIn(Dead) };
}

function summaryOf(stub: JobStub): JobRecord['summary'] {
  const summary = stub.JobSummary?.Summary;
  return isObject(summary) ? Object.fromEntries(entriesIn(summary)) : undefined;
}

function countStatuses(wire: readonly string[]): ChildCounts {
  const statuses = textsIn(wire);
  const count = (status: string) => statuses.filter((other) => other === status).length;
  return { pending: count('pending'), running: count('running'), dead: count('dead') };
}

function cronOf(periodic: PeriodicConfig | null | undefined): readonly string[] | undefined {
  if (!isObject(periodic)) return undefined;
  const specs = [textIn(periodic.Spec), ...textsIn(periodic.Specs)].filter((spec) => spec !== '');
  return specs.length > 0 ? specs : undefined;
}

function isObject<T>(value: T | null | undefined): value is T {
  return typeof value === 'object' && value !== null;
}
