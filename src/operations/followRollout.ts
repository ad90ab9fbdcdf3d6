import { once } from '../base/events.ts';
import { isNomadError } from '../nomad/http/errors.ts';
import type { Answer, ReadOptions } from '../nomad/http/query.ts';
import { withRetries } from '../nomad/reading/retry.ts';
import { watch } from '../nomad/reading/watch.ts';
import type { Evaluation } from '../nomad/types/evaluation.ts';
import type { Cluster } from '../state/clusters/cluster.ts';
import { JobByReads, liveJobOf } from './liveJob.ts';
import { mayPass } from './mayPass.ts';
import type { LiveJob } from './liveJob.ts';
import { parseJobKey, placeOf } from '../state/tables/keys.ts';
import { describeRollout } from './rollout.ts';
import type { Evaluated, Rollout, RolloutTarget } from './rollout.ts';
import { clean } from '../state/tables/wire.ts';

/** The state of an evaluation whose end is being waited for. */
class EvaluationWatch {
  now: Evaluated = { done: false };
  readonly #cluster: Cluster;
  readonly #target: RolloutTarget;
  readonly #job: LiveJob;

  constructor(cluster: Cluster, target: RolloutTarget, live: LiveJob) {
    this.#cluster = cluster;
    this.#target = target;
    this.#job = live;
  }

  /** Resolves when the evaluation ended, or there is nothing to be read of it, which must not hold up the rest. */
  async run(signal: AbortSignal): Promise<void> {
    const { evalId } = this.#target;
    try {
      if (evalId !== undefined) await this.#toTheEnd(evalId, signal);
      // Without an evaluation to wait for, a store that the cluster keeps up to date can be used as it is.
      else if (this.#job.startsEmpty) await this.#readAll(signal);
    } catch (error) {
      if (!isNomadError(error)) throw error;
      // The state from before the write could look like its end.
      await this.#job.readNow(signal).catch(ofNomad);
    }
    this.now = { ...this.now, done: true };
  }

  async #toTheEnd(evalId: string, signal: AbortSignal): Promise<void> {
    const { clock } = this.#cluster;
    const read = (options: ReadOptions) => this.#read(evalId, options, signal);
    for await (const { value } of watch(read, { signal, waitMs: 30_000, again: mayPass, clock })) {
      if (!isOver(value)) continue;
      const { DeploymentID, Status, StatusDescription } = value;
      this.now = {
        done: true,
        ...(DeploymentID ? { deploymentId: DeploymentID } : {}),
        ...(Status === 'failed' ? { failure: clean(StatusDescription ?? 'the evaluation failed') } : {}),
      };
      return;
    }
  }

  async #read(evalId: string, options: ReadOptions, signal: AbortSignal): Promise<Answer<Evaluation>> {
    const { jobKey, region } = this.#target;
    const { evaluations } = this.#cluster.client;
    const answer = await evaluations.read(evalId, { ...options, ...placeOf(jobKey, region) });
    // Events may be slower than this answer, or not come at all, and an old state could look like the end.
    if (isOver(answer.value)) await this.#job.readNow(signal);
    return answer;
  }

  async #readAll(signal: AbortSignal): Promise<void> {
    const { clock } = this.#cluster;
    const patient = { attempts: Infinity, baseMs: 1000, capMs: 30_000, again: mayPass, clock };
    await withRetries(() => this.#job.readNow(signal), patient)({ signal });
  }
}

function isOver({ Status }: Evaluation): boolean {
  return Status !== 'pending' && Status !== 'blocked';
}

/** The cluster's own lists and events where they cover the job's place; else reads, to the end of the rollout. */
function jobOf(cluster: Cluster, { jobKey, region }: RolloutTarget): LiveJob {
  if (cluster.covers(placeOf(jobKey, region))) return liveJobOf(cluster, jobKey);
  return new JobByReads(cluster.client, jobKey, region, cluster.clock);
}

/**
 * Yields how a rollout stands whenever that changes, until it is done or failed. One in a place that the cluster's lists
 * and events don't cover is followed by reads.
 *
 * @throws {NomadError} when the job may not be read; the signal's reason, or that of the cluster when it is disposed
 */
export async function* followRollout(
  cluster: Cluster,
  target: RolloutTarget,
  signal: AbortSignal,
): AsyncGenerator<Rollout> {
  const ending = new AbortController();
  const both = AbortSignal.any([signal, cluster.signal, ending.signal]);
  try {
    const live = jobOf(cluster, target);
    if (target.evalId === '') yield await withoutEvaluation(live, target, cluster.clock.now(), both);
    else yield* whileItChanges(cluster, target, live, both);
  } finally {
    ending.abort();
  }
}

/** Nomad has nothing to do for what was written, so there is nothing to wait for. */
async function withoutEvaluation(
  live: LiveJob,
  target: RolloutTarget,
  nowMs: number,
  signal: AbortSignal,
): Promise<Rollout> {
  await live.readNow(signal).catch((error: unknown) => {
    if (!isNomadError(error, 'notFound')) throw error;
  });
  const rollout = describeRollout(live.store, target, nowMs);
  if (rollout.phase === 'done' || rollout.phase === 'failed') return rollout;
  const job = live.store.jobs.get(target.jobKey);
  const name = clean(job?.name ?? parseJobKey(target.jobKey).id);
  return { phase: 'done', sentence: `${name} is registered; Nomad made no evaluation, so nothing is started` };
}

async function* whileItChanges(
  cluster: Cluster,
  target: RolloutTarget,
  live: LiveJob,
  signal: AbortSignal,
): AsyncGenerator<Rollout> {
  const watch = new EvaluationWatch(cluster, target, live);
  const unlessEnded = (error: unknown) => {
    if (!signal.aborted) throw error;
  };
  // It only ends before the rollout if it fails.
  const following = live.follow(signal).catch(unlessEnded);
  const broken = new Promise<never>((_, reject) => void following.catch(reject));
  let evaluated: Promise<unknown> = watch.run(signal).catch(unlessEnded);
  // The consumer may take its time between two values; a failure is thrown at the next wait.
  broken.catch(() => undefined);
  evaluated.catch(() => undefined);
  let last: Rollout | undefined;
  for (;;) {
    // The subscription starts before the store is looked at, so that no change falls between.
    const changed = once(live.onDidChange, signal, (changes) => changes.of('jobs').has(target.jobKey));
    changed.catch(() => undefined);
    signal.throwIfAborted();
    const rollout = describeRollout(live.store, target, cluster.clock.now(), watch.now);
    if (rollout.sentence !== last?.sentence || rollout.phase !== last.phase) yield rollout;
    last = rollout;
    if (rollout.phase === 'done' || rollout.phase === 'failed') return;
    await Promise.race([changed, broken, ...(watch.now.done ? [] : [evaluated])]);
    if (watch.now.done) evaluated = Promise.resolve();
  }
}

/** Ignores failures of Nomad and of the network. */
function ofNomad(error: unknown): void {
  if (!isNomadError(error)) throw error;
}
