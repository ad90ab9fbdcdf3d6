import type { Job, TaskGroup } from '../../../src/nomad/types/job.ts';
import { type GroupChange, groupChange } from '../job/change.ts';
import { rules } from '../job/versions.ts';
import { type AllocationRecord, type NodeRecord, isClientTerminal } from '../state/records.ts';
import { CurrentDeployment } from './currentDeployment.ts';
import { filteredBy, inDatacenters, inPool } from './feasible.ts';
import {
  type GroupPlan,
  type Plan,
  type Snapshot,
  emptyGroupPlan,
  indexOf,
  newDeployment,
  newGroupState,
  rolloutOf,
  runningDescription,
  stopReason,
} from './plan.ts';
import { Sorter } from './piles.ts';

/** Decides for a service or batch job which allocations to make, update, replace and stop. */
export function reconcile(snapshot: Snapshot): Plan {
  const plan: Plan = { groups: [], deployment: null, deploymentUpdates: [] };
  const current = new CurrentDeployment(snapshot, plan);
  const names = new Set(snapshot.allocations.map((allocation) => allocation.TaskGroup));
  for (const group of snapshot.job?.TaskGroups ?? []) names.add(group.Name);
  for (const name of [...names].sort()) {
    const allocations = snapshot.allocations.filter((allocation) => allocation.TaskGroup === name);
    const group = snapshot.job?.TaskGroups?.find((item) => item.Name === name);
    const groupPlan = emptyGroupPlan(name);
    plan.groups.push(groupPlan);
    if (snapshot.job === undefined || snapshot.job.Stop || group === undefined)
      stopAll(groupPlan, allocations, snapshot);
    else new GroupReconciler(snapshot, snapshot.job, group, current, plan, groupPlan).run(allocations);
  }
  if (plan.deployment !== null) {
    plan.deployment.StatusDescription = runningDescription(Object.values(plan.deployment.TaskGroups ?? {}));
  }
  current.finish(plan);
  return plan;
}

function stopAll(plan: GroupPlan, allocations: readonly AllocationRecord[], snapshot: Snapshot): void {
  for (const allocation of allocations) {
    if (allocation.DesiredStatus !== 'run') continue;
    if (isClientTerminal(allocation) && allocation.Job.Type !== 'service') continue;
    const gone = snapshot.nodes.get(allocation.NodeID)?.Status === 'down' && !isClientTerminal(allocation);
    plan.stop.push({
      allocation,
      description: gone ? stopReason.lost : stopReason.notNeeded,
      ...(gone ? { clientStatus: 'lost' } : {}),
    });
    plan.updates.Stop += 1;
  }
}

class GroupReconciler {
  readonly #snapshot: Snapshot;
  readonly #job: Job;
  readonly #group: TaskGroup;
  readonly #current: CurrentDeployment;
  readonly #plan: Plan;
  readonly #out: GroupPlan;
  readonly #taken = new Set<number>();

  constructor(snapshot: Snapshot, job: Job, group: TaskGroup, current: CurrentDeployment, plan: Plan, out: GroupPlan) {
    this.#snapshot = snapshot;
    this.#job = job;
    this.#group = group;
    this.#current = current;
    this.#plan = plan;
    this.#out = out;
  }

  run(all: readonly AllocationRecord[]): void {
    const sorted = new Sorter(this.#snapshot, this.#job, this.#group, this.#current, this.#out).sort(all);
    const others = sorted.migrate.length + sorted.reschedule.length;
    const keep = [...this.#stopExcess(sorted.untainted, others), ...sorted.unknown];
    for (const allocation of [...keep, ...sorted.canaries]) this.#taken.add(indexOf(allocation));
    for (const allocation of [...sorted.migrate, ...sorted.reschedule]) this.#taken.add(indexOf(allocation));
    const { inPlace, destructive } = this.#classify(keep);
    this.#prepareDeployment(all, destructive, inPlace, sorted.canaries);
    const ready = this.#isReady();
    this.#placeCanaries(destructive, sorted.canaries);
    this.#updateInPlace(inPlace, sorted.canaries);
    this.#replace(sorted, ready);
    const present = keep.length + sorted.migrate.length + sorted.reschedule.length;
    // What is lost is replaced in any case.
    const away = ready ? Infinity : sorted.lost.length;
    const missing = this.#placeMissing(Math.min(away, this.#group.Count - present), sorted.lost);
    this.#updateDestructively(destructive, all, ready, missing);
  }

  #stop(allocation: AllocationRecord): void {
    this.#out.stop.push({ allocation, description: stopReason.notNeeded });
    this.#out.updates.Stop += 1;
  }

  /** Stops what is too much: first the old twins of promoted canaries, then the highest numbers. */
  #stopExcess(untainted: readonly AllocationRecord[], others: number): AllocationRecord[] {
    let excess = untainted.length + others - this.#group.Count;
    if (excess <= 0) return [...untainted];
    const keep = [...untainted].sort((a, b) => indexOf(a) - indexOf(b) || b.Job.Version - a.Job.Version);
    const isTwin = (allocation: AllocationRecord) =>
      keep.some((other) => other.Name === allocation.Name && other.Job.Version > allocation.Job.Version);
    for (const twin of keep.filter(isTwin)) {
      if (excess === 0) break;
      keep.splice(keep.indexOf(twin), 1);
      this.#stop(twin);
      excess -= 1;
    }
    for (const allocation of keep.splice(keep.length - excess, excess)) this.#stop(allocation);
    return keep;
  }

  #classify(keep: readonly AllocationRecord[]): { inPlace: AllocationRecord[]; destructive: AllocationRecord[] } {
    const inPlace: AllocationRecord[] = [];
    const destructive: AllocationRecord[] = [];
    for (const allocation of keep) {
      const change = changeOf(this.#snapshot, allocation, this.#job, this.#group);
      if (change === 'destructive') destructive.push(allocation);
      else if (change === 'inPlace') inPlace.push(allocation);
      else this.#out.updates.Ignore += 1;
    }
    const byIndex = (a: AllocationRecord, b: AllocationRecord) => indexOf(a) - indexOf(b);
    return { inPlace: inPlace.sort(byIndex), destructive: destructive.sort(byIndex) };
  }

  /** Makes the deployment, or the group's part of it, when this version has something to roll out. */
  #prepareDeployment(
    all: readonly AllocationRecord[],
    destructive: readonly AllocationRecord[],
    inPlace: readonly AllocationRecord[],
    canaries: readonly AllocationRecord[],
  ): void {
    const strategy = rolloutOf(this.#job, this.#group, this.#snapshot.nomad);
    if (strategy === undefined || this.#current.group(this.#group.Name) !== undefined || this.#group.Count === 0)
      return;
    if (this.#current.deployment !== undefined) return;
    const hadRunning = all.some(
      ({ Job: job }) => job.Version === this.#job.Version && job.CreateIndex === this.#job.CreateIndex,
    );
    if (hadRunning && destructive.length + inPlace.length === 0) return;
    const state = newGroupState(strategy, this.#group.Count);
    if (destructive.length > 0 && (strategy.Canary ?? 0) > canaries.length)
      state.DesiredCanaries = strategy.Canary ?? 0;
    const deployment = (this.#plan.deployment ??= newDeployment(this.#snapshot, this.#job));
    deployment.TaskGroups = { ...deployment.TaskGroups, [this.#group.Name]: state };
  }

  get #state() {
    return this.#plan.deployment?.TaskGroups?.[this.#group.Name] ?? this.#current.group(this.#group.Name);
  }

  get #isCanarying(): boolean {
    const state = this.#state;
    return state !== undefined && state.DesiredCanaries > 0 && !state.Promoted;
  }

  #isReady(): boolean {
    return !this.#current.paused && !this.#current.failed && !this.#isCanarying;
  }

  #placeCanaries(destructive: readonly AllocationRecord[], canaries: readonly AllocationRecord[]): void {
    if (!this.#isCanarying || this.#current.paused || this.#current.failed) return;
    this.#out.updates.Ignore += canaries.length;
    const wanted = (this.#state?.DesiredCanaries ?? 0) - canaries.length;
    const used = new Set(canaries.map(indexOf));
    const indexes = destructive.map(indexOf).filter((index) => !used.has(index));
    for (let at = 0; at < wanted; at += 1) {
      const index = indexes[at] ?? this.#nextIndex();
      this.#out.place.push({ name: this.#name(index), canary: true });
      this.#out.updates.Canary += 1;
    }
  }

  #updateInPlace(inPlace: readonly AllocationRecord[], canaries: readonly AllocationRecord[]): void {
    const stale = canaries.filter((canary) => changeOf(this.#snapshot, canary, this.#job, this.#group) === 'inPlace');
    this.#out.inPlace.push(...inPlace, ...stale);
    this.#out.updates.InPlaceUpdate += inPlace.length;
  }

  #replace(
    sorted: { readonly migrate: readonly AllocationRecord[]; readonly reschedule: readonly AllocationRecord[] },
    ready: boolean,
  ): void {
    for (const previous of sorted.migrate) {
      // It has to leave, whether or not there is room elsewhere.
      this.#out.stop.push({ allocation: previous, description: stopReason.migrating });
      this.#out.place.push({ name: previous.Name, canary: false, previous, ...this.#older(previous) });
      this.#out.updates.Migrate += 1;
    }
    for (const previous of sorted.reschedule) {
      const stopDescription = rules[this.#snapshot.nomad].rescheduledText;
      const away = this.#snapshot.nodes.get(previous.NodeID)?.Status === 'disconnected';
      const stops = away ? {} : { stopDescription };
      const how = { canary: false, rescheduled: true, ...stops, ...this.#older(previous) };
      this.#out.place.push({ name: previous.Name, previous, ...how });
      this.#out.updates.Place += 1;
      this.#out.updates.RescheduleNow += ready ? 0 : 1;
    }
  }

  /** Until canaries are promoted all others stay of the version that they are of. */
  #older({ Job: job, DeploymentStatus: status }: AllocationRecord): { olderSince?: number } {
    return this.#isCanarying && status?.Canary !== true ? { olderSince: job.Version } : {};
  }

  #placeMissing(missing: number, lost: readonly AllocationRecord[]): number {
    const replacements = [...lost];
    for (let at = 0; at < missing; at += 1) {
      const previous = replacements.find((allocation) => !this.#taken.has(indexOf(allocation)));
      if (previous !== undefined) replacements.splice(replacements.indexOf(previous), 1);
      const index = previous === undefined ? this.#nextIndex() : indexOf(previous);
      this.#taken.add(index);
      const name = this.#name(index);
      const standsFor = previous === undefined ? {} : { previous, ...this.#older(previous) };
      this.#out.place.push({ name, canary: false, ...standsFor });
      this.#out.updates.Place += 1;
    }
    return Math.max(0, missing);
  }

  #updateDestructively(
    destructive: readonly AllocationRecord[],
    all: readonly AllocationRecord[],
    ready: boolean,
    missing: number,
  ): void {
    const limit = ready ? Math.max(0, this.#limit(all) - missing) : 0;
    const now = destructive.slice(0, limit);
    for (const previous of now) {
      this.#out.place.push({ name: previous.Name, canary: false, previous, stopDescription: stopReason.updating });
    }
    this.#out.updates.DestructiveUpdate += now.length;
    this.#out.updates.Ignore += destructive.length - now.length;
  }

  /** How many allocations may be away at the same time. */
  #limit(all: readonly AllocationRecord[]): number {
    const strategy = rolloutOf(this.#job, this.#group, this.#snapshot.nomad);
    if (strategy === undefined) return this.#group.Count;
    let limit = strategy.MaxParallel ?? this.#group.Count;
    const { deployment } = this.#current;
    for (const allocation of all) {
      if (allocation.DeploymentID !== deployment?.ID) continue;
      if (allocation.DesiredStatus !== 'run') continue;
      if (allocation.DeploymentStatus?.Healthy === false) return 0;
      if (allocation.DeploymentStatus?.Healthy !== true) limit -= 1;
    }
    return Math.max(0, limit);
  }

  #nextIndex(): number {
    let index = 0;
    while (this.#taken.has(index)) index += 1;
    this.#taken.add(index);
    return index;
  }

  #name(index: number): string {
    return `${this.#job.ID}.${this.#group.Name}[${String(index)}]`;
  }
}

/** What the job's present version means for an allocation. */
export function changeOf(
  { nodes, nomad }: Snapshot,
  allocation: AllocationRecord,
  job: Job,
  group: TaskGroup,
): GroupChange {
  if (allocation.Job.JobModifyIndex === job.JobModifyIndex && allocation.Job.CreateIndex === job.CreateIndex)
    return 'none';
  if (allocation.ClientStatus === 'complete') return 'none';
  const before = allocation.Job.TaskGroups?.find(({ Name }) => Name === group.Name);
  if (before === undefined) return 'destructive';
  const change = groupChange({ job: allocation.Job, group: before }, { job, group }, nomad);
  const node = nodes.get(allocation.NodeID);
  const isRefused = (at: NodeRecord) =>
    !inDatacenters(job, at) || !inPool(job, at) || filteredBy(job, group, at) !== undefined;
  if (change === 'destructive' || (node !== undefined && isRefused(node))) return 'destructive';
  return 'inPlace';
}
