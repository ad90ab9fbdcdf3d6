import type { Deployment } from '../../../src/nomad/types/deployment.ts';
import type { NomadEvent } from '../../../src/nomad/types/event.ts';
import type { Job } from '../../../src/nomad/types/job.ts';
import { countHealth, countPlacement } from './deploymentCounts.ts';
import { allocationEvent, deploymentEvent, evaluationEvent, jobEvent, nodeEvent } from './events.ts';
import { addTo } from './indexes.ts';
import { refreshJob } from './jobStatus.ts';
import {
  type AllocationRecord,
  type EvaluationRecord,
  type NamespaceRecord,
  type NodeRecord,
  jobKey,
  keyOf,
  namespaceOf,
} from './records.ts';
import type { Applied, Store, TableName } from './store.ts';

const trackedVersions = 6;

/** The changes of one raft entry. Every put stamps the record with the entry's index and makes its event. */
export class Transaction {
  readonly store: Store;
  readonly type: string;
  readonly index: number;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** Nanoseconds since the epoch. */
  readonly nowNs: number;
  /** The events; the entry becomes as many lines of the stream. */
  lines: NomadEvent[][] = [];
  readonly #allocations = new Map<string, AllocationRecord>();
  readonly #evaluations = new Map<string, EvaluationRecord>();
  readonly #deployments = new Map<string, Deployment>();
  readonly #jobs = new Map<string, Job>();
  readonly #dirty = new Set<string>();
  readonly #nodes = new Set<string>();
  readonly #others: NomadEvent[] = [];
  readonly #changedNodes: NodeRecord[] = [];

  constructor(store: Store, type: string, index: number) {
    this.store = store;
    this.type = type;
    this.index = index;
    this.nowMs = store.clock.now();
    this.nowNs = this.nowMs * 1e6;
  }

  touch(table: TableName): void {
    this.store.touch(table, this.index);
  }

  /** Stores a job; the version list follows when it holds that version. */
  putJob(job: Job): Job {
    const stored: Job = { ...job, ModifyIndex: this.index };
    const key = jobKey(namespaceOf(job), job.ID);
    this.store.jobs.set(key, stored);
    const versions = this.store.versions.get(key) ?? [];
    this.store.versions.set(
      key,
      versions.map((version) => (version.Version === stored.Version ? stored : version)),
    );
    if (job.ParentID !== undefined && job.ParentID !== '') {
      const parent = jobKey(namespaceOf(job), job.ParentID);
      addTo(this.store.children, parent, key);
      this.#dirty.add(parent);
    }
    this.touch('jobs');
    this.#jobs.set(key, stored);
    this.#dirty.add(key);
    return stored;
  }

  /** Stores a job as a new version. Old versions go, except tagged ones. */
  putVersion(job: Job): Job {
    const key = jobKey(namespaceOf(job), job.ID);
    let kept = 0;
    const others = (this.store.versions.get(key) ?? []).filter(({ Version }) => Version !== job.Version);
    const inOrder = [job, ...others].sort((one, other) => other.Version - one.Version);
    const versions = inOrder.filter((version) => {
      if (version.VersionTag) return true;
      kept += 1;
      return kept <= trackedVersions;
    });
    this.store.versions.set(key, versions);
    return this.putJob(job);
  }

  deleteJob(job: Job): void {
    const key = jobKey(namespaceOf(job), job.ID);
    for (const table of [this.store.jobs, this.store.versions, this.store.submissions, this.store.summaries]) {
      table.delete(key);
    }
    this.store.scaling.delete(key);
    this.store.queued.delete(key);
    for (const id of this.store.deploymentsByJob.get(key) ?? []) this.store.deployments.delete(id);
    this.store.deploymentsByJob.delete(key);
    if (job.ParentID) this.#dirty.add(jobKey(namespaceOf(job), job.ParentID));
    this.touch('jobs');
    this.touch('deployments');
    // Older servers have no event for it.
    if (this.store.nomad === '1.6') return;
    this.#others.push(jobEvent(this.type, this.index, { ...job, ModifyIndex: this.index }, true));
  }

  putEvaluation(evaluation: EvaluationRecord): EvaluationRecord {
    const known = this.store.evaluations.has(evaluation.ID);
    const stored: EvaluationRecord = {
      ...(evaluation.Status === 'blocked' ? this.#waiting(evaluation) : {}),
      ...evaluation,
      CreateIndex: known ? evaluation.CreateIndex : this.index,
      ModifyIndex: this.index,
      CreateTime: known ? (evaluation.CreateTime ?? this.nowNs) : this.nowNs,
      ModifyTime: this.nowNs,
    };
    this.store.evaluations.set(stored.ID, stored);
    addTo(this.store.evaluationsByJob, keyOf(stored), stored.ID);
    this.touch('evaluations');
    this.#evaluations.set(stored.ID, stored);
    this.#dirty.add(keyOf(stored));
    return stored;
  }

  putDeployment(deployment: Deployment): Deployment {
    const known = this.store.deployments.has(deployment.ID);
    const stored: Deployment = {
      ...deployment,
      CreateIndex: known ? deployment.CreateIndex : this.index,
      ModifyIndex: this.index,
      CreateTime: known ? (deployment.CreateTime ?? this.nowNs) : this.nowNs,
      ModifyTime: this.nowNs,
    };
    this.store.deployments.set(stored.ID, stored);
    addTo(this.store.deploymentsByJob, keyOf(stored), stored.ID);
    this.touch('deployments');
    this.#deployments.set(stored.ID, stored);
    this.#dirty.add(keyOf(stored));
    return stored;
  }

  /** Stores an allocation that the server made or changed. */
  putAllocation(allocation: AllocationRecord): AllocationRecord {
    const stored = this.#putAllocation({ ...allocation, AllocModifyIndex: this.index });
    const previous = this.store.allocations.get(stored.PreviousAllocation);
    // Whatever a plan does to an allocation, it also tells the one before which the next is.
    if (this.type === 'PlanResult' && previous !== undefined)
      this.#putAllocation({ ...previous, NextAllocation: stored.ID });
    return stored;
  }

  /** Stores what a client reported. */
  updateAllocation(allocation: AllocationRecord): AllocationRecord {
    this.#nodes.add(allocation.NodeID);
    return this.#putAllocation(allocation);
  }

  deleteAllocation(allocation: AllocationRecord): void {
    this.store.allocations.delete(allocation.ID);
    this.store.allocationsByJob.get(keyOf(allocation))?.delete(allocation.ID);
    this.store.allocationsByNode.get(allocation.NodeID)?.delete(allocation.ID);
    this.touch('allocations');
    this.#dirty.add(keyOf(allocation));
  }

  putNode(node: NodeRecord): NodeRecord {
    const known = this.store.nodes.get(node.ID);
    const stored: NodeRecord = { ...node, CreateIndex: known?.CreateIndex ?? this.index, ModifyIndex: this.index };
    this.store.nodes.set(stored.ID, stored);
    this.touch('nodes');
    this.#others.push(nodeEvent(this.type, this.index, stored));
    this.#changedNodes.push(stored);
    return stored;
  }

  putNamespace(namespace: NamespaceRecord): void {
    const known = this.store.namespaces.get(namespace.Name);
    const CreateIndex = known?.CreateIndex ?? this.index;
    this.store.namespaces.set(namespace.Name, { ...namespace, CreateIndex, ModifyIndex: this.index });
    this.touch('namespaces');
  }

  /** What an evaluation that waits for room tells about the moment when it began to. */
  #waiting(evaluation: EvaluationRecord): Partial<EvaluationRecord> {
    const filtered = Object.values(evaluation.FailedTGAllocs ?? {}).some(
      ({ NodesFiltered }) => (NodesFiltered ?? 0) > 0,
    );
    const job = this.store.jobs.get(keyOf(evaluation));
    return {
      ...(job === undefined ? {} : { JobModifyIndex: job.JobModifyIndex }),
      SnapshotIndex: this.index - 1,
      ClassEligibility: { 'v1:2672916694322659731': !filtered },
    };
  }

  /** Adds an event of a topic that has no table of its own here. */
  addEvent(topic: string, key: string, namespace: string, payload: Record<string, unknown>, keys?: string[]): void {
    this.#others.push({
      Topic: topic,
      Type: this.type,
      Key: key,
      Namespace: namespace,
      FilterKeys: keys ?? null,
      Index: this.index,
      Payload: payload,
    });
  }

  deleteNode(node: NodeRecord): void {
    this.store.nodes.delete(node.ID);
    this.touch('nodes');
    this.#others.push(nodeEvent(this.type, this.index, node));
  }

  deleteEvaluation(evaluation: EvaluationRecord): void {
    this.store.evaluations.delete(evaluation.ID);
    this.store.evaluationsByJob.get(keyOf(evaluation))?.delete(evaluation.ID);
    this.touch('evaluations');
  }

  /** Brings job statuses and summaries up to date, and makes the events. */
  commit(): Applied {
    // Only this message leaves the status of the job alone, whatever evaluation it makes.
    if (this.type !== 'AllocationUpdateDesiredStatus') for (const key of this.#dirty) refreshJob(this, key);
    this.lines = this.#events();
    return {
      index: this.index,
      type: this.type,
      allocations: [...this.#allocations.values()],
      evaluations: [...this.#evaluations.values()],
      deployments: [...this.#deployments.values()],
      jobs: [...this.#jobs.values()],
      nodes: this.#changedNodes,
    };
  }

  /** Marks a job whose status or summary may have to change. */
  markDirty(key: string): void {
    this.#dirty.add(key);
  }

  #events(): NomadEvent[][] {
    const { type, index } = this;
    const jobs = [...this.#jobs.values()].map((job) => jobEvent(type, index, job));
    const evaluations = [...this.#evaluations.values()].map((item) => evaluationEvent(type, index, item));
    const deployments = [...this.#deployments.values()].map((item) => deploymentEvent(type, index, item));
    const allocations = [...this.#allocations.values()].map((item) => allocationEvent(type, index, item));
    const nodes = [...this.#nodes].flatMap((id) => this.store.nodes.get(id) ?? []);
    const clients = nodes.map((node) => nodeEvent(type, index, node));
    if (type === 'JobRegistered' || type === 'JobDeregistered') {
      return [
        [...jobs, ...this.#others],
        [...evaluations, ...deployments, ...allocations],
      ];
    }
    if (type === 'PlanResult') return [[...evaluations, ...allocations, ...deployments, ...jobs]];
    return [[...deployments, ...evaluations, ...allocations, ...jobs, ...clients, ...this.#others]];
  }

  #putAllocation(allocation: AllocationRecord): AllocationRecord {
    const before = this.store.allocations.get(allocation.ID);
    const stored: AllocationRecord = {
      ...allocation,
      CreateIndex: before?.CreateIndex ?? this.index,
      CreateTime: before?.CreateTime ?? this.nowNs,
      ModifyIndex: this.index,
      ModifyTime: this.nowNs,
      DeploymentStatus: stampHealth(before, allocation, this.index),
    };
    this.store.allocations.set(stored.ID, stored);
    addTo(this.store.allocationsByJob, keyOf(stored), stored.ID);
    addTo(this.store.allocationsByNode, stored.NodeID, stored.ID);
    this.touch('allocations');
    this.#allocations.set(stored.ID, stored);
    this.#dirty.add(keyOf(stored));
    this.#countInDeployment(before, stored);
    return stored;
  }

  #countInDeployment(before: AllocationRecord | undefined, after: AllocationRecord): void {
    const deployment = this.store.deployments.get(after.DeploymentID);
    if (deployment === undefined) return;
    let counted = deployment;
    if (before?.DeploymentID !== after.DeploymentID) counted = countPlacement(counted, after, this.nowMs);
    counted = countHealth(counted, before, after, this.nowMs);
    if (counted !== deployment) this.putDeployment(counted);
  }
}

function stampHealth(
  before: AllocationRecord | undefined,
  after: AllocationRecord,
  index: number,
): AllocationRecord['DeploymentStatus'] {
  const status = after.DeploymentStatus;
  if (status === null) return null;
  const same =
    before?.DeploymentStatus?.Healthy === status.Healthy && before?.DeploymentStatus?.Canary === status.Canary;
  return same && before !== undefined ? before.DeploymentStatus : { ...status, ModifyIndex: index };
}
