import { Emitter } from '../../../src/base/events.ts';
import type { Clock } from '../../../src/base/clock.ts';
import type { Deployment } from '../../../src/nomad/types/deployment.ts';
import type { Job, JobSummary } from '../../../src/nomad/types/job.ts';
import type { NomadVersion } from '../job/versions.ts';
import { EventBuffer } from './eventBuffer.ts';
import {
  type AllocationRecord,
  type EvaluationRecord,
  type NamespaceRecord,
  type NodeRecord,
  type ScalingEvent,
  type SubmissionRecord,
  jobKey,
} from './records.ts';
import {
  type NodePoolRecord,
  type SchedulerConfiguration,
  type ServiceRecord,
  type VariableRecord,
  builtInPools,
  firstSchedulerConfiguration,
} from './registry.ts';
import { Table } from './table.ts';
import { Transaction } from './transaction.ts';

/** The tables that have an index of their own. */
export type TableName =
  | 'jobs'
  | 'job_summary'
  | 'allocations'
  | 'deployments'
  | 'evaluations'
  | 'nodes'
  | 'namespaces'
  | 'scaling_events'
  | 'variables'
  | 'services'
  | 'node_pools'
  | 'acl';

/** One applied raft entry. */
export interface Applied {
  readonly index: number;
  readonly type: string;
  readonly allocations: readonly AllocationRecord[];
  readonly evaluations: readonly EvaluationRecord[];
  readonly deployments: readonly Deployment[];
  readonly jobs: readonly Job[];
  /** Those that changed themselves, and not only because their clients told of allocations. */
  readonly nodes: readonly NodeRecord[];
}

/**
 * The cluster's state: tables of immutable records, and an index that grows by one with every change, as Nomad's raft
 * index does. All changes go through {@link apply}.
 */
export class Store {
  readonly clock: Clock;
  readonly nomad: NomadVersion;
  readonly region: string;
  readonly events = new EventBuffer();
  readonly jobs = new Table<Job>();
  /** Newest first. */
  readonly versions = new Map<string, Job[]>();
  readonly submissions = new Map<string, SubmissionRecord[]>();
  readonly summaries = new Map<string, JobSummary>();
  readonly children = new Map<string, Set<string>>();
  /** Allocations that the scheduler could not place, by group. */
  readonly queued = new Map<string, Record<string, number>>();
  /** By job and group, newest first. */
  readonly scaling = new Map<string, Map<string, ScalingEvent[]>>();
  readonly allocations = new Table<AllocationRecord>();
  readonly allocationsByJob = new Map<string, Set<string>>();
  readonly allocationsByNode = new Map<string, Set<string>>();
  readonly deployments = new Table<Deployment>();
  readonly deploymentsByJob = new Map<string, Set<string>>();
  readonly evaluations = new Table<EvaluationRecord>();
  readonly evaluationsByJob = new Map<string, Set<string>>();
  readonly nodes = new Table<NodeRecord>();
  readonly namespaces = new Map<string, NamespaceRecord>();
  /** By namespace and path, as {@link jobKey} joins them. */
  readonly variables = new Map<string, VariableRecord>();
  /** By id. */
  readonly services = new Map<string, ServiceRecord>();
  readonly nodePools: Map<string, NodePoolRecord> = builtInPools();
  schedulerConfiguration: SchedulerConfiguration = firstSchedulerConfiguration;
  readonly #tableIndex = new Map<TableName, number>();
  readonly #applied = new Emitter<Applied>();
  #index = 1;

  readonly onApplied = this.#applied.event;

  constructor(clock: Clock, nomad: NomadVersion, region: string) {
    this.clock = clock;
    this.nomad = nomad;
    this.region = region;
  }

  get index(): number {
    return this.#index;
  }

  tableIndex(...tables: readonly TableName[]): number {
    return Math.max(0, ...tables.map((table) => this.#tableIndex.get(table) ?? 0));
  }

  touch(table: TableName, index: number): void {
    this.#tableIndex.set(table, index);
  }

  /**
   * Applies one raft entry.
   *
   * @param type the raft message, as events name it
   * @returns the entry's index
   */
  apply(type: string, change: (transaction: Transaction) => void): number {
    const transaction = new Transaction(this, type, this.#index + 1);
    change(transaction);
    this.#index += 1;
    const applied = transaction.commit();
    const lines = transaction.lines.filter((line) => line.length > 0);
    if (lines.length > 0) this.events.add({ index: this.#index, lines });
    this.#applied.fire(applied);
    return this.#index;
  }

  job(namespace: string, id: string): Job | undefined {
    return this.jobs.get(jobKey(namespace, id));
  }

  version(key: string, version: number): Job | undefined {
    return this.versions.get(key)?.find((job) => job.Version === version);
  }

  allocationsOf(key: string): AllocationRecord[] {
    return pick(this.allocationsByJob.get(key), this.allocations);
  }

  allocationsOn(nodeId: string): AllocationRecord[] {
    return pick(this.allocationsByNode.get(nodeId), this.allocations);
  }

  evaluationsOf(key: string): EvaluationRecord[] {
    return pick(this.evaluationsByJob.get(key), this.evaluations);
  }

  deploymentsOf(key: string): Deployment[] {
    return pick(this.deploymentsByJob.get(key), this.deployments);
  }

  /** The deployment of a job that was made last. */
  latestDeployment(key: string): Deployment | undefined {
    let latest: Deployment | undefined;
    for (const deployment of this.deploymentsOf(key)) {
      if (latest === undefined || deployment.CreateIndex > latest.CreateIndex) latest = deployment;
    }
    return latest;
  }

  /** Sets the index without an entry; for filling. */
  skipTo(index: number): void {
    this.#index = Math.max(this.#index, index);
  }
}

function pick<T>(ids: ReadonlySet<string> | undefined, table: ReadonlyMap<string, T>): T[] {
  const records: T[] = [];
  for (const id of ids ?? []) {
    const record = table.get(id);
    if (record !== undefined) records.push(record);
  }
  return records;
}
