import type { Evaluation } from '../../nomad/types/evaluation.ts';
import { Changes } from './changes.ts';
import type { ChangeSet } from './changes.ts';
import { GroupedRecords } from './grouped.ts';
import { jobKey } from './keys.ts';
import type { JobKey } from './keys.ts';
import { mergeAllocation, mergeDeployment, mergeJob, same } from './merge.ts';
import { byGroupAndIndex, lastSubmittedFirst, newestFirst } from './recordOrder.ts';
import type { AllocationRecord, DeploymentRecord, JobRecord } from './records.ts';
import { RemovedJobs } from './removedJobs.ts';

/** Remembers what was applied while a list was under way, so that the list can't undo it. */
export class SnapshotMark {
  /** Keys of jobs, ids of everything else. */
  readonly touched = new Set<string>();
  /** Jobs that were removed, even if they were registered again since. */
  readonly removed = new Set<JobKey>();
}

/** A job with what came along with it. */
export interface JobSnapshot {
  readonly job: JobRecord;
  /** All of the job's allocations; left out where they are not known. */
  readonly allocations?: readonly AllocationRecord[];
  readonly deployment?: DeploymentRecord;
}

/** What a whole list of jobs says beside the jobs. */
export interface JobListing {
  /** The index of the list: what is not in it was gone by then. */
  readonly index: number;
  /** Jobs that the list need not name, such as the runs of a job whose runs are listed by themselves. */
  readonly listedSeparately: (job: JobRecord) => boolean;
  /** Jobs whose allocations are read by themselves, where the list comes without any. */
  readonly follows?: (job: JobKey) => boolean;
}

/**
 * Jobs, allocations and deployments of one cluster, with indexes by job. Applying the same state twice, or an older one
 * after a newer, changes nothing: every object has a ModifyIndex. Each step says what it changed.
 */
export class Store {
  readonly #jobs = new Map<JobKey, JobRecord>();
  readonly #allocations = new GroupedRecords<AllocationRecord>(byGroupAndIndex);
  readonly #deployments = new GroupedRecords<DeploymentRecord>(newestFirst);
  readonly #children = new Map<JobKey, Set<JobKey>>();
  readonly #blocked = new Map<JobKey, Evaluation>();
  readonly #complete = new Set<JobKey>();
  readonly #removed = new RemovedJobs();
  readonly #marks = new Set<SnapshotMark>();

  get jobs(): ReadonlyMap<JobKey, JobRecord> {
    return this.#jobs;
  }

  get allocations(): ReadonlyMap<string, AllocationRecord> {
    return this.#allocations.byId;
  }

  get deployments(): ReadonlyMap<string, DeploymentRecord> {
    return this.#deployments.byId;
  }

  /** By group, then by index, the newest last. */
  allocationsOf(job: JobKey): readonly AllocationRecord[] {
    return this.#allocations.of(job);
  }

  /** Newest first. */
  deploymentsOf(job: JobKey): readonly DeploymentRecord[] {
    return this.#deployments.of(job);
  }

  activeDeploymentOf(job: JobKey): DeploymentRecord | undefined {
    const newest = this.#deployments.of(job)[0];
    return newest?.active === true ? newest : undefined;
  }

  /** The runs of a periodic or parameterized job, as far as they are known, newest first. */
  childrenOf(job: JobKey): readonly JobRecord[] {
    const children = [...(this.#children.get(job) ?? [])].map((key) => this.#jobs.get(key));
    return children.filter((child) => child !== undefined).sort(lastSubmittedFirst);
  }

  /** The evaluation that waits for room for this job, if one does. */
  blockedOf(job: JobKey): Evaluation | undefined {
    return this.#blocked.get(job);
  }

  /** Whether every allocation of the job is held; else `allocationsOf` may be a part of them. */
  hasAllAllocations(job: JobKey): boolean {
    return this.#complete.has(job);
  }

  /** Says that all allocations of a job are held from now on, as when its registration was seen. */
  setComplete(job: JobKey): void {
    this.#complete.add(job);
  }

  /** True for a job that was removed and not registered since. */
  wasRemoved(job: JobKey): boolean {
    return this.#removed.has(job);
  }

  /** To be called before a list is asked for; its answer goes to a `replace` method together with the mark. */
  beginSnapshot(): SnapshotMark {
    const mark = new SnapshotMark();
    this.#marks.add(mark);
    return mark;
  }

  /** To be called when the list was replaced, or could not be had. */
  endSnapshot(mark: SnapshotMark): void {
    this.#marks.delete(mark);
  }

  applyJob(job: JobRecord): ChangeSet {
    const changes = new Changes();
    if (this.#removed.covers(job.key, job.modifyIndex)) return changes;
    const known = this.#jobs.get(job.key);
    // An older state is ignored, and does not even count as news of the job: a cluster that was set up anew counts from
    // the start.
    if (known !== undefined && job.modifyIndex < known.modifyIndex) return changes;
    this.#touch(job.key);
    this.#setJob(job, changes);
    return changes;
  }

  applyAllocation(allocation: AllocationRecord): ChangeSet {
    const changes = new Changes();
    if (this.#removed.has(allocation.jobKey)) return changes;
    const known = this.#allocations.byId.get(allocation.id);
    if (known !== undefined && allocation.modifyIndex < known.modifyIndex) return changes;
    this.#touch(allocation.id);
    this.#setAllocation(allocation, changes);
    return changes;
  }

  /** Part of a list of allocations: nothing is removed. */
  applyAllocations(allocations: readonly AllocationRecord[]): ChangeSet {
    return allocations.reduce<Changes>((all, one) => all.add(this.applyAllocation(one)), new Changes());
  }

  applyDeployment(deployment: DeploymentRecord): ChangeSet {
    const changes = new Changes();
    if (this.#removed.has(deployment.jobKey)) return changes;
    const known = this.#deployments.byId.get(deployment.id);
    if (known !== undefined && deployment.modifyIndex < known.modifyIndex) return changes;
    this.#touch(deployment.id);
    this.#setDeployment(deployment, changes);
    return changes;
  }

  /** Keeps an evaluation while it is blocked. */
  applyEvaluation(evaluation: Evaluation): ChangeSet {
    const changes = new Changes();
    const key = keyOf(evaluation);
    this.#touch(evaluation.ID);
    const known = this.#blocked.get(key);
    if (evaluation.Status === 'blocked') {
      if ((known?.ModifyIndex ?? 0) > (evaluation.ModifyIndex ?? 0)) return changes;
      if (this.#removed.has(key) || same(known, evaluation)) return changes;
      this.#blocked.set(key, evaluation);
    } else {
      if (known?.ID !== evaluation.ID) return changes;
      this.#blocked.delete(key);
    }
    changes.jobs.add(key);
    return changes;
  }

  /**
   * Removes a job with its allocations and deployments. Its runs stay: Nomad leaves them running too.
   *
   * @param index of what was seen to be gone: a job that is newer was registered since, and stays; what is older can't
   *   bring the job back. By default that of the job as it is known.
   */
  removeJob(key: JobKey, index = this.#jobs.get(key)?.modifyIndex ?? 0): ChangeSet {
    const changes = new Changes();
    if ((this.#jobs.get(key)?.modifyIndex ?? 0) > index) return changes;
    this.#touch(key);
    for (const mark of this.#marks) mark.removed.add(key);
    this.#dropJob(key, changes);
    this.#removed.add(key, index);
    return changes;
  }

  /** Makes the jobs those of a whole list. */
  replaceJobs(snapshot: readonly JobSnapshot[], mark: SnapshotMark, listing: JobListing): ChangeSet {
    const { index, listedSeparately, follows } = listing;
    const changes = new Changes();
    const listed = new Set<JobKey>();
    for (const { job, allocations, deployment } of snapshot) {
      listed.add(job.key);
      if (!this.#replaceJob(job, mark, changes)) continue;
      if (allocations !== undefined) this.#replaceAllocations(job.key, allocations, mark, changes);
      else if (follows?.(job.key) === false) this.#doubtAllocations(job.key, mark, changes);
      if (deployment !== undefined && !mark.touched.has(deployment.id)) this.#setDeployment(deployment, changes);
    }
    for (const job of [...this.#jobs.values()]) {
      if (listed.has(job.key) || mark.touched.has(job.key) || listedSeparately(job)) continue;
      this.#dropJob(job.key, changes);
      this.#removed.add(job.key, index);
    }
    this.#removed.listed(index, mark.removed);
    return changes;
  }

  /** Makes the allocations of one job those of a whole list. */
  replaceAllocationsOf(job: JobKey, allocations: readonly AllocationRecord[], mark: SnapshotMark): ChangeSet {
    const changes = new Changes();
    // The job was removed while its allocations were on their way, so they belong to no job that is there.
    if (!mark.removed.has(job)) this.#replaceAllocations(job, allocations, mark, changes);
    return changes;
  }

  /** Drops allocations of jobs whose allocations aren't all held, unless they are among `allocations`. */
  retainAllocations(allocations: readonly AllocationRecord[], mark: SnapshotMark): ChangeSet {
    const changes = new Changes();
    const listed = new Set(allocations.map((allocation) => allocation.id));
    for (const { id, jobKey: key } of [...this.#allocations.byId.values()]) {
      if (!this.#complete.has(key) && !listed.has(id) && !mark.touched.has(id)) this.#dropAllocation(id, key, changes);
    }
    return changes;
  }

  /** Makes the runs of one job those of a whole list. */
  replaceChildrenOf(parent: JobKey, children: readonly JobRecord[], mark: SnapshotMark): ChangeSet {
    const changes = new Changes();
    const listed = new Set(children.map((child) => child.key));
    for (const child of children) this.#replaceJob(child, mark, changes);
    for (const key of [...(this.#children.get(parent) ?? [])]) {
      if (!listed.has(key) && !mark.touched.has(key)) this.#dropJob(key, changes);
    }
    return changes;
  }

  /** Makes the deployments those of a whole list. */
  replaceDeployments(deployments: readonly DeploymentRecord[], mark: SnapshotMark): ChangeSet {
    const changes = new Changes();
    const listed = new Set(deployments.map((deployment) => deployment.id));
    for (const deployment of deployments) {
      if (mark.removed.has(deployment.jobKey)) continue;
      if (mark.touched.has(deployment.id)) changes.add(this.applyDeployment(deployment));
      else this.#setDeployment(deployment, changes);
    }
    for (const { id, jobKey: key } of [...this.#deployments.byId.values()]) {
      if (listed.has(id) || mark.touched.has(id)) continue;
      this.#deployments.delete(id);
      changes.deployments.add(id);
      changes.jobs.add(key);
      changes.deploymentList = true;
    }
    return changes;
  }

  /** Makes the blocked evaluations those of a whole list. */
  replaceBlocked(evaluations: readonly Evaluation[], mark: SnapshotMark): ChangeSet {
    const changes = new Changes();
    const listed = new Set(evaluations.map((evaluation) => evaluation.ID));
    for (const [key, { ID }] of [...this.#blocked]) {
      if (listed.has(ID) || mark.touched.has(ID)) continue;
      this.#blocked.delete(key);
      changes.jobs.add(key);
    }
    for (const evaluation of evaluations) {
      if (mark.touched.has(evaluation.ID) || mark.removed.has(keyOf(evaluation))) continue;
      changes.add(this.applyEvaluation(evaluation));
    }
    return changes;
  }

  #touch(id: string): void {
    for (const mark of this.#marks) mark.touched.add(id);
  }

  /** Says whether the list is to be believed about this job. */
  #replaceJob(job: JobRecord, mark: SnapshotMark, changes: Changes): boolean {
    const known = this.#jobs.get(job.key);
    // The list may be from before the job was removed, even if it was registered again since.
    const isOlder = this.#removed.covers(job.key, job.modifyIndex) || job.modifyIndex < (known?.modifyIndex ?? 0);
    if (mark.removed.has(job.key) && isOlder) return false;
    // An untouched row takes what the list says even at a lower index: a cluster that was made anew starts over.
    if (mark.touched.has(job.key) && known !== undefined && job.modifyIndex < known.modifyIndex) return true;
    this.#setJob(job, changes);
    return true;
  }

  /** Events may have been missed before a list without allocations: from now on those that are held may be a part. */
  #doubtAllocations(job: JobKey, mark: SnapshotMark, changes: Changes): void {
    if (mark.touched.has(job) || !this.#complete.delete(job)) return;
    changes.jobs.add(job);
  }

  #replaceAllocations(
    job: JobKey,
    allocations: readonly AllocationRecord[],
    mark: SnapshotMark,
    changes: Changes,
  ): void {
    const listed = new Set(allocations.map((allocation) => allocation.id));
    for (const allocation of allocations) {
      if (!mark.touched.has(allocation.id)) this.#setAllocation(allocation, changes);
      else if (allocation.modifyIndex > 0) changes.add(this.applyAllocation(allocation));
    }
    for (const { id } of this.#allocations.of(job)) {
      if (!listed.has(id) && !mark.touched.has(id)) this.#dropAllocation(id, job, changes);
    }
    this.#complete.add(job);
  }

  #setJob(next: JobRecord, changes: Changes): void {
    const known = this.#jobs.get(next.key);
    const merged = mergeJob(known, next);
    if (known !== undefined && same(known, merged)) return;
    this.#removed.delete(next.key);
    this.#jobs.set(next.key, merged);
    changes.jobs.add(next.key);
    if (known === undefined) changes.jobList = true;
    if (merged.parentId === undefined) return;
    const parent = jobKey(merged.namespace, merged.parentId);
    const children = this.#children.get(parent) ?? new Set();
    this.#children.set(parent, children.add(next.key));
    changes.jobs.add(parent);
  }

  #setAllocation(next: AllocationRecord, changes: Changes): void {
    const known = this.#allocations.byId.get(next.id);
    const merged = mergeAllocation(known, next);
    if (known !== undefined && same(known, merged)) return;
    this.#allocations.set(merged);
    changes.allocations.add(next.id);
    changes.jobs.add(next.jobKey);
    if (known === undefined) changes.allocationList = true;
  }

  #dropAllocation(id: string, job: JobKey, changes: Changes): void {
    this.#allocations.delete(id);
    changes.allocations.add(id);
    changes.allocationList = true;
    changes.jobs.add(job);
  }

  #setDeployment(next: DeploymentRecord, changes: Changes): void {
    const known = this.#deployments.byId.get(next.id);
    const merged = mergeDeployment(known, next);
    if (known !== undefined && same(known, merged)) return;
    this.#deployments.set(merged);
    changes.deployments.add(next.id);
    changes.jobs.add(next.jobKey);
    if (known?.active !== merged.active) changes.deploymentList = true;
  }

  #dropJob(key: JobKey, changes: Changes): void {
    const known = this.#jobs.get(key);
    if (this.#jobs.delete(key)) changes.jobList = true;
    changes.jobs.add(key);
    this.#complete.delete(key);
    this.#blocked.delete(key);
    for (const { id } of this.#allocations.deleteOf(key)) {
      changes.allocations.add(id);
      changes.allocationList = true;
    }
    for (const { id } of this.#deployments.deleteOf(key)) {
      changes.deployments.add(id);
      changes.deploymentList = true;
    }
    if (known?.parentId === undefined) return;
    const parent = jobKey(known.namespace, known.parentId);
    this.#children.get(parent)?.delete(key);
    changes.jobs.add(parent);
  }
}

function keyOf(evaluation: Evaluation): JobKey {
  return jobKey(evaluation.Namespace, evaluation.JobID ?? '');
}
