import type { Job, JobDiff } from '../../../src/nomad/types/job.ts';
import { Refusal, invalidMethod } from '../cluster/refusal.ts';
import { diffJobs } from '../job/diff.ts';
import { isTerminal, jobKey } from '../state/records.ts';
import { allocationStub, evaluationBody, jobBody } from '../state/wire.ts';
import { noUpgrade } from './clientAllocations.ts';
import type { Answer, Exchange } from './exchange.ts';
import { jobWrites } from './jobWrites.ts';
import { register } from './jobs.ts';
import { plan } from './plan.ts';
import type { Route } from './route.ts';

/** `/v1/job/:id` and all below it. A job's id may hold slashes, so the last words of the path decide. */
export const jobRoute: readonly Route[] = [
  { path: /^\/v1\/job\/(.*)$/s, handle: (exchange, [rest = '']) => dispatch(exchange, rest) },
];

type Read = (exchange: Exchange, id: string) => Promise<Answer>;

const readers: Record<string, Read> = {
  allocations: readAllocations,
  evaluations: readEvaluations,
  deployments: readDeployments,
  deployment: readDeployment,
  summary: readSummary,
  versions: readVersions,
  submission: readSubmission,
  services: readServices,
};

function dispatch(exchange: Exchange, rest: string): Promise<Answer> | Answer {
  const tag = /^([^/]+)\/versions\/([^/]+)\/tag$/.exec(rest);
  if (tag !== null && !exchange.isOld) return jobWrites.tag(exchange, tag[1] ?? '', tag[2] ?? '');
  if (rest.endsWith('/periodic/force')) {
    return jobWrites.force(writing(exchange), rest.slice(0, -'/periodic/force'.length));
  }
  const slash = rest.lastIndexOf('/');
  const [id, word] = [rest.slice(0, slash), rest.slice(slash + 1)];
  if (slash > 0) {
    const reader = readers[word];
    if (reader !== undefined) {
      if (exchange.method !== 'GET' && word !== 'versions') throw invalidMethod();
      return reader(exchange, id);
    }
    if (word === 'plan') return plan(writing(exchange), id);
    if (word === 'scale')
      return exchange.method === 'GET' ? readScale(exchange, id) : jobWrites.scale(writing(exchange), id);
    if (word === 'actions' && !exchange.isOld) return readActions(exchange, id);
    if (word === 'action' && !exchange.isOld) throw noUpgrade(false);
    const write = jobWrites.byWord[word];
    if (write !== undefined) return write(writing(exchange), id);
  }
  return whole(exchange, rest);
}

function writing(exchange: Exchange): Exchange {
  if (!exchange.isWrite) throw invalidMethod();
  return exchange;
}

function whole(exchange: Exchange, id: string): Promise<Answer> | Answer {
  if (exchange.method === 'GET') return readJob(exchange, id);
  if (exchange.isWrite) return register(exchange, id);
  if (exchange.method === 'DELETE') return jobWrites.deregister(exchange, id);
  throw invalidMethod();
}

function reading(exchange: Exchange, capability = 'read-job'): void {
  exchange.require(capability);
}

async function readJob(exchange: Exchange, id: string): Promise<Answer> {
  reading(exchange);
  const { store } = exchange;
  const find = () => store.job(exchange.namespace, id);
  await exchange.block(() => find()?.ModifyIndex ?? store.tableIndex('jobs'));
  const job = find();
  const index = job?.ModifyIndex ?? store.tableIndex('jobs');
  return job === undefined ? { status: 404, text: 'job not found', index } : { body: jobBody(job), index };
}

/** The index of a job's allocations, evaluations or deployments: that of the newest, or the table's. */
function newest(records: readonly { readonly ModifyIndex: number }[], table: number): number {
  return records.length === 0 ? table : Math.max(...records.map(({ ModifyIndex }) => ModifyIndex));
}

async function readAllocations(exchange: Exchange, id: string): Promise<Answer> {
  reading(exchange);
  const { store } = exchange;
  const find = () => store.allocationsOf(jobKey(exchange.namespace, id));
  const index = () => newest(find(), store.tableIndex('allocations'));
  await exchange.block(index);
  const createIndex = store.job(exchange.namespace, id)?.CreateIndex;
  const all = exchange.flag('all');
  const shown = find().filter((item) => all || createIndex === undefined || item.Job.CreateIndex === createIndex);
  const sorted = shown.sort((a, b) => (a.ID < b.ID ? -1 : 1));
  return { body: sorted.map((item) => allocationStub(item, { taskStates: true, resources: false })), index: index() };
}

async function readEvaluations(exchange: Exchange, id: string): Promise<Answer> {
  reading(exchange);
  const { store } = exchange;
  const find = () => store.evaluationsOf(jobKey(exchange.namespace, id));
  const index = () => newest(find(), store.tableIndex('evaluations'));
  await exchange.block(index);
  const sorted = find().sort((a, b) => (a.ID < b.ID ? -1 : 1));
  return { body: sorted.map(evaluationBody), index: index() };
}

async function readDeployments(exchange: Exchange, id: string): Promise<Answer> {
  reading(exchange);
  const { store } = exchange;
  const find = () => store.deploymentsOf(jobKey(exchange.namespace, id));
  const index = () => newest(find(), store.tableIndex('deployments'));
  await exchange.block(index);
  return { body: find().sort((a, b) => (a.ID < b.ID ? -1 : 1)), index: index() };
}

async function readDeployment(exchange: Exchange, id: string): Promise<Answer> {
  reading(exchange);
  const { store } = exchange;
  const find = () => store.latestDeployment(jobKey(exchange.namespace, id));
  const index = () => find()?.ModifyIndex ?? store.tableIndex('deployments');
  await exchange.block(index);
  return { body: find() ?? null, index: index() };
}

async function readSummary(exchange: Exchange, id: string): Promise<Answer> {
  reading(exchange);
  const { store } = exchange;
  const find = () => store.summaries.get(jobKey(exchange.namespace, id));
  const index = () => find()?.ModifyIndex ?? store.tableIndex('job_summary');
  await exchange.block(index);
  const summary = find();
  return summary === undefined
    ? { status: 404, text: 'job not found', index: index() }
    : { body: summary, index: index() };
}

async function readVersions(exchange: Exchange, id: string): Promise<Answer> {
  reading(exchange);
  const withDiffs = exchange.flag('diffs');
  const { store } = exchange;
  const key = jobKey(exchange.namespace, id);
  const index = () => store.versions.get(key)?.[0]?.ModifyIndex ?? store.tableIndex('jobs');
  await exchange.block(index);
  const versions = store.versions.get(key) ?? [];
  if (versions.length === 0) return { status: 404, text: 'job versions not found', index: index() };
  const Diffs = withDiffs ? diffsOf(exchange, versions) : null;
  const body = {
    Versions: versions.map(jobBody),
    Diffs,
    Index: index(),
    LastContact: 0,
    KnownLeader: true,
    NextToken: '',
  };
  return { body, index: index() };
}

function diffsOf(exchange: Exchange, versions: readonly Job[]): JobDiff[] {
  const wanted = exchange.query.get('diff_version');
  const tag = exchange.query.get('diff_tag');
  const { nomad } = exchange.store;
  if (exchange.isOld || (wanted === null && tag === null)) {
    return versions.slice(0, -1).map((version, at) => diffJobs(versions[at + 1] ?? null, version, true, nomad));
  }
  if (wanted !== null && !/^\d+$/.test(wanted)) {
    const reason = `strconv.ParseUint: parsing ${JSON.stringify(wanted)}: invalid syntax`;
    throw new Refusal(500, `Failed to parse value of "diff_version" (${wanted}) as a uint64: ${reason}`);
  }
  const base = versions.find((job) => (tag === null ? job.Version === Number(wanted) : job.VersionTag?.Name === tag));
  if (base === undefined)
    throw new Refusal(500, tag === null ? `version ${String(wanted)} not found` : `tag "${tag}" not found`);
  return versions.map((version) => diffJobs(base, version, true, nomad));
}

async function readSubmission(exchange: Exchange, id: string): Promise<Answer> {
  reading(exchange);
  const raw = exchange.query.get('version') ?? '';
  if (!/^\d+$/.test(raw)) throw new Refusal(400, 'Unable to parse job submission version parameter');
  const { store } = exchange;
  const find = () =>
    store.submissions.get(jobKey(exchange.namespace, id))?.find(({ Version }) => Version === Number(raw));
  await exchange.block(() => find()?.JobModifyIndex ?? store.tableIndex('jobs'));
  const submission = find();
  if (submission === undefined) return { status: 404, text: 'job source not found', index: 0 };
  return { body: submission, index: submission.JobModifyIndex ?? 0 };
}

async function readServices(exchange: Exchange, id: string): Promise<Answer> {
  reading(exchange);
  const index = exchange.store.tableIndex('jobs');
  await exchange.block(() => index);
  const job = exchange.store.job(exchange.namespace, id);
  return job === undefined ? { status: 404, text: 'job not found', index: 0 } : { body: [], index };
}

async function readScale(exchange: Exchange, id: string): Promise<Answer> {
  reading(exchange, 'read-job-scaling');
  const { store } = exchange;
  const key = jobKey(exchange.namespace, id);
  const index = () => Math.max(store.jobs.get(key)?.ModifyIndex ?? 0, store.tableIndex('scaling_events'));
  await exchange.block(index);
  const job = store.jobs.get(key);
  if (job === undefined) return { status: 404, text: 'job not found', index: store.tableIndex('jobs') };
  const TaskGroups = Object.fromEntries(
    (job.TaskGroups ?? []).map((group) => [group.Name, scaleGroup(exchange, key, group)]),
  );
  const body = {
    JobID: job.ID,
    Namespace: exchange.namespace,
    JobCreateIndex: job.CreateIndex,
    JobModifyIndex: job.ModifyIndex,
    JobStopped: job.Stop,
    TaskGroups,
  };
  return { body, index: index() };
}

function scaleGroup(exchange: Exchange, key: string, group: { readonly Name: string; readonly Count: number }) {
  const live = exchange.store
    .allocationsOf(key)
    .filter((item) => item.TaskGroup === group.Name && !isTerminal(item) && item.DeploymentStatus?.Canary !== true);
  return {
    Desired: group.Count,
    Placed: live.length,
    Running: live.filter((item) => item.ClientStatus === 'running').length,
    Healthy: live.filter((item) => item.DeploymentStatus?.Healthy === true).length,
    Unhealthy: live.filter((item) => item.DeploymentStatus?.Healthy === false).length,
    Events: exchange.store.scaling.get(key)?.get(group.Name) ?? null,
  };
}

async function readActions(exchange: Exchange, id: string): Promise<Answer> {
  reading(exchange);
  await Promise.resolve();
  const job = exchange.store.job(exchange.namespace, id);
  if (job === undefined) throw new Refusal(500, `Unknown job "${id}"`);
  const actions = (job.TaskGroups ?? []).flatMap((group) =>
    (group.Tasks ?? []).flatMap((task) =>
      ((task.Actions ?? []) as Record<string, unknown>[]).map((action) => ({
        Name: action['Name'],
        Command: action['Command'],
        Args: action['Args'] ?? null,
        TaskName: task.Name,
        TaskGroupName: group.Name,
      })),
    ),
  );
  const headers = { 'X-Nomad-KnownLeader': 'false', 'X-Nomad-LastContact': '0' };
  return { body: actions, index: 0, write: true, headers };
}
