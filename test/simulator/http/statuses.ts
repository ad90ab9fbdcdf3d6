import { textOf, textOr } from '../scheduler/resources.ts';
import type { Job, JobStatusItem } from '../../../src/nomad/types/job.ts';
import { Refusal } from '../cluster/refusal.ts';
import { isActiveDeployment, isParent, jobKey, namespaceOf } from '../state/records.ts';
import { allAutoPromote, requiresPromotion } from '../state/wire.ts';
import { type Answer, type Exchange, field } from './exchange.ts';
import { list } from './listing.ts';
import type { Route } from './route.ts';

/** `/v1/jobs/statuses`, of which older agents know nothing. */
export const statusRoutes: readonly Route[] = [
  { path: /^\/v1\/jobs\/statuses$/, methods: ['GET', 'POST'], handle: statuses, sinceTwo: true },
];

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
  // A waiting query asks after every entry, most of which concern other tables.
  let known = { at: -1, items: [] as { key: string; job: Job; index: number }[] };
  const items = () => {
    const at = store.tableIndex('jobs', 'allocations', 'deployments');
    if (known.at !== at) known = { at, items: find() };
    return [...known.items];
  };
  const find = () =>
    [...store.jobs]
      .filter(([key, job]) => isListed(exchange, key, job, wanted, withChildren))
      .map(([key, job]) => ({ key, job, index: latestIndex(exchange, key, job) }))
      .sort((a, b) => b.job.ModifyIndex - a.job.ModifyIndex);
  return list(exchange, {
    tables: ['jobs', 'allocations', 'deployments'],
    items,
    whole: ({ job }) => job,
    stub: ({ key, job }) => statusItem(exchange, key, job),
    token: ({ job }) => String(job.ModifyIndex),
    index: () => items().reduce((highest, { index }) => Math.max(highest, index), 0),
  });
}

function wantedJobs(list: unknown): Set<string> {
  const jobs = Array.isArray(list) ? (list as Record<string, unknown>[]) : [];
  if (jobs.length === 0) throw new Refusal(400, 'no jobs in request');
  return new Set(
    jobs.map((job) => jobKey(textOr(textOf(field(job, 'Namespace')), 'default'), textOf(field(job, 'ID')))),
  );
}

function isListed(
  exchange: Exchange,
  key: string,
  job: Job,
  wanted: ReadonlySet<string> | undefined,
  withChildren: boolean,
): boolean {
  if (job.ParentID && !withChildren) return false;
  if (wanted === undefined) return exchange.sees('read-job', namespaceOf(job));
  return wanted.has(key) && exchange.acl.allows(exchange.token, 'read-job', namespaceOf(job));
}

function latestIndex(exchange: Exchange, key: string, job: Job): number {
  let latest = job.ModifyIndex;
  for (const id of exchange.store.allocationsByJob.get(key) ?? []) {
    latest = Math.max(latest, exchange.store.allocations.get(id)?.ModifyIndex ?? 0);
  }
  return Math.max(latest, exchange.store.latestDeployment(key)?.ModifyIndex ?? 0);
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
