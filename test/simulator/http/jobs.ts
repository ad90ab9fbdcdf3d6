import { textOf, textOr } from '../scheduler/resources.ts';
import type { Job, JobSubmission } from '../../../src/nomad/types/job.ts';
import { Refusal } from '../cluster/refusal.ts';
import { parseJobspec } from '../hcl/parse.ts';
import { multiError, warningText } from '../job/validate.ts';
import { jobKey, namespaceOf } from '../state/records.ts';
import { byName } from '../state/table.ts';
import { jobStub, writeMeta } from '../state/wire.ts';
import { type Answer, type Exchange, field, typed } from './exchange.ts';
import { inSight, list } from './listing.ts';
import { respelled } from '../job/shapes.ts';
import { type Route, reads, writes } from './route.ts';

/** `/v1/jobs`, `/v1/jobs/parse` and `/v1/validate/job`. */
export const jobRoutes: readonly Route[] = [
  { path: /^\/v1\/jobs$/, methods: [...reads, ...writes], handle: (x) => (x.isWrite ? register(x) : listJobs(x)) },
  { path: /^\/v1\/jobs\/parse$/, methods: writes, handle: parse },
  { path: /^\/v1\/validate\/job$/, methods: writes, handle: validateJob },
];

function listJobs(exchange: Exchange): Promise<Answer> {
  exchange.require('list-jobs');
  const withMeta = exchange.flag('meta');
  const { store } = exchange;
  return list(exchange, {
    tables: ['jobs', 'job_summary'],
    items: () => store.jobs.inOrder(byName),
    visible: inSight(exchange, 'list-jobs'),
    whole: (job) => job,
    stub: (job) => jobStub(job, store.summaries.get(jobKey(namespaceOf(job), job.ID)), withMeta),
    token: (job) => `${namespaceOf(job)}.${job.ID}`,
    // Over all namespaces, a name that goes on with a hyphen comes elsewhere than its tokens would.
    isSortedByToken: exchange.namespace !== '*',
    prefix: (job) => job.ID,
    sinceTwoReversible: true,
    modifyIndex: (job) => job.ModifyIndex,
  });
}

/** The job of a body, in the namespace that wins: the query's, the wrapper's, the job's own. */
export function jobOf(exchange: Exchange, body: Record<string, unknown>): Job {
  const raw = field(body, 'Job');
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw new Refusal(400, 'Job must be specified');
  const given = respelled('Job', raw as Record<string, unknown>, exchange.store.nomad);
  checkTypes(given);
  const own = textOr(textOf(body['Namespace']), textOr(textOf(given['Namespace']), 'default'));
  const Namespace = textOr(exchange.query.get('namespace'), own);
  // The request has come where the job is to be; jobs of several regions are of none.
  const Region = given['Multiregion'] ? 'global' : exchange.cluster.region;
  return { ...(given as unknown as Job), Namespace, Region };
}

const strings = ['ID', 'Name', 'Type', 'Region', 'Namespace', 'NodePool'];

function checkTypes(job: Record<string, unknown>): void {
  const kindOf = (value: unknown) =>
    Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  const refuse = (name: string, type: string) =>
    new Refusal(
      400,
      `json: cannot unmarshal ${kindOf(job[name])} into Go struct field Job.Job.${name} of type ${type}`,
    );
  for (const name of strings) {
    if (job[name] !== undefined && job[name] !== null && typeof job[name] !== 'string') throw refuse(name, 'string');
  }
  const { Priority: priority } = job as { Priority?: unknown };
  if (priority !== undefined && priority !== null && typeof priority !== 'number') throw refuse('Priority', 'int');
  if (!Array.isArray(job['TaskGroups'] ?? [])) throw refuse('TaskGroups', '[]*api.TaskGroup');
}

/** `POST /v1/jobs` and `POST /v1/job/:id` */
export async function register(exchange: Exchange, id?: string): Promise<Answer> {
  const body = await exchange.body();
  const job = jobOf(exchange, body);
  if (id !== undefined && job.ID !== id) throw new Refusal(400, 'Job ID does not match name');
  const evalPriority = typed(body, 'EvalPriority', 'number', 'JobRegisterRequest');
  if (evalPriority !== undefined && evalPriority !== 0 && (evalPriority < 1 || evalPriority > 100)) {
    throw new Refusal(400, 'Eval priority must be between 1 and 100 inclusively');
  }
  // Newer agents refuse before they look at the job or at the rights to it.
  if (!exchange.isOld) exchange.checkRegistrations();
  exchange.cluster.jobs.check(job);
  checkSchedules(exchange, job);
  exchange.require('register-job', namespaceOf(job));
  exchange.checkRegistrations();
  const submission = field(body, 'Submission') as JobSubmission | null | undefined;
  // Nomad keeps with a job who registered it, so the same job of another token is a new version.
  const by = exchange.acl.token(exchange.token)?.accessor;
  const written = exchange.cluster.jobs.register({
    job: by === undefined ? job : { ...job, NomadTokenID: by },
    submission: submission ?? undefined,
    enforceIndex: typed(body, 'EnforceIndex', 'boolean', 'JobRegisterRequest'),
    jobModifyIndex: typed(body, 'JobModifyIndex', 'number', 'JobRegisterRequest'),
    preserveCounts: typed(body, 'PreserveCounts', 'boolean', 'JobRegisterRequest'),
    evalPriority: evalPriority === 0 ? undefined : evalPriority,
  });
  // For a job that stays as it is, newer agents answer with the index of the evaluation.
  const kept = exchange.isOld ? exchange.store.job(namespaceOf(job), job.ID)?.JobModifyIndex : undefined;
  const JobModifyIndex = kept ?? written.JobModifyIndex;
  return { body: { ...written, JobModifyIndex, ...writeMeta(written.Index) }, index: written.Index, write: true };
}

/** @throws Refusal 500 for what only Enterprise clusters do, which older ones don't know */
function checkSchedules(exchange: Exchange, job: Job): void {
  const tasks = (job.TaskGroups ?? []).flatMap((group) => group.Tasks ?? []);
  if (exchange.isOld || !tasks.some((task) => Boolean(task.Schedule))) return;
  throw new Refusal(500, multiError(['task schedules requires Nomad Enterprise']));
}

async function parse(exchange: Exchange): Promise<Answer> {
  const body = await exchange.body('api.JobsParseRequest');
  exchange.requireAsked('parse-job');
  const hcl = typed(body, 'JobHCL', 'string', 'JobsParseRequest') ?? '';
  if (hcl === '') throw new Refusal(400, 'Job spec is empty');
  const result = await parseJobspec({
    hcl,
    variables: typed(body, 'Variables', 'string', 'JobsParseRequest') ?? '',
    canonicalize: typed(body, 'Canonicalize', 'boolean', 'JobsParseRequest') ?? false,
    version: exchange.cluster.options.nomad,
  });
  if ('error' in result) throw new Refusal(400, result.error);
  return { body: result.job };
}

async function validateJob(exchange: Exchange): Promise<Answer> {
  const body = await exchange.body();
  const job = jobOf(exchange, body);
  exchange.require('read-job', namespaceOf(job));
  const { errors, warnings } = exchange.cluster.jobs.findings(job);
  return {
    body: {
      DriverConfigValidated: true,
      ValidationErrors: errors.length === 0 ? null : errors,
      Error: errors.length === 0 ? '' : multiError(errors),
      Warnings: warningText([...warnings]),
    },
  };
}
