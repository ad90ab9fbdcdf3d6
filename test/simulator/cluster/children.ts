import { Lifetime, type Disposable } from '../../../src/base/lifetime.ts';
import type { Job } from '../../../src/nomad/types/job.ts';
import { isParameterized, jobKey, namespaceOf } from '../state/records.ts';
import type { Random } from '../state/random.ts';
import type { Store } from '../state/store.ts';
import { nextLaunchMs } from './cron.ts';
import type { JobVerbs, JobWrite } from './jobs.ts';
import { Refusal } from './refusal.ts';

const maxPayloadBytes = 16384;

export interface Dispatch {
  /** Base64. */
  readonly payload: string;
  readonly meta: Readonly<Record<string, string>>;
  readonly idPrefix: string;
  readonly idempotencyToken: string;
  readonly priority: number;
}

/** Jobs that other jobs are made from: dispatched ones and periodic ones. */
export class Children implements Disposable {
  readonly #store: Store;
  readonly #jobs: JobVerbs;
  readonly #random: Random;
  readonly #lifetime = new Lifetime();
  readonly #launches = new Map<string, Disposable>();

  constructor(store: Store, jobs: JobVerbs, random: Random) {
    this.#store = store;
    this.#jobs = jobs;
    this.#random = random;
    this.#lifetime.own(
      store.onApplied((applied) => {
        if (applied.type !== 'JobRegistered' && applied.type !== 'JobDeregistered') return;
        for (const job of applied.jobs) this.#track(job);
      }),
    );
  }

  dispose(): void {
    this.#lifetime.dispose();
    for (const launch of this.#launches.values()) launch.dispose();
  }

  dispatch(namespace: string, id: string, dispatch: Dispatch): JobWrite & { readonly DispatchedJobID: string } {
    const parent = this.#store.job(namespace, id);
    if (parent === undefined) throw new Refusal(500, 'parameterized job not found');
    if (!isParameterized(parent)) throw new Refusal(500, `Specified job "${id}" is not a parameterized job`);
    if (parent.Stop) throw new Refusal(500, `Specified job "${id}" is stopped`);
    checkDispatch(parent, dispatch);
    const known = this.#sameToken(parent, dispatch.idempotencyToken);
    if (known !== undefined) {
      const Index = this.#store.index;
      const none = { EvalID: '', EvalCreateIndex: 0, Warnings: '' };
      return { ...none, DispatchedJobID: known.ID, JobModifyIndex: known.CreateIndex, Index };
    }
    const prefix = dispatch.idPrefix === '' ? '' : `${dispatch.idPrefix}-`;
    const seconds = String(Math.floor(this.#store.clock.now() / 1000));
    const child: Job = {
      ...parent,
      ID: `${id}/dispatch-${prefix}${seconds}-${this.#random.hex(8)}`,
      ParentID: id,
      Dispatched: true,
      DispatchIdempotencyToken: dispatch.idempotencyToken,
      Payload: dispatch.payload === '' ? null : dispatch.payload,
      Meta: { ...parent.Meta, ...dispatch.meta },
      Priority: dispatch.priority > 0 ? dispatch.priority : parent.Priority,
    };
    return { ...this.#launch(child), DispatchedJobID: child.ID };
  }

  force(namespace: string, id: string): JobWrite {
    const job = this.#store.job(namespace, id);
    if (job === undefined) throw new Refusal(500, 'job not found');
    if (!job.Periodic) throw new Refusal(500, "can't force launch non-periodic job");
    if (job.Stop) {
      const text = `force launch for job "${id}" failed: can't force run non-tracked job "${id}" (${namespace})`;
      throw new Refusal(500, text);
    }
    return this.#launchPeriodic(job, this.#store.clock.now());
  }

  /** The next launch of a periodic job, in milliseconds since the epoch. */
  nextLaunchMs(job: Job): number | undefined {
    const { Periodic: periodic } = job;
    if (!periodic || periodic.Enabled === false || job.Stop) return undefined;
    const specs = [...(periodic.Specs ?? []), ...(periodic.Spec ? [periodic.Spec] : [])];
    const times = specs.flatMap((spec) => nextLaunchMs(spec, this.#store.clock.now()) ?? []);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  #sameToken(parent: Job, token: string): Job | undefined {
    if (token === '') return undefined;
    for (const key of this.#store.children.get(jobKey(namespaceOf(parent), parent.ID)) ?? []) {
      const child = this.#store.jobs.get(key);
      if (child?.DispatchIdempotencyToken === token) return child;
    }
    return undefined;
  }

  #launchPeriodic(job: Job, atMs: number): JobWrite {
    const id = `${job.ID}/periodic-${String(Math.floor(atMs / 1000))}`;
    return this.#launch({ ...job, ID: id, ParentID: job.ID, Periodic: null });
  }

  #launch(child: Job): JobWrite {
    const fresh = { ...child, Name: child.ID, Status: 'pending', Stable: false, VersionTag: null };
    return this.#jobs.insert(fresh, undefined, child.Dispatched === true ? 'job-register' : 'periodic-job');
  }

  /** Waits for the next launch of a periodic job. */
  #track(job: Job): void {
    const key = jobKey(namespaceOf(job), job.ID);
    this.#launches.get(key)?.dispose();
    this.#launches.delete(key);
    const next = this.nextLaunchMs(job);
    if (next === undefined || this.#lifetime.ended) return;
    // Far launches are looked at again each day, as timers can't wait for months.
    const delayMs = Math.min(next - this.#store.clock.now(), 86_400_000);
    const timer = this.#store.clock.timer(delayMs, () => {
      const latest = this.#store.jobs.get(key);
      if (latest === undefined) return;
      if (this.#store.clock.now() >= next) this.#launchUnlessRunning(latest, next);
      this.#track(latest);
    });
    this.#launches.set(key, timer);
  }

  #launchUnlessRunning(job: Job, atMs: number): void {
    const children = this.#store.children.get(jobKey(namespaceOf(job), job.ID)) ?? [];
    const busy = [...children].some((key) => this.#store.jobs.get(key)?.Status === 'running');
    if (job.Periodic?.ProhibitOverlap !== true || !busy) this.#launchPeriodic(job, atMs);
  }
}

function checkDispatch(parent: Job, dispatch: Dispatch): void {
  const config = parent.ParameterizedJob ?? {};
  const bytes = Buffer.from(dispatch.payload, 'base64').byteLength;
  if (config.Payload === 'required' && bytes === 0) {
    throw new Refusal(500, 'Payload is not provided but required by parameterized job');
  }
  if (config.Payload === 'forbidden' && bytes > 0) {
    throw new Refusal(500, 'Payload provided but forbidden by parameterized job');
  }
  if (bytes > maxPayloadBytes) {
    throw new Refusal(500, `Payload exceeds maximum size; ${String(bytes)} > ${String(maxPayloadBytes)}`);
  }
  const required = config.MetaRequired ?? [];
  const permitted = new Set([...required, ...(config.MetaOptional ?? [])]);
  const unpermitted = Object.keys(dispatch.meta).filter((key) => !permitted.has(key));
  if (unpermitted.length > 0) {
    throw new Refusal(500, `Dispatch request included unpermitted metadata keys: [${unpermitted.join(' ')}]`);
  }
  const missing = required.filter((key) => dispatch.meta[key] === undefined);
  if (missing.length > 0) {
    throw new Refusal(500, `Dispatch did not provide required meta keys: [${missing.join(' ')}]`);
  }
  if (dispatch.priority < 0 || dispatch.priority > 100) {
    throw new Refusal(500, 'dispatch job priority must be between [1, 100]');
  }
}
