import { textOr } from '../scheduler/resources.ts';
import type { Job, JobSubmission } from '../../../src/nomad/types/job.ts';
import { canonicalize } from '../job/canonicalize.ts';
import { sameSpec } from '../job/change.ts';
import { multiError, validate, warningText } from '../job/validate.ts';
import { type EvaluationRecord, isParameterized, isParent, jobKey, namespaceOf } from '../state/records.ts';
import type { Random } from '../state/random.ts';
import type { Store } from '../state/store.ts';
import type { Transaction } from '../state/transaction.ts';
import { placeErrors } from './admission.ts';
import { insertJob } from './insertJob.ts';
import { Refusal } from './refusal.ts';
import { withPolicyIds } from './scalingPolicies.ts';

export interface Registration {
  readonly job: Job;
  readonly submission?: JobSubmission | undefined;
  readonly enforceIndex?: boolean | undefined;
  readonly jobModifyIndex?: number | undefined;
  readonly preserveCounts?: boolean | undefined;
  readonly evalPriority?: number | undefined;
}

export interface JobWrite {
  readonly EvalID: string;
  readonly EvalCreateIndex: number;
  readonly JobModifyIndex: number;
  readonly Warnings: string;
  readonly Index: number;
}

const maxSourceBytes = 1_000_000;

/** What can be done to jobs. */
export class JobVerbs {
  readonly #store: Store;
  readonly #random: Random;

  constructor(store: Store, random: Random) {
    this.#store = store;
    this.#random = random;
  }

  /**
   * Fills a job's defaults and checks it.
   *
   * @throws Refusal with Nomad's list of errors
   */
  check(job: Job): { readonly job: Job; readonly warnings: readonly string[] } {
    const full = canonicalize({ ...job, Namespace: textOr(job.Namespace, 'default') }, this.#store.nomad);
    const { errors, warnings } = this.findings(full);
    if (errors.length > 0) throw new Refusal(500, multiError(errors));
    return { job: full, warnings };
  }

  /** What is wrong with a job, and what it is warned of, here and now. */
  findings(job: Job): { readonly errors: readonly string[]; readonly warnings: readonly string[] } {
    const { nomad, schedulerConfiguration } = this.#store;
    const { errors, warnings } = validate(job, nomad, schedulerConfiguration.MemoryOversubscriptionEnabled);
    return { errors: [...placeErrors(this.#store, job), ...errors], warnings };
  }

  register(registration: Registration): JobWrite {
    const { job: checked, warnings } = this.check(registration.job);
    const existing = this.#store.job(namespaceOf(checked), checked.ID);
    const job = withPolicyIds(checked, existing, () => this.#random.uuid());
    checkIndex(registration, existing);
    if (existing !== undefined) checkTransition(existing, job);
    if (registration.preserveCounts === true && existing !== undefined) keepCounts(job, existing);
    const said = [...warnings];
    const submission = fittingSubmission(registration.submission, said);
    const Warnings = warningText(said);
    if (existing !== undefined && sameSpec(existing, job) && existing.Stop === job.Stop) {
      return { ...this.#evaluateOnly(existing, 'job-register', registration.evalPriority), Warnings };
    }
    return { ...this.insert(job, submission, 'job-register', { priority: registration.evalPriority }), Warnings };
  }

  /** Stores a new version and, unless the job is a parent of others, evaluates it. */
  insert(
    job: Job,
    submission: JobSubmission | undefined,
    triggeredBy: string,
    options: { readonly priority?: number | undefined; readonly sourceOf?: number } = {},
  ): JobWrite {
    let evaluation: EvaluationRecord | undefined;
    const Index = this.#store.apply('JobRegistered', (tx) => {
      const stored = insertJob(tx, { ...job, Stable: false }, submission, options.sourceOf);
      if (!isParent(stored)) evaluation = this.#evaluation(tx, stored, triggeredBy, options.priority);
    });
    const EvalCreateIndex = evaluation === undefined ? 0 : Index;
    return { EvalID: evaluation?.ID ?? '', EvalCreateIndex, JobModifyIndex: Index, Warnings: '', Index };
  }

  /** Stops a job, or removes it. An unknown job is no error. */
  deregister(
    namespace: string,
    id: string,
    options: { readonly purge: boolean; readonly priority?: number },
  ): JobWrite {
    const job = this.#store.job(namespace, id);
    if (job === undefined) return { EvalID: '', EvalCreateIndex: 0, JobModifyIndex: 0, Warnings: '', Index: 0 };
    let evaluation: EvaluationRecord | undefined;
    const Index = this.#store.apply('JobDeregistered', (tx) => {
      if (options.purge) tx.deleteJob(job);
      else insertJob(tx, { ...job, Stop: true, Stable: false }, undefined, job.Version);
      const triggered = { ...job, JobModifyIndex: tx.index };
      if (!isParent(job)) evaluation = this.#evaluation(tx, triggered, 'job-deregister', options.priority);
    });
    const EvalCreateIndex = evaluation === undefined ? 0 : Index;
    return { EvalID: evaluation?.ID ?? '', EvalCreateIndex, JobModifyIndex: Index, Warnings: '', Index };
  }

  /** @param checkAllowed throws when no jobs are taken now; asked once there is something to go back to */
  revert(
    namespace: string,
    id: string,
    version: number,
    enforcePriorVersion: number | null,
    checkAllowed?: () => void,
  ): JobWrite {
    const job = this.#store.job(namespace, id);
    if (job === undefined) throw new Refusal(500, `job "${id}" not found`);
    if (enforcePriorVersion !== null && enforcePriorVersion !== job.Version) {
      const text = `Current job has version ${String(job.Version)}; enforcing version ${String(enforcePriorVersion)}`;
      throw new Refusal(500, text);
    }
    if (version === job.Version) throw new Refusal(500, "can't revert to current version");
    const target = this.#version(namespace, id, version);
    checkAllowed?.();
    return this.insert({ ...target, Stop: false }, undefined, 'job-register', { sourceOf: version });
  }

  markStable(namespace: string, id: string, version: number, stable: boolean): number {
    const target = this.#version(namespace, id, version);
    return this.#store.apply('JobStability', (tx) => {
      // As Nomad has it, the version that is marked becomes the job itself, even when it is an old one.
      tx.putJob({ ...target, Stable: stable });
    });
  }

  evaluate(namespace: string, id: string, forceReschedule: boolean): JobWrite {
    const job = this.#store.job(namespace, id);
    if (job === undefined) throw new Refusal(500, 'job not found');
    if (job.Periodic) throw new Refusal(500, "can't evaluate periodic job");
    if (isParameterized(job)) throw new Refusal(500, "can't evaluate parameterized job");
    let EvalID = '';
    const Index = this.#store.apply('AllocationUpdateDesiredStatus', (tx) => {
      if (forceReschedule) this.#forceReschedule(tx, job);
      EvalID = this.#evaluation(tx, job, 'job-register').ID;
    });
    return { EvalID, EvalCreateIndex: Index, JobModifyIndex: job.ModifyIndex, Warnings: '', Index };
  }

  tag(namespace: string, id: string, name: string, version: number | null, description: string) {
    const key = jobKey(namespace, id);
    const current = this.#store.jobs.get(key);
    const wanted = version ?? current?.Version ?? 0;
    const target = this.#store.version(key, wanted);
    if (target === undefined) throw new Refusal(500, `job "${id}" version ${String(wanted)} not found`);
    const holder = this.#store.versions.get(key)?.find((job) => job.VersionTag?.Name === name);
    if (holder !== undefined && holder.Version !== wanted) {
      throw new Refusal(500, `tag "${name}" already exists on a different version of job "${id}"`);
    }
    const tag = { Name: name, Description: description, TaggedTime: this.#store.clock.now() * 1e6 };
    const Index = this.#store.apply('JobVersionTag', (tx) => {
      this.#putVersionAgain(tx, { ...target, VersionTag: tag });
    });
    return { ...tag, Index };
  }

  untag(namespace: string, id: string, name: string) {
    const versions = this.#store.versions.get(jobKey(namespace, id));
    const target = versions?.find((job) => job.VersionTag?.Name === name);
    if (target === undefined) throw new Refusal(500, `tag "${name}" not found on job "${id}"`);
    const Index = this.#store.apply('JobVersionTag', (tx) => {
      this.#putVersionAgain(tx, { ...target, VersionTag: null });
    });
    return { Name: '', Description: '', TaggedTime: 0, Index };
  }

  /** An evaluation of a job that did not change. */
  #evaluateOnly(job: Job, triggeredBy: string, priority?: number): JobWrite {
    if (isParent(job)) {
      const Index = this.#store.index;
      return { EvalID: '', EvalCreateIndex: 0, JobModifyIndex: job.ModifyIndex, Warnings: '', Index };
    }
    let EvalID = '';
    const Index = this.#store.apply('EvaluationUpdated', (tx) => {
      EvalID = this.#evaluation(tx, job, triggeredBy, priority).ID;
    });
    return { EvalID, EvalCreateIndex: Index, JobModifyIndex: job.ModifyIndex, Warnings: '', Index };
  }

  #evaluation(tx: Transaction, job: Job, triggeredBy: string, priority?: number): EvaluationRecord {
    return tx.putEvaluation({
      ID: this.#random.uuid(),
      Namespace: namespaceOf(job),
      Priority: priority ?? job.Priority,
      Type: job.Type,
      TriggeredBy: triggeredBy,
      JobID: job.ID,
      JobModifyIndex: job.JobModifyIndex,
      Status: 'pending',
      CreateIndex: 0,
      ModifyIndex: 0,
    });
  }

  #forceReschedule(tx: Transaction, job: Job): void {
    const failed = this.#store
      .allocationsOf(jobKey(namespaceOf(job), job.ID))
      .filter((item) => item.ClientStatus === 'failed' && item.DesiredStatus === 'run');
    for (const allocation of failed) {
      const DesiredTransition = { ...allocation.DesiredTransition, ForceReschedule: true };
      tx.putAllocation({ ...allocation, DesiredTransition });
    }
  }

  #version(namespace: string, id: string, version: number): Job {
    const target = this.#store.version(jobKey(namespace, id), version);
    if (target === undefined) {
      throw new Refusal(500, `job "${id}" in namespace "${namespace}" at version ${String(version)} not found`);
    }
    return target;
  }

  #putVersionAgain(tx: Transaction, job: Job): void {
    const key = jobKey(namespaceOf(job), job.ID);
    if (this.#store.jobs.get(key)?.Version === job.Version) {
      tx.putJob(job);
      return;
    }
    const stored = { ...job, ModifyIndex: tx.index };
    const versions = this.#store.versions.get(key) ?? [];
    this.#store.versions.set(
      key,
      versions.map((item) => (item.Version === job.Version ? stored : item)),
    );
    tx.touch('jobs');
  }
}

function checkIndex(registration: Registration, existing: Job | undefined): void {
  if (registration.enforceIndex !== true) return;
  const wanted = registration.jobModifyIndex ?? 0;
  const prefix = `Enforcing job modify index ${String(wanted)}:`;
  if (existing === undefined) {
    if (wanted !== 0) throw new Refusal(500, `${prefix} job does not exist`);
  } else if (wanted === 0) throw new Refusal(500, `${prefix} job already exists`);
  else if (wanted !== existing.JobModifyIndex) {
    const text = `${prefix} job exists with conflicting job modify index: ${String(existing.JobModifyIndex)}`;
    throw new Refusal(500, text);
  }
}

function checkTransition(before: Job, after: Job): void {
  if (before.Type !== after.Type) {
    throw new Refusal(500, `cannot update job from type "${before.Type}" to "${after.Type}"`);
  }
  const refuse = (from: string, to: string) => new Refusal(500, `cannot update ${from} job to being ${to}`);
  if (before.Periodic && !after.Periodic) throw refuse('periodic', 'non-periodic');
  if (!before.Periodic && after.Periodic) throw refuse('non-periodic', 'periodic');
  if (before.ParameterizedJob && !after.ParameterizedJob) throw refuse('parameterized', 'non-parameterized');
  if (!before.ParameterizedJob && after.ParameterizedJob) throw refuse('non-parameterized', 'parameterized');
}

function keepCounts(job: Job, existing: Job): void {
  for (const group of job.TaskGroups ?? []) {
    const before = existing.TaskGroups?.find(({ Name }) => Name === group.Name);
    if (before !== undefined) group.Count = before.Count;
  }
}

/** A source that is too large is left out, with a warning. */
function fittingSubmission(submission: JobSubmission | undefined, warnings: string[]): JobSubmission | undefined {
  if (submission === undefined) return undefined;
  const bytes = Buffer.byteLength(submission.Source) + Buffer.byteLength(submission.Variables ?? '');
  if (bytes <= maxSourceBytes) return submission;
  const size = `${(bytes / 1e6).toFixed(1)} MB`;
  warnings.push(`job source size of ${size} exceeds maximum of 1.0 MB and will be discarded`);
  return undefined;
}
