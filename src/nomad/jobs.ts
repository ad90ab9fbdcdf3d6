import { NomadError } from './errors.ts';
import { flag, listOf, readRequest, segment, writeRequest } from './query.ts';
import type { Answer, Query, ReadOptions, WriteOptions } from './query.ts';
import type { Transport } from './transport.ts';
import type { AllocationStub } from './types/allocation.ts';
import type { Deployment } from './types/deployment.ts';
import type { Evaluation } from './types/evaluation.ts';
import type {
  Job,
  JobDispatchResponse,
  JobStatusItem,
  JobStopResponse,
  JobStub,
  JobSubmission,
  JobSummary,
  JobValidateResponse,
  JobVersionsResponse,
  JobWriteResponse,
} from './types/job.ts';
import type { PlanResponse } from './types/plan.ts';
import type { JobScaleStatus } from './types/scale.ts';

/** A jobspec as `POST /v1/jobs/parse` takes it. */
export interface ParseInput {
  hcl: string;
  /** The text of a variables file. */
  variables?: string | undefined;
  /** Fills in the defaults, the namespace among them. */
  canonicalize?: boolean | undefined;
}

export interface PlanOptions extends WriteOptions {
  diff?: boolean | undefined;
  policyOverride?: boolean | undefined;
}

export interface RegisterOptions extends WriteOptions {
  /** Registers only if the job's `JobModifyIndex` is this; 0: only if there is no such job. */
  enforceIndex?: number | undefined;
  /** What the job was made from; Nomad keeps it with the version. */
  submission?: JobSubmission | undefined;
  /** Keeps the counts of groups as they are on the cluster. */
  preserveCounts?: boolean | undefined;
  /** 1 to 100. */
  evalPriority?: number | undefined;
  policyOverride?: boolean | undefined;
}

export interface StopOptions extends WriteOptions {
  /** Removes the job with its history at once. */
  purge?: boolean | undefined;
  /** In all regions of a multi-region job. */
  global?: boolean | undefined;
  noShutdownDelay?: boolean | undefined;
  evalPriority?: number | undefined;
}

export interface DispatchOptions extends WriteOptions {
  payload?: Uint8Array | string | undefined;
  meta?: Record<string, string> | undefined;
  idPrefixTemplate?: string | undefined;
  idempotencyToken?: string | undefined;
}

export interface ScaleOptions extends WriteOptions {
  message?: string | undefined;
  policyOverride?: boolean | undefined;
}

/**
 * Jobs: `/v1/jobs`, `/v1/job/:id`, `/v1/validate/job`. Where a job itself is sent and the options name no namespace or
 * region, the job's own are used before the connection's.
 */
export class JobsApi {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** All jobs, by namespace and id. */
  list(options: ReadOptions & { meta?: boolean | undefined } = {}): Promise<Answer<JobStub[]>> {
    return this.#list('/v1/jobs', options, { meta: flag(options.meta) });
  }

  /** Jobs with their allocations and latest deployment, the last changed first. Since 1.8; else kind `unsupported`. */
  statuses(options: ReadOptions & { includeChildren?: boolean | undefined } = {}): Promise<Answer<JobStatusItem[]>> {
    return this.#list('/v1/jobs/statuses', options, { include_children: flag(options.includeChildren) });
  }

  read(id: string, options: ReadOptions = {}): Promise<Answer<Job>> {
    return this.#read(id, '', options);
  }

  /** Turns a jobspec into a job, on the server; nothing is registered. */
  parse(input: ParseInput, options: WriteOptions = {}): Promise<Answer<Job>> {
    const body = { JobHCL: input.hcl, Variables: input.variables, Canonicalize: input.canonicalize === true };
    return this.#transport.json(writeRequest('/v1/jobs/parse', options, body));
  }

  /** Answers with success for an invalid job too; read `ValidationErrors` and `Error`. */
  validate(job: Job, options: WriteOptions = {}): Promise<Answer<JobValidateResponse>> {
    return this.#transport.json(writeRequest('/v1/validate/job', ofJob(job, options), { Job: job }));
  }

  /** What registering the job would change; changes nothing. */
  plan(job: Job, options: PlanOptions = {}): Promise<Answer<PlanResponse>> {
    const body = { Job: job, Diff: options.diff === true, PolicyOverride: options.policyOverride === true };
    return this.#transport.json(writeRequest(`${path(job.ID)}/plan`, ofJob(job, options), body));
  }

  /** @throws {NomadError} of kind `conflict` when `enforceIndex` no longer holds */
  register(job: Job, options: RegisterOptions = {}): Promise<Answer<JobWriteResponse>> {
    segment('job id', job.ID);
    const { enforceIndex, submission, preserveCounts, evalPriority, policyOverride } = options;
    const body = {
      Job: job,
      ...(enforceIndex === undefined ? {} : { EnforceIndex: true, JobModifyIndex: enforceIndex }),
      Submission: submission,
      PreserveCounts: flag(preserveCounts),
      EvalPriority: evalPriority,
      PolicyOverride: flag(policyOverride),
    };
    return this.#transport.json(writeRequest('/v1/jobs', ofJob(job, options), body));
  }

  /** Stops a job. An unknown one is answered with an empty `EvalID`, not with an error. */
  stop(id: string, options: StopOptions = {}): Promise<Answer<JobStopResponse>> {
    const query = {
      purge: flag(options.purge),
      global: flag(options.global),
      no_shutdown_delay: flag(options.noShutdownDelay),
      eval_priority: options.evalPriority,
    };
    return this.#transport.json(writeRequest(path(id), options, undefined, query, 'DELETE'));
  }

  /** The kept versions, newest first. */
  async versions(
    id: string,
    options: ReadOptions & { diffs?: boolean | undefined } = {},
  ): Promise<Answer<JobVersionsResponse>> {
    const query = { diffs: flag(options.diffs) };
    const answer = await this.#read<Partial<JobVersionsResponse> | Job[] | null>(id, '/versions', options, query);
    const { value, meta } = answer;
    // Documents of the first versions show a bare list.
    if (Array.isArray(value)) return { value: { Versions: value, Diffs: null }, meta };
    return { value: { ...value, Versions: value?.Versions ?? [], Diffs: value?.Diffs ?? null }, meta };
  }

  /** The source of a version. Nomad may answer with an earlier version's for one that was registered without. */
  submission(id: string, version: number, options: ReadOptions = {}): Promise<Answer<JobSubmission>> {
    return this.#read(id, '/submission', options, { version });
  }

  summary(id: string, options: ReadOptions = {}): Promise<Answer<JobSummary>> {
    return this.#read(id, '/summary', options);
  }

  /** Empty for an unknown job. `all` includes those of an earlier job with the same id. */
  allocations(
    id: string,
    options: ReadOptions & { all?: boolean | undefined } = {},
  ): Promise<Answer<AllocationStub[]>> {
    return this.#list(`${path(id)}/allocations`, options, { all: flag(options.all) });
  }

  /** Empty for an unknown job. */
  evaluations(id: string, options: ReadOptions = {}): Promise<Answer<Evaluation[]>> {
    return this.#list(`${path(id)}/evaluations`, options);
  }

  /** In no order; empty for an unknown job. `all` includes those of an earlier job with the same id. */
  deployments(id: string, options: ReadOptions & { all?: boolean | undefined } = {}): Promise<Answer<Deployment[]>> {
    return this.#list(`${path(id)}/deployments`, options, { all: flag(options.all) });
  }

  /** Null for a job without deployments, and for an unknown one. */
  latestDeployment(id: string, options: ReadOptions = {}): Promise<Answer<Deployment | null>> {
    return this.#read(id, '/deployment', options);
  }

  /** Makes a new version from an earlier one. */
  revert(
    id: string,
    version: number,
    options: WriteOptions & { enforcePriorVersion?: number | undefined } = {},
  ): Promise<Answer<JobWriteResponse>> {
    const body = { JobID: id, JobVersion: version, EnforcePriorVersion: options.enforcePriorVersion };
    return this.#write(id, '/revert', options, body);
  }

  /** Has the scheduler look at the job again. */
  evaluate(
    id: string,
    options: WriteOptions & { forceReschedule?: boolean | undefined } = {},
  ): Promise<Answer<JobWriteResponse>> {
    const body = { JobID: id, EvalOptions: { ForceReschedule: options.forceReschedule === true } };
    return this.#write(id, '/evaluate', options, body);
  }

  /** Starts a child of a parameterized job. */
  dispatch(id: string, options: DispatchOptions = {}): Promise<Answer<JobDispatchResponse>> {
    const { payload, meta, idPrefixTemplate, idempotencyToken } = options;
    const body = {
      Payload: payload === undefined ? undefined : Buffer.from(payload).toString('base64'),
      Meta: meta,
      IdPrefixTemplate: idPrefixTemplate,
    };
    return this.#write(id, '/dispatch', options, body, { idempotency_token: idempotencyToken });
  }

  /** Starts a child of a periodic job now. */
  periodicForce(id: string, options: WriteOptions = {}): Promise<Answer<JobWriteResponse>> {
    return this.#write(id, '/periodic/force', options);
  }

  /** Sets the count of a group, which makes a new version. */
  scale(id: string, group: string, count: number, options: ScaleOptions = {}): Promise<Answer<JobWriteResponse>> {
    if (group === '') throw new NomadError('rejected', 'The group name is empty.');
    const body = {
      Count: count,
      Target: { Group: group },
      Message: options.message,
      PolicyOverride: flag(options.policyOverride),
    };
    return this.#write(id, '/scale', options, body);
  }

  scaleStatus(id: string, options: ReadOptions = {}): Promise<Answer<JobScaleStatus>> {
    return this.#read(id, '/scale', options);
  }

  /** Marks a version as one that an automatic revert may go back to. */
  stable(
    id: string,
    version: number,
    stable: boolean,
    options: WriteOptions = {},
  ): Promise<Answer<{ Index?: number }>> {
    return this.#write(id, '/stable', options, { JobID: id, JobVersion: version, Stable: stable });
  }

  #read<T>(id: string, part: string, options: ReadOptions, query: Query = {}): Promise<Answer<T>> {
    return this.#transport.json(readRequest(`${path(id)}${part}`, options, query));
  }

  async #list<T>(listPath: string, options: ReadOptions, query: Query = {}): Promise<Answer<T[]>> {
    const request = readRequest(listPath, options, query);
    return listOf(await this.#transport.json(request), request);
  }

  #write<T>(id: string, part: string, options: WriteOptions, body?: unknown, query: Query = {}): Promise<Answer<T>> {
    return this.#transport.json(writeRequest(`${path(id)}${part}`, options, body, query));
  }
}

function path(id: string): string {
  return `/v1/job/${segment('job id', id)}`;
}

function ofJob(job: Job, options: WriteOptions): WriteOptions {
  // The server fills in `global` where a job names no region, so it says nothing.
  const region = job.Region === 'global' ? undefined : filled(job.Region);
  return { ...options, namespace: options.namespace ?? filled(job.Namespace), region: options.region ?? region };
}

function filled(text: string | null | undefined): string | undefined {
  return text === null || text === '' ? undefined : text;
}
