import { once } from '../base/events.ts';
import { isNomadError } from '../nomad/errors.ts';
import { canariesOf } from './canaries.ts';
import type { Cluster } from './cluster.ts';
import { countsOf, isBatch } from './counts.ts';
import type { Counts } from './counts.ts';
import { parseJobKey, placeOf } from './keys.ts';
import type { JobKey } from './keys.ts';
import { blockedWords } from './placement.ts';
import type { DeploymentRecord, JobRecord } from './records.ts';
import { endReason } from './deploymentStatus.ts';
import type { Store } from './store.ts';
import { failureSentence, isAlive } from './taskState.ts';
import { clean } from './wire.ts';

/** Which rollout is meant. With the job alone, the one of its present version. */
export interface RolloutTarget {
  readonly jobKey: JobKey;
  /** Of the write that started it; empty where Nomad made none. */
  readonly evalId?: string | undefined;
  readonly jobVersion?: number | undefined;
  readonly deploymentId?: string | undefined;
}

export type RolloutPhase = 'starting' | 'running' | 'blocked' | 'needsPromotion' | 'done' | 'failed';

/** How far a rollout is. */
export interface Rollout {
  readonly phase: RolloutPhase;
  /** `web v13: canary healthy 1/1, needs promotion` */
  readonly sentence: string;
  readonly deploymentId?: string;
  /** Whether Nomad would accept a promotion now. */
  readonly promotable?: boolean;
  /** Why it failed, without the job's name. */
  readonly failure?: string;
}

/** How far the scheduler is with the evaluation of a write. */
interface Evaluated {
  readonly done: boolean;
  readonly deploymentId?: string;
  readonly failure?: string;
}

/** How the rollout stands, by what the store knows. */
export function describeRollout(store: Store, target: RolloutTarget): Rollout {
  return describe(store, target, { done: true });
}

function describe(store: Store, target: RolloutTarget, evaluated: Evaluated): Rollout {
  const { id } = parseJobKey(target.jobKey);
  const job = store.jobs.get(target.jobKey);
  const { failure } = evaluated;
  if (failure !== undefined) return failed(clean(id), failure);
  if (job === undefined) {
    if (store.wasRemoved(target.jobKey)) return { phase: 'done', sentence: `${clean(id)} is removed` };
    return { phase: 'starting', sentence: `${clean(id)}: waiting for the cluster` };
  }
  const version = target.jobVersion ?? job.version;
  const name = `${clean(job.name)}${version === undefined ? '' : ` v${String(version)}`}`;
  if (job.stop) return stopping(store, job);
  if (job.periodic) {
    const then = job.periodicEnabled === false ? 'it is disabled, so nothing is started' : 'its runs start on schedule';
    return { phase: 'done', sentence: `${name} is registered; ${then}` };
  }
  if (job.parameterized)
    return { phase: 'done', sentence: `${name} is registered; its runs start when it is dispatched` };
  const wanted = target.deploymentId ?? evaluated.deploymentId;
  const deployment =
    wanted === undefined
      ? store.deploymentsOf(job.key).find((one) => one.jobVersion === version)
      : store.deployments.get(wanted);
  if (!evaluated.done || (wanted !== undefined && deployment === undefined)) {
    return { phase: 'starting', sentence: `${name}: waiting for the scheduler` };
  }
  if (deployment === undefined) return ofCounts(store, job, name);
  const own = version === deployment.jobVersion ? name : `${clean(job.name)} v${String(deployment.jobVersion)}`;
  return { ...ofDeployment(store, deployment, own), deploymentId: deployment.id };
}

function failed(name: string, failure: string): Rollout {
  return { phase: 'failed', sentence: `${name} failed: ${failure}`, failure };
}

function stopping(store: Store, job: JobRecord): Rollout {
  const alive = store.allocationsOf(job.key).filter(isAlive).length;
  const name = clean(job.name);
  if (alive === 0) return { phase: 'done', sentence: `${name} is stopped` };
  return { phase: 'running', sentence: `${name} is stopping, ${String(alive)} still running` };
}

function ofDeployment(store: Store, deployment: DeploymentRecord, name: string): Rollout {
  const sum = (read: (group: DeploymentRecord['groups'][number]) => number) =>
    deployment.groups.reduce((total, group) => total + read(group), 0);
  const healthy = `${String(sum((group) => group.healthy))}/${String(sum((group) => group.desiredTotal))} healthy`;
  const unhealthy = sum((group) => group.unhealthy);
  switch (deployment.status) {
    case 'successful':
      return { phase: 'done', sentence: `${name} is deployed${deployment.groups.length > 0 ? ` (${healthy})` : ''}` };
    case 'failed':
      return failed(name, endReason(store, deployment, true));
    case 'cancelled': {
      const failure = `cancelled: ${endReason(store, deployment)}`;
      return { phase: 'failed', sentence: `${name} was ${failure}`, failure };
    }
    case 'paused':
      return { phase: 'running', sentence: `${name}: deployment paused, ${healthy}` };
  }
  const blocked = store.blockedOf(deployment.jobKey);
  if (deployment.needsPromotion) return ofCanaries(store, deployment, name);
  if (blocked !== undefined) {
    const { count, reason } = blockedWords(blocked);
    return { phase: 'blocked', sentence: `${name}: ${healthy}, ${String(count)} blocked: ${reason}` };
  }
  return {
    phase: 'running',
    sentence: `${name}: ${healthy}${unhealthy > 0 ? `, ${String(unhealthy)} unhealthy` : ''}`,
  };
}

function ofCanaries(store: Store, deployment: DeploymentRecord, name: string): Rollout {
  const { wanted, healthy, unhealthy, automatic } = canariesOf(store, deployment);
  const counted = `${name}: canary healthy ${String(healthy)}/${String(wanted)}`;
  const ready = wanted > 0 && healthy >= wanted;
  if (ready && !automatic) {
    return { phase: 'needsPromotion', sentence: `${counted}, needs promotion`, promotable: deployment.promotable };
  }
  if (ready) return { phase: 'running', sentence: `${counted}, promoted by itself`, promotable: deployment.promotable };
  const bad = unhealthy > 0 ? `, ${String(unhealthy)} unhealthy` : '';
  return { phase: 'running', sentence: counted + bad, promotable: false };
}

/** Jobs without a deployment are rolled out once their allocations run, or have run to their end. */
function ofCounts(store: Store, job: JobRecord, name: string): Rollout {
  const blocked = store.blockedOf(job.key);
  const counts = countsOf(store, job);
  if (counts === undefined) return { phase: 'done', sentence: `${name} is ${clean(job.status)}` };
  const standing = `${String(counts.running)}/${String(counts.total)} running`;
  if (blocked !== undefined) {
    const { count, reason } = blockedWords(blocked);
    return { phase: 'blocked', sentence: `${name}: ${standing}, ${String(count)} blocked: ${reason}` };
  }
  return ofStanding(job, counts, name, standing);
}

function ofStanding(job: JobRecord, counts: Counts, name: string, standing: string): Rollout {
  const { total, running, complete, restarting, starting, failed: bad, lost, failure } = counts;
  if (isBatch(job) && total > 0 && complete === total) return { phase: 'done', sentence: `${name} is complete` };
  if (running + complete === total) return { phase: 'done', sentence: `${name} is running (${standing})` };
  if (bad + lost > 0 && starting + restarting === 0) {
    const reason = failure === undefined ? undefined : failureSentence(failure);
    return failed(name, reason ?? `${String(bad + lost)} of ${String(total)} allocations`);
  }
  return { phase: 'running', sentence: `${name}: ${standing}` };
}

/** The state of an evaluation whose end is being waited for. */
class EvaluationWatch {
  now: Evaluated = { done: false };
  readonly #cluster: Cluster;
  readonly #target: RolloutTarget;

  constructor(cluster: Cluster, target: RolloutTarget) {
    this.#cluster = cluster;
    this.#target = target;
  }

  /** Resolves when the evaluation ended, or can't be read, which must not hold up the rest. */
  async run(signal: AbortSignal): Promise<void> {
    const { evalId } = this.#target;
    let index: number | undefined;
    try {
      while (evalId !== undefined && evalId !== '' && !this.now.done) {
        const options = {
          ...placeOf(this.#target.jobKey),
          signal,
          ...(index === undefined ? {} : { index, waitMs: 30_000 }),
        };
        const { value, meta } = await this.#cluster.client.evaluations.read(evalId, options);
        index = Math.max(1, meta.index);
        if (value.Status === 'pending' || value.Status === 'blocked') continue;
        const { DeploymentID, Status, StatusDescription } = value;
        // Events may be slower than this answer, or not come at all, and an old state could look like the end.
        await this.#cluster.readJob(this.#target.jobKey, signal);
        this.now = {
          done: true,
          ...(DeploymentID ? { deploymentId: DeploymentID } : {}),
          ...(Status === 'failed' ? { failure: clean(StatusDescription ?? 'the evaluation failed') } : {}),
        };
      }
    } catch (error) {
      if (!isNomadError(error)) throw error;
    }
    this.now = { ...this.now, done: true };
  }
}

/**
 * Yields how a rollout stands whenever that changes, until it is done or failed.
 *
 * @throws the signal's reason, or that of the cluster when it is disposed
 */
export async function* followRollout(
  cluster: Cluster,
  target: RolloutTarget,
  signal: AbortSignal,
): AsyncGenerator<Rollout> {
  const ending = new AbortController();
  const both = AbortSignal.any([signal, cluster.signal, ending.signal]);
  const watch = new EvaluationWatch(cluster, target);
  // Exit codes come with the allocations of the job; it is no matter if they can't be had.
  cluster.loadJob(target.jobKey, both).catch(() => undefined);
  let evaluated: Promise<unknown> = watch.run(both).catch((error: unknown) => {
    if (!both.aborted) throw error;
  });
  // Whoever takes one rollout after the other may be long about it; the failure is met at the next wait.
  evaluated.catch(() => undefined);
  let last: Rollout | undefined;
  try {
    for (;;) {
      // The subscription starts before the store is looked at, so that no change falls between.
      const changed = once(cluster.onDidChange, both, (changes) => changes.jobs.has(target.jobKey));
      changed.catch(() => undefined);
      both.throwIfAborted();
      const rollout = describe(cluster.store, target, watch.now);
      if (rollout.sentence !== last?.sentence || rollout.phase !== last.phase) yield rollout;
      last = rollout;
      if (rollout.phase === 'done' || rollout.phase === 'failed') return;
      await (watch.now.done ? changed : Promise.race([changed, evaluated]));
      if (watch.now.done) evaluated = Promise.resolve();
    }
  } finally {
    ending.abort();
  }
}
