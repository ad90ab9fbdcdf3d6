import { textOf, textOr } from '../scheduler/resources.ts';
import type { Job, JobStatusItem } from '../../../src/nomad/types/job.ts';
import { Refusal } from '../cluster/refusal.ts';
import { isActiveDeployment, isParent, jobKey, namespaceOf } from '../state/records.ts';
import { byChange } from '../state/table.ts';
import type { Table } from '../state/table.ts';
import { allAutoPromote, requiresPromotion } from '../state/wire.ts';
import { type Answer, type Exchange, field } from './exchange.ts';
import { inSight, list } from './listing.ts';
import type { Route } from './route.ts';

/** `/v1/jobs/statuses`, of which older agents know nothing. */
export const statusRoutes: readonly Route[] = [
  { path: /^\/v1\/jobs\/statuses$/, methods: ['GET', 'POST'], handle: refusingAsError, sinceTwo: true },
];

/** Filters that can't be read are errors of the server here, unlike in all other lists. */
async function refusingAsError(exchange: Exchange): Promise<Answer> {
  try {
    return await statuses(exchange);
  } catch (error) {
    throw error instanceof Refusal && /^failed to (?:create|read) result/.test(error.message)
      ? new Refusal(500, error.message)
      : error;
  }
}

async function statuses(exchange: Exchange): Promise<Answer> {
  let wanted: Set<string> | undefined;
  let withChildren = exchange.flag('include_children');
  if (exchange.method === 'POST') {
    const body = await exchange.body('api.JobStatusesRequest', 'error decoding request: ');
    wanted = wantedJobs(field(body, 'Jobs'));
    withChildren = field(body, 'IncludeChildren') === true;
  }
  exchange.require('read-job', wanted === undefined ? exchange.namespace : '*');
  const { store } = exchange;
  const tables = ['jobs', 'allocations', 'deployments'] as const;
  const indexOf = pageIndex(exchange);
  // A waiting query asks after every entry, most of which concern other tables.
  let known = { at: -1, index: 0 };
  return list<Job>(exchange, {
    tables,
    items: () => (exchange.cluster.options.hidesTies === true ? lastOfEach(store.jobs) : store.jobs.inOrder(byChange)),
    visible: () => {
      const isSeen = wanted === undefined ? inSight(exchange, 'read-job')() : readable(exchange);
      return (job) =>
        (withChildren || !job.ParentID) && (wanted === undefined || wanted.has(keyOfJob(job))) && isSeen(job);
    },
    whole: (job) => job,
    stub: (job) => statusItem(exchange, keyOfJob(job), job),
    token: (job) => String(job.ModifyIndex),
    isSortedByToken: true,
    isFalling: true,
    index: (page) => {
      const at = store.tableIndex(...tables);
      if (known.at !== at) known = { at, index: indexOf(page()) };
      return known.index;
    },
  });
}

/** Up to 2.0.3 the index of jobs by their ModifyIndex holds one for each: the last that was written. */
function lastOfEach(jobs: Table<Job>): readonly Job[] {
  const byIndex = new Map<number, Job>();
  for (const job of jobs.values()) byIndex.set(job.ModifyIndex, job);
  return jobs.inOrder(byChange).filter((job) => byIndex.get(job.ModifyIndex) === job);
}

function keyOfJob(job: Job): string {
  return jobKey(namespaceOf(job), job.ID);
}

/**
 * The index of what is on the page, so that what changes elsewhere wakes nobody; that of all jobs as soon as others are
 * on the page than were at first.
 */
function pageIndex(exchange: Exchange): (page: readonly Job[]) => number {
  let first: string | undefined;
  return (page) => {
    const keys = page.map(keyOfJob).sort().join('\n');
    first ??= keys;
    if (first !== '' && keys !== first) return exchange.store.tableIndex('jobs');
    return page.reduce((highest, job) => Math.max(highest, latestIndex(exchange, job)), 0);
  };
}

function wantedJobs(list: unknown): Set<string> {
  const jobs = Array.isArray(list) ? (list as Record<string, unknown>[]) : [];
  if (jobs.length === 0) throw new Refusal(400, 'no jobs in request');
  return new Set(
    jobs.map((job) => jobKey(textOr(textOf(field(job, 'Namespace')), 'default'), textOf(field(job, 'ID')))),
  );
}

function readable({ acl, token }: Exchange): (job: Job) => boolean {
  return (job) => acl.allows(token, 'read-job', namespaceOf(job));
}

function latestIndex({ store }: Exchange, job: Job): number {
  const key = keyOfJob(job);
  let latest = Math.max(job.ModifyIndex, store.latestDeployment(key)?.ModifyIndex ?? 0);
  if (isParent(job)) {
    for (const child of store.children.get(key) ?? []) {
      latest = Math.max(latest, store.jobs.get(child)?.ModifyIndex ?? 0);
    }
  }
  for (const id of store.allocationsByJob.get(key) ?? []) {
    latest = Math.max(latest, store.allocations.get(id)?.ModifyIndex ?? 0);
  }
  return latest;
}

function statusItem(exchange: Exchange, key: string, job: Job): JobStatusItem {
  const { store } = exchange;
  const parent = isParent(job);
  const children = [...(store.children.get(key) ?? [])].flatMap((child) => store.jobs.get(child)?.Status ?? []);
  const deployment = store.latestDeployment(key);
  return {
    ID: job.ID,
    Namespace: namespaceOf(job),
    Name: job.Name,
    Type: job.Type,
    NodePool: job.NodePool ?? 'default',
    Datacenters: job.Datacenters ?? null,
    Priority: job.Priority,
    Version: job.Version,
    SubmitTime: job.SubmitTime ?? 0,
    ModifyIndex: job.ModifyIndex,
    ParentID: job.ParentID ?? '',
    Stop: job.Stop,
    Status: job.Status,
    IsPack: job.Meta?.['pack.name'] !== undefined,
    GroupCountSum: (job.TaskGroups ?? []).reduce((sum, group) => sum + group.Count, 0),
    ChildStatuses: parent ? children : null,
    Allocs: parent ? null : store.allocationsOf(key).map(statusAllocation),
    LatestDeployment:
      deployment === undefined
        ? null
        : {
            ID: deployment.ID,
            IsActive: isActiveDeployment(deployment),
            JobVersion: deployment.JobVersion,
            Status: deployment.Status,
            StatusDescription: deployment.StatusDescription ?? '',
            AllAutoPromote: allAutoPromote(deployment),
            RequiresPromotion: requiresPromotion(deployment),
          },
  };
}

function statusAllocation(allocation: ReturnType<Exchange['store']['allocationsOf']>[number]) {
  const status = allocation.DeploymentStatus;
  return {
    ID: allocation.ID,
    Group: allocation.TaskGroup,
    ClientStatus: allocation.ClientStatus,
    NodeID: allocation.NodeID,
    JobVersion: allocation.Job.Version,
    FollowupEvalID: allocation.FollowupEvalID,
    HasPausedTask: false,
    DeploymentStatus: status === null ? null : { Canary: status.Canary ?? false, Healthy: status.Healthy ?? null },
  };
}
