import { filled } from '../../base/filled.ts';
import { NomadError, isNomadError, refused } from '../http/errors.ts';
import { parseSigned } from '../http/exactNumbers.ts';
import { ExecSession } from '../sessions/exec.ts';
import type {
  ActionOptions,
  DispatchOptions,
  ParseInput,
  PlanOptions,
  RegisterOptions,
  RevertOptions,
  ScaleOptions,
  StatusesOptions,
  StopOptions,
  VersionsOptions,
} from './jobOptions.ts';
import { checked, flag, readRequest, secretsOf, segment, sendable, whole, writeRequest } from '../http/query.ts';
import type { Answer, Query, ReadOptions, WriteOptions } from '../http/query.ts';
import { Resource } from './resource.ts';
import type { Shape } from '../http/shape.ts';
import { listOf, maybe, object, text } from '../http/shape.ts';
import * as shapes from './shapes.ts';
import type { AllocationStub } from '../types/allocation.ts';
import type { Deployment } from '../types/deployment.ts';
import type { Evaluation } from '../types/evaluation.ts';
import type {
  Job,
  JobAction,
  JobDispatchResponse,
  JobStatusItem,
  JobStopResponse,
  JobStub,
  JobSubmission,
  JobSummary,
  JobValidateResponse,
  JobVersionTag,
  JobVersionsResponse,
  JobWriteResponse,
} from '../types/job.ts';
import type { PlanResponse } from '../types/plan.ts';
import type { JobScaleStatus } from '../types/scale.ts';
import type { ServiceRegistration } from '../types/service.ts';

export type { RegisterOptions } from './jobOptions.ts';

const maxPayloadBytes = 16_384;

/**
 * Jobs: `/v1/jobs`, `/v1/job/:id`, `/v1/validate/job`. Where a job itself is sent and the options name no namespace or
 * region, the job's own are used before the connection's. `id` is a job's whole id, `options` are those of every read
 * or write and what else is named; input that can't be sent as it is meant rejects with kind `rejected` and its
 * `field`.
 *
 * Each method's text ends with what matters for tokens and for watching: whether a read blocks on `index` (one that
 * doesn't say so never does), the capability that the token needs in the namespace (one of those named is enough; other
 * words than `submit-job` stand in for it since 1.11.2 where they are in brackets), and the version of Nomad that
 * brought it. An unknown job is an error of kind `notFound` where nothing else is said.
 */
export class JobsApi extends Resource {
  /**
   * All jobs, by namespace and id, in short. `meta` adds each job's own, since 1.4.3. A `filter` knows the fields of
   * the whole job. Blocks. `list-jobs`. Since 0.1.
   */
  list(options: ReadOptions & { meta?: boolean | undefined } = {}): Promise<Answer<JobStub[]>> {
    return this.getList('/v1/jobs', options, { meta: flag(options.meta) }, shapes.jobStub);
  }

  /**
   * Jobs with their allocations and latest deployment, the last changed first. Blocks on the jobs of the page only.
   * `read-job`. Since 1.8; else kind `unsupported`.
   */
  statuses(options: StatusesOptions = {}): Promise<Answer<JobStatusItem[]>> {
    return this.getList(
      '/v1/jobs/statuses',
      options,
      { include_children: flag(options.includeChildren) },
      shapes.jobStatusItem,
    );
  }

  /**
   * As {@link statuses} for jobs that are named; unknown ones are left out. Blocks. `read-job`. Since 1.8.
   *
   * @param jobs at least one; an empty `namespace` is the default one
   * @throws {NomadError} of kind `rejected` for an empty list
   */
  async statusesOf(
    jobs: readonly { id: string; namespace: string }[],
    options: StatusesOptions = {},
  ): Promise<Answer<JobStatusItem[]>> {
    for (const { id } of jobs) sendable('job id', id);
    const body = {
      Jobs: jobs.map(({ id, namespace }) => ({ ID: id, Namespace: namespace })),
      IncludeChildren: flag(options.includeChildren),
    };
    return this.listFrom({ ...readRequest('/v1/jobs/statuses', options), method: 'POST', body }, shapes.jobStatusItem);
  }

  /** The job as it stands. Blocks. `read-job`. Since 0.1. */
  async read(id: string, options: ReadOptions = {}): Promise<Answer<Job>> {
    return this.get(wholePath(id), options, {}, shapes.job);
  }

  /**
   * Turns the jobspec of `input` into a job, on the server; nothing is registered. `parse-job` or `submit-job`. Since
   * 0.8.2.
   *
   * @throws {NomadError} of kind `rejected` whose body has the diagnostics
   */
  async parse(input: ParseInput, options: WriteOptions = {}): Promise<Answer<Job>> {
    const { hcl, variables, canonicalize, hclv1 } = input;
    const body = { JobHCL: hcl, Variables: variables, Canonicalize: canonicalize === true, hclv1: flag(hclv1) };
    return this.send('/v1/jobs/parse', options, body, {}, shapes.job);
  }

  /**
   * Whether `job` could be registered. Answers with success for an invalid one too; read `ValidationErrors` and
   * `Error`. `read-job`. Since 0.5.5.
   */
  async validate(job: Job, options: WriteOptions = {}): Promise<Answer<JobValidateResponse>> {
    return this.send('/v1/validate/job', ofJob(job, options), { Job: job });
  }

  /**
   * What registering `job` would change; changes nothing. Counts that Nomad let fall below zero, as it does for system
   * jobs, are negative here. `submit-job` (`plan-job`), and `sentinel-override` for `policyOverride`. Since 0.4.
   *
   * @throws {NomadError} of kind `rejected` for an invalid job
   */
  async plan(job: Job, options: PlanOptions = {}): Promise<Answer<PlanResponse>> {
    const body = { Job: job, Diff: options.diff === true, PolicyOverride: options.policyOverride === true };
    const request = writeRequest(`${path(job.ID)}/plan`, ofJob(job, options), body);
    return this.transport.json({ ...request, parse: parseSigned, shape: shapes.plan });
  }

  /**
   * Creates `job` or updates it; gives the evaluation, and warnings as one text. A source of more than the server's
   * `job_max_source_size` (1 MB) is dropped with such a warning. `submit-job` (`register-job`), and `sentinel-override`
   * for `policyOverride`. Since 0.1.
   *
   * @throws {NomadError} of kind `conflict` when `enforceIndex` no longer holds, `rejected` for an invalid job
   */
  async register(job: Job, options: RegisterOptions = {}): Promise<Answer<JobWriteResponse>> {
    segment('job id', job.ID);
    const { enforceIndex, submission, preserveCounts, preserveResources, policyOverride } = options;
    const body = {
      Job: job,
      ...(enforceIndex === undefined
        ? {}
        : { EnforceIndex: true, JobModifyIndex: whole('enforce index', enforceIndex) }),
      Submission: submission,
      PreserveCounts: flag(preserveCounts),
      PreserveResources: flag(preserveResources),
      EvalPriority: evalPriority(options),
      PolicyOverride: flag(policyOverride),
    };
    return this.send('/v1/jobs', ofJob(job, options), body, {}, shapes.jobWrite);
  }

  /**
   * Stops a job. An unknown one is answered with an empty `EvalID`, not with an error. `submit-job` (`purge-job` or,
   * without `purge`, `deregister-job`). Since 0.1.
   */
  async stop(id: string, options: StopOptions = {}): Promise<Answer<JobStopResponse>> {
    const query = {
      purge: flag(options.purge),
      global: flag(options.global),
      no_shutdown_delay: flag(options.noShutdownDelay),
      eval_priority: evalPriority(options),
    };
    const request = writeRequest(wholePath(id), options, undefined, query, 'DELETE');
    return this.transport.json({ ...request, shape: shapes.jobWrite });
  }

  /**
   * The versions that are kept, newest first. An unknown version or tag to compare with is refused. Blocks. `read-job`.
   * Since 0.6.
   */
  async versions(id: string, options: VersionsOptions = {}): Promise<Answer<JobVersionsResponse>> {
    const { diffs, diffVersion, diffTag } = options;
    const query = {
      diffs: flag(diffs === true || diffVersion !== undefined || diffTag !== undefined),
      diff_version: diffVersion,
      diff_tag: diffTag,
    };
    const shape = versionsOrBareList;
    const answer = await this.#read<Partial<JobVersionsResponse> | Job[] | null>(
      id,
      '/versions',
      options,
      query,
      shape,
    );
    const { value, meta } = answer;
    // Documents of the first versions show a bare list.
    if (Array.isArray(value)) return { value: { Versions: value, Diffs: null }, meta };
    return { value: { ...value, Versions: value?.Versions ?? [], Diffs: value?.Diffs ?? null }, meta };
  }

  /**
   * Names a `version`, or gives its name another text; a version has one tag at most. An unknown version is refused.
   * `submit-job` (`tag-job-version`). Since 1.9; else kind `unsupported`.
   *
   * @param tag one word or more, without slashes
   * @param description of `options`, at most 1,000 characters
   */
  async tagVersion(
    id: string,
    tag: string,
    version: number,
    options: WriteOptions & { description?: string | undefined } = {},
  ): Promise<Answer<JobVersionTag>> {
    // By number only: asked for the latest version of a job that is gone, servers up to 2.0.5 crash.
    const body = { Version: whole('version', version), Description: options.description };
    return this.send(await this.#tagPath(id, tag, options), options, body);
  }

  /**
   * Takes a `tag` from its version, which may then be forgotten; an unknown one is refused. `submit-job`
   * (`tag-job-version`). Since 1.9; else kind `unsupported`.
   */
  async untagVersion(id: string, tag: string, options: WriteOptions = {}): Promise<Answer<unknown>> {
    const route = await this.#tagPath(id, tag, options);
    return this.transport.json(writeRequest(route, options, undefined, {}, 'DELETE'));
  }

  /**
   * The source of a `version`. Nomad may answer with an earlier version's for one that was registered without; where it
   * has none, kind `notFound`. Blocks. `read-job`. Since 1.6.
   */
  submission(id: string, version: number, options: ReadOptions = {}): Promise<Answer<JobSubmission>> {
    return this.#read(id, '/submission', options, { version }, shapes.submission);
  }

  /** Numbers of allocations by group and status. Blocks. `read-job`. Since 0.4.1. */
  summary(id: string, options: ReadOptions = {}): Promise<Answer<JobSummary>> {
    return this.#read(id, '/summary', options);
  }

  /**
   * Empty for an unknown job. `all` includes those of an earlier job with the same id. Blocks. `read-job`. Since
   * 0.1.
   */
  allocations(
    id: string,
    options: ReadOptions & { all?: boolean | undefined } = {},
  ): Promise<Answer<AllocationStub[]>> {
    return this.#list(id, '/allocations', options, shapes.allocation, { all: flag(options.all) });
  }

  /** Empty for an unknown job. Blocks. `read-job`. Since 0.1. */
  evaluations(id: string, options: ReadOptions = {}): Promise<Answer<Evaluation[]>> {
    return this.#list(id, '/evaluations', options, shapes.evaluation);
  }

  /**
   * In no order; empty for an unknown job. `all` includes those of an earlier job with the same id. Blocks.
   * `read-job`. Since 0.6.
   */
  deployments(id: string, options: ReadOptions & { all?: boolean | undefined } = {}): Promise<Answer<Deployment[]>> {
    return this.#list(id, '/deployments', options, shapes.deployment, { all: flag(options.all) });
  }

  /** Null for a job without deployments, and for an unknown one. Blocks. `read-job`. Since 0.6. */
  latestDeployment(id: string, options: ReadOptions = {}): Promise<Answer<Deployment | null>> {
    return this.#read(id, '/deployment', options, {}, maybe(shapes.deployment));
  }

  /** Instances of services that Nomad itself lists, not Consul. Blocks. `read-job`. Since 1.3. */
  services(id: string, options: ReadOptions = {}): Promise<Answer<ServiceRegistration[]>> {
    return this.#list(id, '/services', options, object());
  }

  /**
   * The actions that tasks offer; an unknown job is refused. Doesn't block. `read-job`. Since 1.7; older agents find no
   * job.
   */
  actions(id: string, options: ReadOptions = {}): Promise<Answer<JobAction[]>> {
    return this.#list(id, '/actions', options, object({ Name: text, TaskName: maybe(text) }));
  }

  /**
   * Runs an action within a running task; `options` name both. Never throws; failures arrive with `opened` and `onEnd`.
   * Without a terminal the input must be closed before some drivers report the end. `alloc-exec`, and `alloc-node-exec`
   * where the driver doesn't isolate the task. Since 1.7.
   */
  action(id: string, options: ActionOptions): ExecSession {
    const { action, task, allocationId, tty, namespace, region } = options;
    const target = async () => {
      sendable('action name', action);
      sendable('task name', task);
      sendable('allocation id', allocationId);
      const query = checked({ action, task, allocID: allocationId, tty, namespace, region });
      return this.transport.webSocketTarget(`${path(id)}/action`, query);
    };
    return new ExecSession(target, options);
  }

  /**
   * Makes a new version from an earlier `version`; the current one, and an unknown one, are refused. `submit-job`
   * (`revert-job`). Since 0.6.
   *
   * @throws {NomadError} of kind `conflict` when `enforcePriorVersion` is not the current one
   */
  async revert(id: string, version: number, options: RevertOptions = {}): Promise<Answer<JobWriteResponse>> {
    const { enforcePriorVersion: prior, consulToken, vaultToken } = options;
    const body = {
      JobID: id,
      JobVersion: whole('version', version),
      EnforcePriorVersion: prior === undefined ? undefined : whole('prior version', prior),
      ConsulToken: consulToken,
      VaultToken: vaultToken,
    };
    const request = writeRequest(`${path(id)}/revert`, options, body);
    const secrets = secretsOf([consulToken ?? '', vaultToken ?? '']);
    return this.transport.json({ ...request, secrets, shape: shapes.jobWrite });
  }

  /**
   * Has the scheduler look at the job again; refused for periodic and parameterized ones. `forceReschedule` replaces
   * failed allocations at once, since 0.8.4. `submit-job` (`evaluate-job`). Since 0.1.
   */
  evaluate(
    id: string,
    options: WriteOptions & { forceReschedule?: boolean | undefined } = {},
  ): Promise<Answer<JobWriteResponse>> {
    const body = { JobID: id, EvalOptions: { ForceReschedule: options.forceReschedule === true } };
    return this.#write(id, '/evaluate', options, body);
  }

  /** Starts a child of a parameterized job; gives its id. `dispatch-job`. Since 0.5.3. */
  async dispatch(id: string, options: DispatchOptions = {}): Promise<Answer<JobDispatchResponse>> {
    const { payload, meta, idPrefixTemplate, idempotencyToken, priority } = options;
    const bytes = payload === undefined ? undefined : Buffer.from(payload);
    if (bytes !== undefined && bytes.byteLength > maxPayloadBytes) {
      throw refused('payload', `The payload has ${String(bytes.byteLength)} bytes; Nomad takes at most 16384.`);
    }
    const body = {
      Payload: bytes?.toString('base64'),
      Meta: meta,
      IdPrefixTemplate: idPrefixTemplate,
      Priority: priority === undefined ? undefined : whole('priority', priority),
    };
    return this.#write(id, '/dispatch', options, body, { idempotency_token: idempotencyToken });
  }

  /**
   * Starts a child of a periodic job now. `dispatch-job` or `submit-job` (`force-periodic-job`). Since 0.3.
   *
   * @throws {NomadError} of kind `rejected` for a job that isn't periodic
   */
  periodicForce(id: string, options: WriteOptions = {}): Promise<Answer<JobWriteResponse>> {
    return this.#write(id, '/periodic/force', options);
  }

  /**
   * Sets the count of a `group`, which makes a new version, also for the same count. Refused for an unknown group, and
   * while a deployment runs. `scale-job` or `submit-job`. Since 0.11.
   *
   * @param count null only records an event with the message
   */
  async scale(
    id: string,
    group: string,
    count: number | null,
    options: ScaleOptions = {},
  ): Promise<Answer<JobWriteResponse>> {
    const { enforceIndex } = options;
    sendable('group name', group);
    const body = {
      Count: count === null ? undefined : whole('count', count),
      Target: { Group: group },
      Message: options.message,
      Error: flag(options.error),
      Meta: options.meta,
      PolicyOverride: flag(options.policyOverride),
      // Zero would enforce nothing.
      JobModifyIndex: enforceIndex === undefined ? undefined : whole('enforce index', enforceIndex, 1),
    };
    return this.#write(id, '/scale', options, body);
  }

  /** Counts by group, and what scaled them. Blocks. `read-job` or `read-job-scaling`. Since 0.11. */
  scaleStatus(id: string, options: ReadOptions = {}): Promise<Answer<JobScaleStatus>> {
    return this.#read(id, '/scale', options);
  }

  /**
   * Marks a `version` as one that an automatic revert may go back to, or (with `stable` false) not; an unknown one is
   * refused. `submit-job` (`stable-job`). Since 0.6.
   */
  async stable(
    id: string,
    version: number,
    stable: boolean,
    options: WriteOptions = {},
  ): Promise<Answer<{ Index?: number }>> {
    const body = { JobID: id, JobVersion: whole('version', version), Stable: stable };
    return this.#write(id, '/stable', options, body);
  }

  /**
   * The path of a tag, if the agent knows that route: one before 1.9 would take a DELETE of it for the stop of a job.
   */
  async #tagPath(id: string, tag: string, { namespace, region, signal, timeoutMs }: WriteOptions): Promise<string> {
    const route = `${path(id)}/versions/${segment('tag name', tag)}/tag`;
    const slash = [id, tag].findIndex((text) => text.includes('/'));
    if (slash !== -1) throw refused(slash === 0 ? 'job id' : 'tag name', 'The path of a tag has no room for a slash.');
    try {
      await this.get(route, { namespace, region, signal, timeoutMs });
    } catch (error) {
      // A known route refuses to be read; an older agent looks for a job of that name.
      if (isNomadError(error) && error.body === 'Invalid method') return route;
      if (!isNomadError(error, 'notFound')) throw error;
    }
    throw new NomadError('unsupported', 'This Nomad agent has no version tags; they came with 1.9.', { path: route });
  }

  async #read<T>(id: string, part: string, options: ReadOptions, query: Query = {}, shape?: Shape): Promise<Answer<T>> {
    return this.get(`${path(id)}${part}`, options, query, shape);
  }

  async #list<T>(id: string, part: string, options: ReadOptions, item: Shape, query: Query = {}): Promise<Answer<T[]>> {
    return this.getList(`${path(id)}${part}`, options, query, item);
  }

  async #write<T>(
    id: string,
    part: string,
    options: WriteOptions,
    body?: unknown,
    query: Query = {},
  ): Promise<Answer<T>> {
    return this.send(`${path(id)}${part}`, options, body, query, shapes.jobWrite);
  }
}

const versionsOrBareList: Shape = (value) =>
  Array.isArray(value) ? listOf(shapes.job)(value) : maybe(shapes.versions)(value);

function path(id: string): string {
  return `/v1/job/${segment('job id', id)}`;
}

const partOfJob =
  /\/(?:evaluate|allocations|evaluations|periodic\/force|plan|summary|dispatch|dispatch\/payload|versions|revert|deployments?|stable|scale|services|submission|actions?|tag)$/;

/** The path of a job itself, unless Nomad would take the end of its id for the name of a part of another job. */
function wholePath(id: string): string {
  if (!partOfJob.test(id)) return path(id);
  throw refused('job id', `The job id "${id}" ends like a part of a job, so Nomad's API can't reach it.`);
}

function ofJob(job: Job, options: WriteOptions): WriteOptions {
  // The server fills in `global` for a job that names no region, so the word means nothing here.
  const region = job.Region === 'global' ? undefined : filled(job.Region);
  return { ...options, namespace: options.namespace ?? filled(job.Namespace), region: options.region ?? region };
}

/** Nomad ignores one below 0 where it stops a job. */
function evalPriority({ evalPriority: priority }: { evalPriority?: number | undefined }): number | undefined {
  if (priority === undefined || whole('eval priority', priority, 1) <= 100) return priority;
  throw refused('eval priority', 'The eval priority is above 100.');
}
