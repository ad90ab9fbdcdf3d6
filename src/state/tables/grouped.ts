import type { JobKey } from './keys.ts';

interface JobOwned {
  readonly id: string;
  readonly jobKey: JobKey;
}

const none: readonly never[] = [];

/** Records by id and by job, each job's in a stable order that is worked out when it is first asked for. */
export class GroupedRecords<T extends JobOwned> {
  readonly #byId = new Map<string, T>();
  readonly #idsByJob = new Map<JobKey, Set<string>>();
  readonly #sorted = new Map<JobKey, readonly T[]>();
  readonly #order: (a: T, b: T) => number;

  constructor(order: (a: T, b: T) => number) {
    this.#order = order;
  }

  get byId(): ReadonlyMap<string, T> {
    return this.#byId;
  }

  of(job: JobKey): readonly T[] {
    const sorted = this.#sorted.get(job);
    if (sorted !== undefined) return sorted;
    const ids = this.#idsByJob.get(job);
    if (ids === undefined) return none;
    const records: T[] = [];
    for (const id of ids) {
      const record = this.#byId.get(id);
      if (record !== undefined) records.push(record);
    }
    records.sort(this.#order);
    this.#sorted.set(job, records);
    return records;
  }

  set(record: T): void {
    this.#byId.set(record.id, record);
    this.#sorted.delete(record.jobKey);
    const ids = this.#idsByJob.get(record.jobKey);
    if (ids === undefined) this.#idsByJob.set(record.jobKey, new Set([record.id]));
    else ids.add(record.id);
  }

  delete(id: string): void {
    const record = this.#byId.get(id);
    if (record === undefined) return;
    this.#byId.delete(id);
    this.#sorted.delete(record.jobKey);
    const ids = this.#idsByJob.get(record.jobKey);
    ids?.delete(id);
    if (ids?.size === 0) this.#idsByJob.delete(record.jobKey);
  }

  /** Removes all records of a job and returns them. */
  deleteOf(job: JobKey): readonly T[] {
    const records = this.of(job);
    for (const { id } of records) this.delete(id);
    return records;
  }
}
