import { taskEvent } from './client/taskEvent.ts';
import type { Job } from '../../src/nomad/types/job.ts';
import type { Cluster } from './cluster/cluster.ts';
import { canonicalize } from './job/canonicalize.ts';
import type { NomadVersion } from './job/versions.ts';
import { allocatedResources } from './scheduler/resources.ts';
import { type AllocationRecord, emptyAllocation, jobKey, wireTime } from './state/records.ts';
import { addTo } from './state/indexes.ts';
import { byChange, byCreation, byId, byName } from './state/table.ts';

/** Every twentieth job has something wrong with it, so that lists are not all green. */
function clientStatus(job: number, allocation: number): string {
  if (job % 20 === 7) return allocation === 0 ? 'failed' : 'running';
  if (job % 20 === 13) return 'pending';
  return 'running';
}

/**
 * Fills the state with jobs and allocations that nothing runs behind: no events, no evaluations, no tasks. Fast enough
 * for 10,000 jobs with 100,000 allocations.
 */
export function fill(cluster: Cluster, jobs: number, allocationsPerJob: number): void {
  const { store } = cluster;
  const template = templateJob(cluster.store.nomad);
  const resources = allocatedResources(groupOf(template), []);
  let index = store.index;
  for (let number = 0; number < jobs; number += 1) {
    index += 1;
    const job = numberedJob(template, number, allocationsPerJob, index, store.clock.now() * 1e6);
    index = fillJob(cluster, job, number, resources);
  }
  for (const table of ['jobs', 'job_summary', 'allocations'] as const) store.touch(table, index);
  store.skipTo(index);
  // Sorting takes longer than a page may, so it is done before anyone asks.
  for (const order of [byName, byChange]) store.jobs.inOrder(order);
  for (const order of [byCreation, byId]) store.allocations.inOrder(order);
}

function numberedJob(template: Job, number: number, count: number, index: number, nowNs: number): Job {
  const id = `job-${String(number).padStart(5, '0')}`;
  return {
    ...template,
    ID: id,
    Name: id,
    TaskGroups: [{ ...groupOf(template), Count: count }],
    Status: 'running',
    Stable: true,
    SubmitTime: nowNs,
    CreateIndex: index,
    ModifyIndex: index,
    JobModifyIndex: index,
  };
}

/** Stores a job and its allocations; returns the last index that was used. */
function fillJob(cluster: Cluster, job: Job, number: number, resources: Record<string, unknown>): number {
  const { store } = cluster;
  const nodes = [...store.nodes.values()];
  const key = jobKey('default', job.ID);
  let index = job.CreateIndex;
  store.jobs.set(key, job);
  store.versions.set(key, [job]);
  const summary = { Queued: 0, Complete: 0, Failed: 0, Running: 0, Starting: 0, Lost: 0, Unknown: 0 };
  for (let at = 0; at < groupOf(job).Count; at += 1) {
    index += 1;
    const status = clientStatus(number, at);
    if (status === 'running') summary.Running += 1;
    else if (status === 'failed') summary.Failed += 1;
    else summary.Starting += 1;
    const node = nodes[(number + at) % nodes.length];
    const allocation = hollowAllocation(cluster, { job, at, status, index, node, resources });
    store.allocations.set(allocation.ID, allocation);
    addTo(store.allocationsByJob, key, allocation.ID);
    addTo(store.allocationsByNode, allocation.NodeID, allocation.ID);
  }
  const Children = { Pending: 0, Running: 0, Dead: 0 };
  const indexes = { CreateIndex: job.CreateIndex, ModifyIndex: index };
  store.summaries.set(key, { JobID: job.ID, Namespace: 'default', Summary: { app: summary }, Children, ...indexes });
  return index;
}

function groupOf(job: Job) {
  return job.TaskGroups?.[0] ?? { Name: 'app', Count: 1, Tasks: [] };
}

function templateJob(nomad: NomadVersion): Job {
  const task = {
    Name: 'server',
    Driver: 'docker',
    Config: { image: 'registry.example/app:1.4.2' },
    Resources: { CPU: 10, MemoryMB: 10 },
  };
  const job = {
    ID: 'job',
    Name: 'job',
    Namespace: 'default',
    Type: 'service',
    Datacenters: ['dc1'],
    TaskGroups: [{ Name: 'app', Count: 1, Tasks: [task] }],
  } as unknown as Job;
  return { ...canonicalize(job, nomad), Version: 0, Stop: false };
}

interface Hollow {
  readonly job: Job;
  readonly at: number;
  readonly status: string;
  readonly index: number;
  readonly node: { readonly ID: string; readonly Name: string } | undefined;
  readonly resources: Record<string, unknown>;
}

const descriptions: Record<string, string> = {
  running: 'Tasks are running',
  pending: 'No tasks have started',
  failed: 'Failed tasks',
};

function hollowTaskState(status: string, nowMs: number) {
  const now = wireTime(nowMs);
  return {
    State: status === 'failed' ? 'dead' : status,
    Failed: status === 'failed',
    Restarts: 0,
    LastRestart: null,
    StartedAt: status === 'pending' ? null : now,
    FinishedAt: status === 'failed' ? now : null,
    Events: [taskEvent('Received', nowMs, 'Task received by client')],
    Paused: '',
  };
}

function hollowAllocation(cluster: Cluster, { job, at, status, index, node, resources }: Hollow): AllocationRecord {
  const nowMs = cluster.store.clock.now();
  return {
    ...emptyAllocation,
    ID: cluster.random.uuid(),
    Name: `${job.ID}.app[${String(at)}]`,
    NodeID: node?.ID ?? '',
    NodeName: node?.Name ?? '',
    JobID: job.ID,
    Job: job,
    TaskGroup: 'app',
    ClientStatus: status,
    ClientDescription: descriptions[status] ?? '',
    TaskStates: { server: hollowTaskState(status, nowMs) },
    AllocatedResources: resources,
    hollow: true,
    CreateIndex: index,
    ModifyIndex: index,
    AllocModifyIndex: index,
    CreateTime: nowMs * 1e6,
    ModifyTime: nowMs * 1e6,
  };
}
