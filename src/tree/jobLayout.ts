import { jobKey } from '../state/tables/keys.ts';
import type { AllocationRecord, JobRecord } from '../state/tables/records.ts';
import { jobStatus } from '../wording/status.ts';
import { isProblem } from '../wording/statusWords.ts';
import type { Store } from '../state/tables/store.ts';
import { byName, capped, compareText, counting, isFinished, newestFirst, taskRows } from './arrange.ts';
import { matches } from './filter.ts';
import type { Layout, LayoutContext, Row } from './rows.ts';

/** Jobs; under a job its rollout, its runs, and its groups or, where there is one, that group's allocations. */
export const jobLayout: Layout = { view: 'jobs', roots, children, parent };

function roots(context: LayoutContext): readonly Row[] {
  const { source, rows } = context;
  return [...source.store.jobs.values()]
    .filter((job) => parentOf(source.store, job) === undefined && isJobShown(context, job))
    .sort((a, b) => compareText(a.namespace, b.namespace) || compareText(a.name, b.name) || compareText(a.id, b.id))
    .map((job) => rows.job(job.key));
}

/** Whether the filter lets a job through, for itself or for one of its runs. */
export function isJobShown(context: Pick<LayoutContext, 'source'>, job: JobRecord): boolean {
  const { store, filter } = context.source;
  if (filter.text === '' && !filter.problemsOnly) return true;
  const family = [job, ...store.childrenOf(job.key)];
  if (filter.text !== '' && !family.some((member) => jobMatches(store, filter.text, member))) return false;
  return !filter.problemsOnly || family.some((member) => isProblem(jobStatus(store, member, context.source.now())));
}

function jobMatches(store: Store, text: string, job: JobRecord): boolean {
  const groups = job.groups?.map((group) => group.name) ?? Object.keys(job.summary ?? {});
  if (matches(text, [job.name, job.id, job.namespace, job.type, job.nodePool, ...groups])) return true;
  return store.allocationsOf(job.key).some((allocation) => matches(text, [allocation.group, allocation.nodeName]));
}

/** The job that a job is a run of, if that is there. */
export function parentOf(store: Store, job: JobRecord): JobRecord | undefined {
  if (job.parentId === undefined || job.parentId === '') return undefined;
  return store.jobs.get(jobKey(job.namespace, job.parentId));
}

function children(context: LayoutContext, row: Row): readonly Row[] {
  const { store } = context.source;
  switch (row.kind) {
    case 'job':
      return childrenOfJob(context, row);
    case 'group':
      return allocationRows(context, row, inGroup(store, row.job, row.group));
    case 'allocation':
      return taskRows(context, store.allocations.get(row.allocation));
    case 'deployment': {
      const groups = store.deployments.get(row.deployment)?.groups ?? [];
      return groups.map((group) => context.rows.deploymentGroup(row.job, row.deployment, group.name));
    }
    case 'message':
      return row.topic === 'finished' ? finishedRows(context, row) : [];
    case 'task':
    case 'deploymentGroup':
      return [];
  }
}

function childrenOfJob(context: LayoutContext, row: Row & { kind: 'job' }): readonly Row[] {
  const { source, rows } = context;
  const job = source.store.jobs.get(row.job);
  if (job === undefined) return [];
  const found: Row[] = [];
  if (source.loadFailure(job.key) !== undefined) found.push(rows.message('failed', row));
  const rollout = source.store.activeDeploymentOf(job.key);
  if (rollout !== undefined) found.push(rows.deployment(job.key, rollout.id));
  const groups = groupsShown(source.store, job);
  found.push(...groups.map((group) => rows.group(job.key, group)));
  found.push(...allocationRows(context, row, outsideOf(source.store, job, groups)));
  const runs = [...source.store.childrenOf(job.key)].sort(newestRunFirst);
  found.push(...capped(context, row, runs, (run) => rows.job(run.key)));
  return found.length > 0 ? found : [rows.message('nothing', row)];
}

function newestRunFirst(a: JobRecord, b: JobRecord): number {
  return (b.submitTimeMs ?? 0) - (a.submitTimeMs ?? 0) || compareText(b.id, a.id);
}

/** Names of the groups that are a level of their own: all of them, or none where there is but one. */
function groupsShown(store: Store, job: JobRecord): readonly string[] {
  const names = new Set(job.groups?.map((group) => group.name) ?? Object.keys(job.summary ?? {}));
  for (const allocation of store.allocationsOf(job.key)) {
    // A group that the job no longer has is worth a row only while something of it runs.
    if (!names.has(allocation.group) && !isFinished(job, allocation)) names.add(allocation.group);
  }
  return names.size > 1 ? [...names] : [];
}

function inGroup(store: Store, job: AllocationRecord['jobKey'], group: string): readonly AllocationRecord[] {
  return store.allocationsOf(job).filter((allocation) => allocation.group === group);
}

/** Allocations that are directly under their job. */
function outsideOf(store: Store, job: JobRecord, groups: readonly string[]): readonly AllocationRecord[] {
  return store.allocationsOf(job.key).filter((allocation) => !groups.includes(allocation.group));
}

function allocationRows(
  context: LayoutContext,
  owner: Row & { kind: 'job' | 'group' },
  all: readonly AllocationRecord[],
): readonly Row[] {
  const job = context.source.store.jobs.get(owner.job);
  const current = all.filter((allocation) => !isFinished(job, allocation)).sort(byName);
  const rows = capped(context, owner, current, (allocation) => context.rows.allocation(owner.job, allocation.id));
  const finished = all.length - current.length;
  if (finished > 0) rows.push(counting(context, 'finished', owner, finished));
  return rows;
}

function finishedRows(context: LayoutContext, row: Row & { kind: 'message' }): readonly Row[] {
  const { store } = context.source;
  const job = row.job === undefined ? undefined : store.jobs.get(row.job);
  if (job === undefined) return [];
  const all =
    row.owner?.kind === 'group'
      ? inGroup(store, job.key, row.owner.group)
      : outsideOf(store, job, groupsShown(store, job));
  const finished = all.filter((allocation) => isFinished(job, allocation)).sort(newestFirst);
  return capped(context, row, finished, (allocation) => context.rows.allocation(job.key, allocation.id));
}

function parent(context: LayoutContext, row: Row): Row | undefined {
  const { source, rows } = context;
  switch (row.kind) {
    case 'job': {
      const job = source.store.jobs.get(row.job);
      const above = job === undefined ? undefined : parentOf(source.store, job);
      return above === undefined ? undefined : rows.job(above.key);
    }
    case 'group':
    case 'deployment':
      return rows.job(row.job);
    case 'deploymentGroup':
      return rows.deployment(row.job, row.deployment);
    case 'task':
      return rows.allocation(row.job, row.allocation);
    case 'allocation':
      return parentOfAllocation(context, row);
    case 'message':
      return row.owner;
  }
}

function parentOfAllocation(context: LayoutContext, row: Row & { kind: 'allocation' }): Row {
  const { source, rows } = context;
  const job = source.store.jobs.get(row.job);
  const allocation = source.store.allocations.get(row.allocation);
  if (job === undefined || allocation === undefined) return rows.job(row.job);
  const grouped = groupsShown(source.store, job).includes(allocation.group);
  const owner = grouped ? rows.group(row.job, allocation.group) : rows.job(row.job);
  return isFinished(job, allocation) ? rows.message('finished', owner) : owner;
}
