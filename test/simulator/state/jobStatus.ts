import type { Job, JobSummary, TaskGroupSummary } from '../../../src/nomad/types/job.ts';
import { isActiveDeployment, isOpenEvaluation, isParent, isTerminal, jobKey, namespaceOf } from './records.ts';
import type { Store } from './store.ts';
import type { Transaction } from './transaction.ts';

/** Brings the status and the summary of one job up to date with its allocations, evaluations and deployments. */
export function refreshJob(transaction: Transaction, key: string): void {
  const { store } = transaction;
  const job = store.jobs.get(key);
  if (job === undefined) return;
  const status = jobStatus(store, key, job);
  if (status !== job.Status) {
    transaction.putJob({ ...job, Status: status });
    if (job.ParentID) refreshParent(transaction, jobKey(namespaceOf(job), job.ParentID));
  }
  refreshSummary(transaction, key, job);
}

function refreshParent(transaction: Transaction, key: string): void {
  const parent = transaction.store.jobs.get(key);
  if (parent !== undefined) refreshSummary(transaction, key, parent);
}

function jobStatus(store: Store, key: string, job: Job): string {
  if (job.Type === 'system' || isParent(job)) return job.Stop ? 'dead' : 'running';
  // Older agents look at allocations alone.
  if (store.nomad !== '1.6' && store.deploymentsOf(key).some(isActiveDeployment)) return 'running';
  for (const id of store.allocationsByJob.get(key) ?? []) {
    const allocation = store.allocations.get(id);
    if (allocation !== undefined && !isTerminal(allocation)) return 'running';
  }
  const evaluations = store.evaluationsOf(key);
  if (evaluations.some(isOpenEvaluation)) return 'pending';
  return evaluations.length > 0 || job.Stop ? 'dead' : 'pending';
}

function emptyGroup(): TaskGroupSummary & { Unknown: number } {
  return { Queued: 0, Complete: 0, Failed: 0, Running: 0, Starting: 0, Lost: 0, Unknown: 0 };
}

const summaryField: Record<string, 'Complete' | 'Failed' | 'Running' | 'Starting' | 'Lost' | 'Unknown'> = {
  pending: 'Starting',
  running: 'Running',
  complete: 'Complete',
  failed: 'Failed',
  lost: 'Lost',
  unknown: 'Unknown',
};

function groupSummaries(store: Store, key: string, job: Job): Record<string, TaskGroupSummary> {
  const groups: Record<string, TaskGroupSummary & { Unknown: number }> = {};
  for (const group of job.TaskGroups ?? []) groups[group.Name] = emptyGroup();
  for (const id of store.allocationsByJob.get(key) ?? []) {
    const allocation = store.allocations.get(id);
    if (allocation === undefined) continue;
    const group = (groups[allocation.TaskGroup] ??= emptyGroup());
    const field = summaryField[allocation.ClientStatus];
    if (field !== undefined) group[field] += 1;
  }
  for (const [name, count] of Object.entries(store.queued.get(key) ?? {})) {
    const group = groups[name];
    if (group !== undefined) group.Queued = count;
  }
  return groups;
}

function childCounts(store: Store, key: string): { Pending: number; Running: number; Dead: number } {
  const counts = { Pending: 0, Running: 0, Dead: 0 };
  for (const childKey of store.children.get(key) ?? []) {
    const status = store.jobs.get(childKey)?.Status;
    if (status === 'pending') counts.Pending += 1;
    else if (status === 'running') counts.Running += 1;
    else if (status === 'dead') counts.Dead += 1;
  }
  return counts;
}

function refreshSummary(transaction: Transaction, key: string, job: Job): void {
  const { store, index } = transaction;
  const before = store.summaries.get(key);
  const Summary = groupSummaries(store, key, job);
  const Children = childCounts(store, key);
  if (
    before !== undefined &&
    JSON.stringify([before.Summary, before.Children]) === JSON.stringify([Summary, Children])
  ) {
    return;
  }
  const summary: JobSummary = {
    JobID: job.ID,
    Namespace: namespaceOf(job),
    Summary,
    Children,
    CreateIndex: job.CreateIndex,
    ModifyIndex: index,
  };
  store.summaries.set(key, summary);
  transaction.touch('job_summary');
}
