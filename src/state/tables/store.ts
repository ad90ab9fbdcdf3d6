import type { Evaluation } from '../../nomad/types/evaluation.ts';
import { Changes } from './changes.ts';
import type { ChangeSet } from './changes.ts';
import type { JobKey } from './keys.ts';
import { Marks } from './marks.ts';
import type { SnapshotMark } from './marks.ts';
import type { AllocationRecord, DeploymentRecord, JobRecord } from './records.ts';
import { kinds } from './registry.ts';
import type { Extent } from './table.ts';
import { makeTables } from './tables.ts';
import type { Tables } from './tables.ts';
import type { KeyIn, RecordIn, TableName } from './tableTypes.ts';

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
 * The tables of one cluster, and what goes across them: a list of jobs brings their allocations and deployments. What
 * is the same for all tables is in `table.ts`, what is special about one in its own file. Each step says what it changed.
 */
export class Store {
  readonly #marks = new Marks();
  readonly #tables: Tables = makeTables(kinds, this.#marks);

  get jobs(): ReadonlyMap<JobKey, JobRecord> {
    return this.records('jobs');
  }

  get allocations(): ReadonlyMap<string, AllocationRecord> {
    return this.records('allocations');
  }

  get deployments(): ReadonlyMap<string, DeploymentRecord> {
    return this.records('deployments');
  }

  records<Name extends TableName>(table: Name): ReadonlyMap<KeyIn<Name>, RecordIn<Name>> {
    return this.#tables[table].records;
  }

  /** By group, then by index, the newest last. */
  allocationsOf(job: JobKey): readonly AllocationRecord[] {
    return this.#tables.allocations.of(job);
  }

  /** Newest first. */
  deploymentsOf(job: JobKey): readonly DeploymentRecord[] {
    return this.#tables.deployments.of(job);
  }

  activeDeploymentOf(job: JobKey): DeploymentRecord | undefined {
    const newest = this.deploymentsOf(job)[0];
    return newest?.active === true ? newest : undefined;
  }

  /** The runs of a periodic or parameterized job, as far as they are known, newest first. */
  childrenOf(job: JobKey): readonly JobRecord[] {
    return this.#tables.jobs.of(job);
  }

  /** The evaluation that waits for room for this job, if one does. */
  blockedOf(job: JobKey): Evaluation | undefined {
    return this.#tables.blocked.of(job)[0];
  }

  /** Whether every allocation of the job is held; else `allocationsOf` may be a part of them. */
  hasAllAllocations(job: JobKey): boolean {
    return this.#tables.allocations.isWhole(job);
  }

  /** Says that all allocations of a job are held from now on, as when its registration was seen. */
  setComplete(job: JobKey): void {
    this.#tables.allocations.setWhole(job, true);
  }

  /** True for a job that was removed and not registered since. */
  wasRemoved(job: JobKey): boolean {
    return this.#tables.jobs.wasRemoved(job);
  }

  /** To be called before a list is asked for; its answer goes to a `replace` method together with the mark. */
  beginSnapshot(): SnapshotMark {
    return this.#marks.begin();
  }

  /** To be called when the list was replaced, or could not be had. */
  endSnapshot(mark: SnapshotMark): void {
    this.#marks.end(mark);
  }

  /** Takes the state of a record, as of an event or a read. */
  apply<Name extends TableName>(table: Name, record: RecordIn<Name>): ChangeSet {
    return this.applyAll(table, [record]);
  }

  /** Part of a list: nothing is removed. */
  applyAll<Name extends TableName>(table: Name, records: readonly RecordIn<Name>[]): ChangeSet {
    const changes = new Changes();
    for (const record of records) this.#tables[table].apply(record, changes);
    return changes;
  }

  /**
   * Removes a record and what belongs to it: with a job go its allocations and deployments, while its runs stay.
   *
   * @param index of what was seen to be gone: what is newer came since, and stays; what is older can't come back. By
   *   default that of the record as it is known.
   */
  remove<Name extends TableName>(table: Name, key: KeyIn<Name>, index?: number): ChangeSet {
    const changes = new Changes();
    this.#tables[table].remove(key, changes, index);
    return changes;
  }

  /**
   * Makes the records of a table those of a whole list.
   *
   * @param index of the list: what is not in it was gone by then
   */
  replace<Name extends TableName>(
    table: Name,
    records: readonly RecordIn<Name>[],
    mark: SnapshotMark,
    index?: number,
  ): ChangeSet {
    const changes = new Changes();
    this.#tables[table].replace(records, mark, changes, index);
    return changes;
  }

  /** Makes the records of one group those of a whole list, as the allocations of a job, or its runs. */
  replaceGroup<Name extends TableName>(
    table: Name,
    group: string,
    records: readonly RecordIn<Name>[],
    mark: SnapshotMark,
  ): ChangeSet {
    const changes = new Changes();
    // What they belong to was removed while the list was on its way, so they belong to nothing that is there.
    if (!this.#tables[table].lostOwner(group, mark)) this.#tables[table].replaceGroup(group, records, mark, changes);
    return changes;
  }

  /** How many jobs have all of their allocations held. */
  get wholeJobs(): number {
    return this.#tables.allocations.wholeGroups;
  }

  /** Takes jobs of a list, of which they may be a part. */
  takeJobs(snapshot: readonly JobSnapshot[], mark: SnapshotMark, { follows }: Pick<JobListing, 'follows'>): ChangeSet {
    const changes = new Changes();
    const tables = this.#tables;
    for (const { job, allocations, deployment } of snapshot) {
      if (!tables.jobs.take(job, mark, changes)) continue;
      if (allocations !== undefined) tables.allocations.replaceGroup(job.key, allocations, mark, changes);
      else if (follows?.(job.key) === false) this.#doubtAllocations(job.key, mark, changes);
      if (deployment !== undefined) tables.deployments.take(deployment, mark, changes);
    }
    return changes;
  }

  /** Drops the jobs that a whole list does not have. */
  retainJobs(listed: ReadonlySet<JobKey>, mark: SnapshotMark, extent: Omit<Extent<JobRecord>, 'group'>): ChangeSet {
    const changes = new Changes();
    this.#tables.jobs.retain(listed, mark, changes, extent);
    return changes;
  }

  /** Makes the jobs those of a whole list. */
  replaceJobs(snapshot: readonly JobSnapshot[], mark: SnapshotMark, listing: JobListing): ChangeSet {
    const { index, listedSeparately } = listing;
    const changes = new Changes().add(this.takeJobs(snapshot, mark, listing));
    const listed = new Set(snapshot.map(({ job }) => job.key));
    return changes.add(this.retainJobs(listed, mark, { except: listedSeparately, index }));
  }

  /** Drops allocations of jobs whose allocations aren't all held, unless they are among `allocations`. */
  retainAllocations(allocations: readonly AllocationRecord[], mark: SnapshotMark): ChangeSet {
    const changes = new Changes();
    const listed = new Set(allocations.map((allocation) => allocation.id));
    const except = (allocation: AllocationRecord) => this.hasAllAllocations(allocation.jobKey);
    this.#tables.allocations.retain(listed, mark, changes, { except });
    return changes;
  }

  /** Events may have been missed before a list without allocations: from now on those that are held may be a part. */
  #doubtAllocations(job: JobKey, mark: SnapshotMark, changes: Changes): void {
    if (mark.heard('jobs', job) !== undefined || !this.#tables.allocations.setWhole(job, false)) return;
    changes.mark('jobs', job);
  }
}
