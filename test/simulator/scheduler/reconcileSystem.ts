import type { Job, TaskGroup } from '../../../src/nomad/types/job.ts';
import { type GroupChange, groupChange } from '../job/change.ts';
import type { NomadVersion } from '../job/versions.ts';
import { type AllocationRecord, type NodeRecord, isClientTerminal } from '../state/records.ts';
import { awaitsReturn, lostAfterMs, whileAway } from './away.ts';
import { CurrentDeployment } from './currentDeployment.ts';
import { filteredBy, inDatacenters, inPool, isEligible } from './feasible.ts';
import {
  type GroupPlan,
  type Plan,
  type Snapshot,
  emptyGroupPlan,
  newDeployment,
  newGroupState,
  rolloutOf,
  stopReason,
} from './plan.ts';
import { changeOf } from './reconcile.ts';

/** Decides for a system or sysbatch job: one allocation of each group on every node that fits. */
export function reconcileSystem(snapshot: Snapshot): Plan {
  const plan: Plan = { groups: [], deployment: null, deploymentUpdates: [] };
  const current = new CurrentDeployment(snapshot, plan);
  const names = new Set(snapshot.allocations.map((allocation) => allocation.TaskGroup));
  for (const group of snapshot.job?.TaskGroups ?? []) names.add(group.Name);
  for (const name of [...names].sort()) {
    const out = emptyGroupPlan(name);
    plan.groups.push(out);
    const { job } = snapshot;
    const group = job?.TaskGroups?.find((item) => item.Name === name);
    const live = snapshot.allocations.filter((item) => item.TaskGroup === name && counts(item, job));
    if (job === undefined || job.Stop || group === undefined || group.Count === 0) stopAll(out, live);
    else reconcileGroup(snapshot, job, group, live, current, plan, out);
  }
  current.finish(plan);
  return plan;
}

function counts(allocation: AllocationRecord, job: Job | undefined): boolean {
  if (allocation.DesiredStatus !== 'run' || allocation.ClientStatus === 'lost') return false;
  if (!isClientTerminal(allocation)) return true;
  const older = job !== undefined && allocation.Job.Version < job.Version;
  return job?.Type === 'sysbatch' || (allocation.ClientStatus === 'failed' && !older);
}

function stopAll(out: GroupPlan, live: readonly AllocationRecord[]): void {
  for (const allocation of live) {
    if (isClientTerminal(allocation)) continue;
    out.stop.push({ allocation, description: stopReason.notNeeded });
    out.updates.Stop += 1;
  }
}

/** The nodes that the job looks at; whether it fits them is seen when it is placed. */
function eligibleNodes(snapshot: Snapshot, job: Job): Map<string, NodeRecord> {
  const nodes = [...snapshot.nodes.values()];
  const fitting = nodes.filter((node) => isEligible(node) && inPool(job, node) && inDatacenters(job, node));
  return new Map(fitting.map((node) => [node.ID, node]));
}

function reconcileGroup(
  snapshot: Snapshot,
  job: Job,
  group: TaskGroup,
  live: readonly AllocationRecord[],
  current: CurrentDeployment,
  plan: Plan,
  out: GroupPlan,
): void {
  const missing = eligibleNodes(snapshot, job);
  const total = [...missing.values()].filter((node) => filteredBy(job, group, node) === undefined).length;
  const updated: AllocationRecord[] = [];
  for (const allocation of live) {
    missing.delete(allocation.NodeID);
    if (stopWithNode(snapshot, job, allocation, out)) continue;
    const isDone = isClientTerminal(allocation);
    // What has ended is left as it is, wherever it ran.
    const change = isDone
      ? changeOfEnded(allocation, job, group, snapshot.nomad)
      : changeOf(snapshot, allocation, job, group);
    if (change === 'none') out.updates.Ignore += 1;
    else if (change === 'inPlace' && isDone) out.updates.InPlaceUpdate += 1;
    else if (change === 'inPlace') out.inPlace.push(allocation);
    else updated.push(allocation);
  }
  out.updates.InPlaceUpdate += out.inPlace.length;
  makeDeployment(snapshot, job, group, current, plan, total, updated.length + out.inPlace.length);
  const name = `${job.ID}.${group.Name}[0]`;
  for (const node of missing.values()) out.place.push({ name, canary: false, node });
  out.updates.Place = missing.size;
  const limit = current.failed || current.paused ? 0 : limitOf(snapshot.nomad, job, group, live, current);
  const stagger = rolloutOf(job, group, snapshot.nomad) === undefined ? staggerOf(job) : undefined;
  if (stagger !== undefined && updated.length > limit) plan.goOnMs = stagger.ms;
  for (const previous of updated.slice(0, limit)) {
    const node = snapshot.nodes.get(previous.NodeID);
    if (node !== undefined)
      out.place.push({ name, canary: false, previous, stopDescription: stopReason.updating, node });
  }
  out.updates.DestructiveUpdate = updated.length;
}

function changeOfEnded(allocation: AllocationRecord, job: Job, group: TaskGroup, nomad: NomadVersion): GroupChange {
  if (allocation.Job.JobModifyIndex === job.JobModifyIndex) return 'none';
  const before = allocation.Job.TaskGroups?.find(({ Name }) => Name === group.Name);
  return before === undefined
    ? 'destructive'
    : groupChange({ job: allocation.Job, group: before }, { job, group }, nomad);
}

/** True when the allocation ends because of what happened to its node. */
function stopWithNode(snapshot: Snapshot, job: Job, allocation: AllocationRecord, out: GroupPlan): boolean {
  const node = snapshot.nodes.get(allocation.NodeID);
  if (isClientTerminal(allocation)) return false;
  if (node?.Status === 'ready' && allocation.ClientStatus === 'running' && awaitsReturn(allocation)) {
    out.reconnect.push(allocation);
    out.updates.Reconnect += 1;
  }
  const away = node?.Status === 'disconnected' ? whileAway(snapshot, allocation) : undefined;
  if (away === 'disconnecting') {
    out.disconnect.push({ allocation, sinceMs: snapshot.nowMs, lostAfterMs: lostAfterMs(allocation, snapshot.nomad) });
    out.updates.Disconnect += 1;
  }
  if (away !== undefined && away !== 'lost') return true;
  if (away === 'lost' || node === undefined || node.Status === 'down') {
    out.stop.push({ allocation, description: stopReason.lost, clientStatus: 'lost' });
  } else if (allocation.DesiredTransition.Migrate === true) {
    out.stop.push({ allocation, description: stopReason.tainted });
  } else if (!inDatacenters(job, node) || !inPool(job, node)) {
    out.stop.push({ allocation, description: stopReason.notNeeded });
  } else return false;
  out.updates.Stop += 1;
  return true;
}

function makeDeployment(
  snapshot: Snapshot,
  job: Job,
  group: TaskGroup,
  current: CurrentDeployment,
  plan: Plan,
  total: number,
  changed: number,
): void {
  const strategy = rolloutOf(job, group, snapshot.nomad);
  if (strategy === undefined || current.deployment !== undefined || total === 0) return;
  const hadRunning = snapshot.allocations.some((item) => item.Job.Version === job.Version);
  if (hadRunning && changed === 0) return;
  const deployment = (plan.deployment ??= newDeployment(snapshot, job));
  deployment.TaskGroups = { ...deployment.TaskGroups, [group.Name]: newGroupState(strategy, total) };
}

function limitOf(
  nomad: NomadVersion,
  job: Job,
  group: TaskGroup,
  live: readonly AllocationRecord[],
  current: CurrentDeployment,
): number {
  const strategy = rolloutOf(job, group, nomad);
  if (strategy === undefined) return staggerOf(job)?.parallel ?? live.length;
  const waiting = live.filter(
    (item) => item.DeploymentID === current.deployment?.ID && item.DeploymentStatus?.Healthy !== true,
  );
  return Math.max(0, (strategy.MaxParallel ?? 1) - waiting.length);
}

/** How a job is updated that makes no deployments: so many allocations at a time. */
function staggerOf({ Type, Update: update }: Job): { readonly parallel: number; readonly ms: number } | undefined {
  const [parallel, ms] = [update?.MaxParallel ?? 0, (update?.Stagger ?? 0) / 1e6];
  return Type === 'system' && parallel > 0 && ms > 0 ? { parallel, ms } : undefined;
}
