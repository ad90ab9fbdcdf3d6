import type { ClusterId } from '../state/clusters/clusterId.ts';
import type { JobKey } from '../state/tables/keys.ts';
import type { Store } from '../state/tables/store.ts';

/** The views. */
export type ViewName = 'jobs' | 'deployments' | 'allocations' | 'nodes';

interface RowBase {
  /** Unique in its view and without state in it, so that a row keeps its identity while everything about it changes. */
  readonly id: string;
  readonly cluster: ClusterId;
  readonly job: JobKey;
}

export interface JobRow extends RowBase {
  readonly kind: 'job';
}

export interface GroupRow extends RowBase {
  readonly kind: 'group';
  readonly group: string;
}

export interface AllocationRow extends RowBase {
  readonly kind: 'allocation';
  /** Allocation id. */
  readonly allocation: string;
}

export interface TaskRow extends RowBase {
  readonly kind: 'task';
  readonly allocation: string;
  readonly task: string;
}

export interface DeploymentRow extends RowBase {
  readonly kind: 'deployment';
  /** Deployment id. */
  readonly deployment: string;
}

export interface DeploymentGroupRow extends RowBase {
  readonly kind: 'deploymentGroup';
  readonly deployment: string;
  readonly group: string;
}

/**
 * What a message row says: finished allocations or runs without their job that it holds, further rows that are not shown, that there is nothing,
 * that loading failed, or that the filter hides everything.
 */
export type MessageTopic = 'finished' | 'parentGone' | 'more' | 'nothing' | 'failed' | 'hidden';

export interface MessageRow {
  readonly kind: 'message';
  readonly id: string;
  readonly cluster: ClusterId;
  readonly topic: MessageTopic;
  /** The row that it is under; none at the top. */
  readonly owner: Row | undefined;
  readonly job: JobKey | undefined;
}

interface JobLess {
  readonly id: string;
  readonly cluster: ClusterId;
  readonly job?: undefined;
}

export interface NodeRow extends JobLess {
  readonly kind: 'node';
  /** Node id. */
  readonly node: string;
}

/** A way in which a node runs tasks. */
export interface DriverRow extends JobLess {
  readonly kind: 'driver';
  readonly node: string;
  readonly driver: string;
}

/** All servers. */
export interface ServersRow extends JobLess {
  readonly kind: 'servers';
}

export interface ServerRow extends JobLess {
  readonly kind: 'server';
  readonly server: string;
}

/** A row of a view. It only names what it shows; the data is in the store. */
export type Row =
  | JobRow
  | GroupRow
  | AllocationRow
  | TaskRow
  | DeploymentRow
  | DeploymentGroupRow
  | NodesRow
  | MessageRow;

/** Rows of what is in no namespace. */
export type NodesRow = NodeRow | DriverRow | ServersRow | ServerRow;

/** Makes the rows of a cluster, and the same one again for the same thing: VS Code finds rows by identity. */
export class RowSet {
  readonly #cluster: ClusterId;
  readonly #isOfJob: (row: Row) => boolean;
  readonly #rows = new Map<string, Row>();
  /** The rows that are found by their job: not those of its allocations and tasks, which can be many. */
  readonly #byJob = new Map<JobKey, Set<Row>>();

  /** @param isOfJob whether a row is one of those that are found by their job */
  constructor(cluster: ClusterId, isOfJob: (row: Row) => boolean) {
    this.#cluster = cluster;
    this.#isOfJob = isOfJob;
  }

  get size(): number {
    return this.#rows.size;
  }

  get(id: string): Row | undefined {
    return this.#rows.get(id);
  }

  values(): IterableIterator<Row> {
    return this.#rows.values();
  }

  /** The rows that are found by this job. */
  ofJob(job: JobKey): ReadonlySet<Row> {
    return this.#byJob.get(job) ?? new Set();
  }

  job(job: JobKey): JobRow {
    return this.#same({ kind: 'job', id: this.#jobId(job), cluster: this.#cluster, job });
  }

  group(job: JobKey, group: string): GroupRow {
    return this.#same({ kind: 'group', id: this.#id('group', job, group), cluster: this.#cluster, job, group });
  }

  allocation(job: JobKey, allocation: string): AllocationRow {
    return this.#same({
      kind: 'allocation',
      id: this.#allocationId(allocation),
      cluster: this.#cluster,
      job,
      allocation,
    });
  }

  /** That of a node where it was made already. */
  knownNode(node: string): Row | undefined {
    return this.#rows.get(this.#id('node', node));
  }

  /** That of an allocation where it was made already. */
  knownAllocation(allocation: string): Row | undefined {
    return this.#rows.get(this.#allocationId(allocation));
  }

  task(job: JobKey, allocation: string, task: string): TaskRow {
    const id = this.#id('task', allocation, task);
    return this.#same({ kind: 'task', id, cluster: this.#cluster, job, allocation, task });
  }

  deployment(job: JobKey, deployment: string): DeploymentRow {
    const id = this.#id('deployment', deployment);
    return this.#same({ kind: 'deployment', id, cluster: this.#cluster, job, deployment });
  }

  deploymentGroup(job: JobKey, deployment: string, group: string): DeploymentGroupRow {
    const id = this.#id('deploymentGroup', deployment, group);
    return this.#same({ kind: 'deploymentGroup', id, cluster: this.#cluster, job, deployment, group });
  }

  node(node: string): NodeRow {
    return this.#same({ kind: 'node', id: this.#id('node', node), cluster: this.#cluster, node });
  }

  driver(node: string, driver: string): DriverRow {
    return this.#same({
      kind: 'driver',
      id: this.#id('driver', node, driver),
      cluster: this.#cluster,
      node,
      driver,
    });
  }

  servers(): ServersRow {
    return this.#same({ kind: 'servers', id: this.#id('servers'), cluster: this.#cluster });
  }

  server(server: string): ServerRow {
    return this.#same({ kind: 'server', id: this.#id('server', server), cluster: this.#cluster, server });
  }

  message(topic: MessageTopic, owner: Row | undefined): MessageRow {
    const id = this.#id(topic, owner?.id ?? '');
    return this.#same({ kind: 'message', id, cluster: this.#cluster, topic, owner, job: owner?.job });
  }

  /** Forgets rows whose object is gone. */
  prune(exists: (row: Row) => boolean): void {
    for (const row of this.#rows.values()) {
      if (exists(row)) continue;
      this.#rows.delete(row.id);
      if (row.job === undefined) continue;
      const others = this.#byJob.get(row.job);
      others?.delete(row);
      if (others?.size === 0) this.#byJob.delete(row.job);
    }
  }

  #jobId(job: JobKey): string {
    return this.#id('job', job);
  }

  #allocationId(allocation: string): string {
    return this.#id('allocation', allocation);
  }

  /** Names may hold any character, so the parts are joined in a way that can't run together. */
  #id(kind: string, ...parts: readonly string[]): string {
    return `${kind}:${JSON.stringify([this.#cluster, ...parts])}`;
  }

  #same<R extends Row>(row: R): R {
    const known = this.#rows.get(row.id);
    // An id starts with the row's kind, so what is found under it has the type of what is looked for.
    if (known !== undefined) return known as R;
    this.#rows.set(row.id, row);
    if (row.job !== undefined && this.#isOfJob(row)) this.#index(row.job, row);
    return row;
  }

  #index(job: JobKey, row: Row): void {
    const rows = this.#byJob.get(job);
    if (rows === undefined) this.#byJob.set(job, new Set([row]));
    else rows.add(row);
  }
}

/** What rows are made from. */
export interface RowSource {
  readonly cluster: ClusterId;
  readonly store: Store;
  /** The namespace that was asked for; `*` stands for all. */
  readonly namespace: string;
  readonly filter: { readonly text: string; readonly problemsOnly: boolean };
  /** Milliseconds since the epoch. */
  now(): number;
  /** Why a job or a node, or where none is named the list, could not be loaded; nothing where it was, or wasn't tried. */
  loadFailure(key: string | undefined): string | undefined;
  /** Whether the server has more allocations than were loaded. */
  readonly allocationsTruncated: boolean;
  /** For tests; the machine's own otherwise. */
  readonly timeZone?: string;
}

/** The parts of the list of all allocations, from its top to its bottom. */
export type AllocationPlace = 'problems' | 'alive' | 'ended';

/** What rows are arranged and drawn with. */
export interface LayoutContext {
  readonly view: ViewName;
  readonly source: RowSource;
  readonly rows: RowSet;
  /** How many things a message row stands for, by row id. */
  readonly counts: Map<string, number>;
  /** Where each allocation was the last time that all of them were arranged, by id. */
  readonly places: Map<string, AllocationPlace>;
  /** The jobs that the filter let through the last time that they were arranged, those behind the limit too. */
  readonly passed: Set<JobKey>;
}

/** What is at the top of a view; what is below a row is known by its kind. */
export interface Layout {
  readonly view: ViewName;
  roots(context: LayoutContext): readonly Row[];
}
