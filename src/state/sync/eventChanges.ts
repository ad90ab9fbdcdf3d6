import { placeOfFault } from '../../base/log.ts';
import type { Allocation } from '../../nomad/types/allocation.ts';
import type { EventBatch, NomadEvent } from '../../nomad/types/event.ts';
import type { Job } from '../../nomad/types/job.ts';
import { allocationRecord } from '../tables/allocationRecords.ts';
import { Changes } from '../tables/changes.ts';
import type { ChangeSet } from '../tables/changes.ts';
import { deploymentRecord } from '../tables/deploymentRecords.ts';
import { jobRecord } from '../tables/jobRecords.ts';
import { jobKey } from '../tables/keys.ts';
import type { JobKey } from '../tables/keys.ts';
import type { Store } from '../tables/store.ts';

/** What an event leaves open and the server has to be asked for. */
export interface EventQuestions {
  /** A job was stopped or removed; older agents don't say which. */
  jobMayBeGone(job: JobKey): void;
  /** The runs of a periodic or parameterized job changed, so their numbers did. */
  runsChanged(parent: JobKey): void;
  /** An allocation of a job changed whose others are not known, or which itself is not listed yet. */
  allocationsUnknown(job: JobKey): void;
  /** A job that has runs was removed; Nomad leaves them. */
  runsLeft(parent: JobKey): void;
  /** An event can't be understood, so that its object is to be read. */
  unreadable(event: Partial<NomadEvent> | null, reason: string): void;
}

export interface EventContext {
  readonly store: Store;
  readonly questions: EventQuestions;
  /** Whether allocations of jobs that aren't listed are of interest. */
  readonly allAllocations: boolean;
  /** That of the last list of jobs. */
  readonly listIndex: number;
  /** Not all pages of the list are read, so a job that isn't known may be there all the same. */
  readonly isPartial: boolean;
}

/**
 * Brings one line of the event stream into the store. The payload is the new state, whatever the type says. An event
 * that can't be understood is left out and asked about; the others of its line count all the same.
 */
export function applyBatch(batch: EventBatch, context: EventContext): ChangeSet {
  const changes = new Changes();
  for (const event of batch.Events) {
    try {
      changes.add(applyEvent(event, batch.Index, context));
    } catch (error) {
      // An incomplete event is logged in a few words; anything else is a fault of ours and is logged with its stack.
      const reason = error instanceof IncompleteEvent ? error.message : placeOfFault(error);
      context.questions.unreadable(event, reason);
    }
  }
  return changes;
}

const nothing: ChangeSet = new Changes();

function applyEvent(event: NomadEvent, index: number, context: EventContext): ChangeSet {
  const { store, questions } = context;
  const payload = event.Payload;
  if (payload === null) return nothing;
  switch (event.Topic) {
    case 'Job':
      return applyJob(event, index, whole(payload.Job, 'ID', 'Type', 'Status', 'Version', 'ModifyIndex'), context);
    case 'Allocation':
      return applyAllocation(event, whole(payload.Allocation, 'ID', 'JobID', 'ModifyIndex'), context);
    case 'Deployment':
      return store.apply(
        'deployments',
        deploymentRecord(whole(payload.Deployment, 'ID', 'JobID', 'Status', 'JobVersion', 'ModifyIndex')),
      );
    case 'Evaluation': {
      const evaluation = whole(payload.Evaluation, 'ID', 'Status', 'ModifyIndex');
      // For a purge, older agents send nothing but its evaluation.
      if (evaluation.TriggeredBy === 'job-deregister' && evaluation.JobID !== undefined) {
        questions.jobMayBeGone(jobKey(evaluation.Namespace, evaluation.JobID));
      }
      return store.apply('blocked', evaluation);
    }
    default:
      return nothing;
  }
}

const numbers: ReadonlySet<string> = new Set(['ModifyIndex', 'Version', 'JobVersion']);

/** What an event lacks, as the end of a sentence about it. */
class IncompleteEvent extends Error {
  override readonly name = 'IncompleteEvent';
}

/** The object of a payload, if it has the fields without which it can't be told from others, or newer from older. */
function whole<T extends object>(object: T | null | undefined, ...fields: readonly (keyof T & string)[]): T {
  if (typeof object !== 'object' || object === null) throw new IncompleteEvent('it has no payload');
  for (const field of fields) {
    const value: unknown = object[field];
    const good = numbers.has(field) ? Number.isSafeInteger(value) : typeof value === 'string' && value !== '';
    if (!good) throw new IncompleteEvent(`it has no ${field} that can be read`);
  }
  return object;
}

function applyJob(event: NomadEvent, index: number, job: Job, context: EventContext): ChangeSet {
  const { store, questions, listIndex } = context;
  const key = jobKey(job.Namespace ?? event.Namespace, job.ID);
  const known = store.jobs.get(key);
  if (event.Payload?.Deleted === true) {
    if (job.ParentID !== undefined && job.ParentID !== '') questions.runsChanged(jobKey(job.Namespace, job.ParentID));
    if (known?.periodic === true || known?.parameterized === true) questions.runsLeft(key);
    return store.remove('jobs', key, index);
  }
  if (event.Type === 'JobDeregistered' || event.Type === 'JobBatchDeregistered') {
    questions.jobMayBeGone(key);
    if (known === undefined) return nothing;
  }
  const record = jobRecord(job);
  // What a stream repeats of a time before the list can't bring back what the list no longer has.
  if (known === undefined && index <= listIndex && record.parentId === undefined) return nothing;
  const changes = store.apply('jobs', record);
  // Whoever sees a job being made sees all of its allocations.
  if (known === undefined && job.Version === 0 && job.CreateIndex === job.ModifyIndex) store.setComplete(key);
  if (record.parentId !== undefined) questions.runsChanged(jobKey(record.namespace, record.parentId));
  return changes;
}

function applyAllocation(event: NomadEvent, allocation: Allocation, context: EventContext): ChangeSet {
  const { store, questions } = context;
  const key = jobKey(allocation.Namespace ?? event.Namespace, allocation.JobID ?? '');
  const wanted = store.jobs.has(key) || store.allocations.has(allocation.ID) || context.allAllocations;
  if (!wanted) {
    if (context.isPartial) questions.allocationsUnknown(key);
    return nothing;
  }
  if (store.jobs.has(key) && !store.hasAllAllocations(key)) questions.allocationsUnknown(key);
  return store.apply('allocations', allocationRecord(allocation, versionOf(event, allocation, key, store)));
}

/**
 * Events carry no job with an allocation. Its deployment knows the version; without one, the scheduler has just placed
 * or updated it for the job as it is now, or it is of the version that it was before.
 */
function versionOf(event: NomadEvent, allocation: Allocation, key: JobKey, store: Store): number {
  const known = store.allocations.get(allocation.ID);
  const deployment = allocation.DeploymentID === undefined ? undefined : store.deployments.get(allocation.DeploymentID);
  if (deployment !== undefined) return deployment.jobVersion;
  const current = store.jobs.get(key)?.version;
  if (known === undefined) return current ?? 0;
  const placed = event.Type === 'PlanResult' && allocation.DesiredStatus === 'run';
  return placed ? (current ?? known.jobVersion) : known.jobVersion;
}
