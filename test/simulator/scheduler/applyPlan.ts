import type { Deployment } from '../../../src/nomad/types/deployment.ts';
import type { Job } from '../../../src/nomad/types/job.ts';
import {
  type AllocationRecord,
  type EvaluationRecord,
  emptyAllocation,
  isActiveDeployment,
  keyOf,
  wireTime,
} from '../state/records.ts';
import type { Random } from '../state/random.ts';
import type { Store } from '../state/store.ts';
import type { Transaction } from '../state/transaction.ts';
import type { Fitted } from './fitPlan.ts';
import type { Plan } from './plan.ts';
import { trackerAfter } from './reschedule.ts';
import { allocatedResources } from './resources.ts';

export interface ApplyInput {
  readonly store: Store;
  readonly random: Random;
  readonly evaluation: EvaluationRecord;
  readonly job: Job | undefined;
  readonly plan: Plan;
  readonly fitted: readonly Fitted[];
  /** The evaluations that replace failed allocations later, by allocation. */
  readonly followUps: ReadonlyMap<string, EvaluationRecord>;
}

/** False for an evaluation that only found out that all is well. */
export function hasChanges(plan: Plan, fitted: readonly Fitted[]): boolean {
  if (fitted.length > 0 || plan.deployment !== null || plan.deploymentUpdates.length > 0) return true;
  return plan.groups.some((group) => countChanges(group) > 0);
}

function countChanges({ stop, inPlace, delayed, disconnect, reconnect }: Plan['groups'][number]): number {
  return stop.length + inPlace.length + delayed.length + disconnect.length + reconnect.length;
}

/**
 * Applies a plan as one raft entry.
 *
 * @returns the id of the deployment that it belongs to, if any
 */
export function applyPlan(input: ApplyInput): string | undefined {
  const { store, evaluation, plan } = input;
  let deploymentId: string | undefined;
  store.apply('PlanResult', (tx) => {
    tx.putEvaluation(store.evaluations.get(evaluation.ID) ?? evaluation);
    for (const { deployment, status, description } of plan.deploymentUpdates) {
      const latest = store.deployments.get(deployment.ID) ?? deployment;
      tx.putDeployment({ ...latest, Status: status, StatusDescription: description });
      if (status === 'successful') markStable(tx, latest);
    }
    if (plan.deployment !== null) tx.putDeployment(plan.deployment);
    const latest = store.latestDeployment(keyOf(evaluation));
    const current = latest !== undefined && isActiveDeployment(latest) ? latest : undefined;
    deploymentId = latest?.ID;
    stopAllocations(tx, input);
    markAway(tx, input);
    updateInPlace(tx, input, current);
    for (const fitted of input.fitted) place(tx, input, fitted, current);
    for (const [id, followUp] of input.followUps) {
      const allocation = store.allocations.get(id);
      if (allocation !== undefined) tx.putAllocation({ ...allocation, FollowupEvalID: followUp.ID });
    }
  });
  return deploymentId;
}

function markStable(tx: Transaction, deployment: Deployment): void {
  const job = tx.store.jobs.get(keyOf(deployment));
  if (job?.Version === deployment.JobVersion) tx.putJob({ ...job, Stable: true });
}

function stopAllocations(tx: Transaction, { store, plan }: ApplyInput): void {
  for (const { allocation, description, clientStatus } of plan.groups.flatMap((group) => group.stop)) {
    tx.putAllocation({
      ...(store.allocations.get(allocation.ID) ?? allocation),
      DesiredStatus: 'stop',
      DesiredDescription: description,
      ...(clientStatus === undefined ? {} : { ClientStatus: clientStatus }),
    });
  }
}

/** Marks those as unknown whose node is away, and as running those that are back. */
function markAway(tx: Transaction, { store, plan }: ApplyInput): void {
  const states = (one: AllocationRecord, Value: string, atMs = tx.nowMs) => ({
    AllocStates: [...(one.AllocStates ?? []), { Field: 0, Value, Time: wireTime(atMs) }],
  });
  for (const { allocation, sinceMs } of plan.groups.flatMap((group) => group.disconnect)) {
    const ClientDescription = 'alloc is unknown since its node is disconnected';
    const latest = store.allocations.get(allocation.ID) ?? allocation;
    tx.putAllocation({ ...latest, ...states(latest, 'unknown', sinceMs), ClientStatus: 'unknown', ClientDescription });
  }
  for (const { ID } of plan.groups.flatMap((group) => group.reconnect)) {
    const latest = store.allocations.get(ID);
    if (latest !== undefined) tx.putAllocation({ ...latest, ...states(latest, latest.ClientStatus) });
  }
}

function updateInPlace(tx: Transaction, { plan, job, evaluation }: ApplyInput, current: Deployment | undefined): void {
  if (job === undefined) return;
  for (const allocation of plan.groups.flatMap((group) => group.inPlace)) {
    const joins = current?.TaskGroups?.[allocation.TaskGroup] !== undefined && current.ID !== allocation.DeploymentID;
    tx.putAllocation({
      ...allocation,
      Job: job,
      EvalID: evaluation.ID,
      ...(joins ? { DeploymentID: current.ID, DeploymentStatus: null } : {}),
    });
  }
}

function place(tx: Transaction, input: ApplyInput, fitted: Fitted, current: Deployment | undefined): void {
  const { job, evaluation, random, store } = input;
  if (job === undefined) return;
  const { placement, group, placed, older } = fitted;
  const id = random.uuid();
  const { previous } = placement;
  const hasOversubscription = store.schedulerConfiguration.MemoryOversubscriptionEnabled;
  if (previous !== undefined && placement.stopDescription !== undefined)
    stopPrevious(tx, store, previous, placement.stopDescription);
  const rescheduled = placement.rescheduled === true && previous !== undefined;
  tx.putAllocation({
    ...emptyAllocation,
    ID: id,
    EvalID: evaluation.ID,
    Name: placement.name,
    Namespace: evaluation.Namespace,
    NodeID: placed.node.ID,
    NodeName: placed.node.Name,
    JobID: job.ID,
    Job: older?.job ?? store.jobs.get(keyOf(evaluation)) ?? job,
    TaskGroup: group.Name,
    DeploymentID: older?.deploymentId ?? (current?.TaskGroups?.[group.Name] === undefined ? '' : current.ID),
    DeploymentStatus: placement.canary ? { Healthy: null, Timestamp: null, Canary: true } : null,
    PreviousAllocation: previous?.ID ?? '',
    RescheduleTracker: rescheduled ? trackerAfter(previous, group, tx.nowMs) : null,
    Metrics: placed.metric,
    AllocatedResources: allocatedResources(group, placed.ports, { hasOversubscription, isOld: store.nomad === '1.6' }),
  });
}

function stopPrevious(tx: Transaction, store: Store, previous: AllocationRecord, DesiredDescription: string): void {
  const latest = store.allocations.get(previous.ID) ?? previous;
  tx.putAllocation({ ...latest, DesiredStatus: 'stop', DesiredDescription });
}
