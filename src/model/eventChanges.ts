import type { Allocation } from '../nomad/types/allocation.ts';
import type { EventBatch, NomadEvent } from '../nomad/types/event.ts';
import type { Job } from '../nomad/types/job.ts';
import { allocationRecord } from './allocationRecords.ts';
import { Changes } from './changes.ts';
import type { ChangeSet } from './changes.ts';
import { deploymentRecord } from './deploymentRecords.ts';
import { jobRecord } from './jobRecords.ts';
import { jobKey } from './keys.ts';
import type { JobKey } from './keys.ts';
import type { Store } from './store.ts';

/** What an event can't say by itself, so that it has to be asked for. */
export interface EventQuestions {
  /** A job was stopped or removed; older agents don't say which. `index` is that of the event. */
  jobMayBeGone(job: JobKey, index: number): void;
  /** The runs of a periodic or parameterized job changed, so their numbers did. */
  runsChanged(parent: JobKey): void;
  /** An allocation of a job changed whose others are not known. */
  allocationsUnknown(job: JobKey): void;
}

export interface EventContext {
  readonly store: Store;
  readonly questions: EventQuestions;
  /** Whether allocations of jobs that aren't listed are of interest. */
  readonly allAllocations: boolean;
}

/** Brings one line of the event stream into the store. The payload is the new state, whatever the type says. */
export function applyBatch(batch: EventBatch, context: EventContext): ChangeSet {
  const changes = new Changes();
  for (const event of batch.Events) changes.add(applyEvent(event, context));
  return changes;
}

const nothing: ChangeSet = new Changes();

function applyEvent(event: NomadEvent, context: EventContext): ChangeSet {
  const { store } = context;
  const payload = event.Payload;
  if (payload === null) return nothing;
  switch (event.Topic) {
    case 'Job':
      return payload.Job === undefined ? nothing : applyJob(event, payload.Job, payload.Deleted === true, context);
    case 'Allocation':
      return payload.Allocation === undefined ? nothing : applyAllocation(event, payload.Allocation, context);
    case 'Deployment':
      return payload.Deployment === undefined ? nothing : store.applyDeployment(deploymentRecord(payload.Deployment));
    case 'Evaluation':
      return payload.Evaluation === undefined ? nothing : store.applyEvaluation(payload.Evaluation);
    default:
      return nothing;
  }
}

function applyJob(event: NomadEvent, job: Job, deleted: boolean, context: EventContext): ChangeSet {
  const { store, questions } = context;
  const key = jobKey(job.Namespace ?? event.Namespace, job.ID);
  if (deleted) {
    if (job.ParentID !== undefined && job.ParentID !== '') questions.runsChanged(jobKey(job.Namespace, job.ParentID));
    return store.removeJob(key, event.Index);
  }
  const known = store.jobs.get(key);
  if (event.Type === 'JobDeregistered' || event.Type === 'JobBatchDeregistered') {
    questions.jobMayBeGone(key, event.Index);
    if (known === undefined) return nothing;
  }
  const record = jobRecord(job);
  const changes = store.applyJob(record);
  // Whoever sees a job being made sees all of its allocations.
  if (known === undefined && job.Version === 0 && job.CreateIndex === job.ModifyIndex) store.setComplete(key);
  if (record.parentId !== undefined) questions.runsChanged(jobKey(record.namespace, record.parentId));
  return changes;
}

function applyAllocation(event: NomadEvent, allocation: Allocation, context: EventContext): ChangeSet {
  const { store, questions } = context;
  if (allocation.JobID === undefined) return nothing;
  const key = jobKey(allocation.Namespace ?? event.Namespace, allocation.JobID);
  const wanted = store.jobs.has(key) || store.allocations.has(allocation.ID) || context.allAllocations;
  if (!wanted) return nothing;
  if (store.jobs.has(key) && !store.hasAllAllocations(key)) questions.allocationsUnknown(key);
  return store.applyAllocation(allocationRecord(allocation, versionOf(event, allocation, key, store)));
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
