import { countsOf, isBatch } from '../state/tables/counts.ts';
import type { Counts } from '../state/tables/counts.ts';
import { parseJobKey } from '../state/tables/keys.ts';
import type { JobKey } from '../state/tables/keys.ts';
import { blockedWords } from '../wording/placement.ts';
import type { DeploymentRecord, JobRecord } from '../state/tables/records.ts';
import { endReason } from '../wording/deploymentStatus.ts';
import { failureSentence } from '../wording/failureSentence.ts';
import { healthyOf, underWay } from './rolloutOfDeployment.ts';
import type { Store } from '../state/tables/store.ts';
import { isAlive } from '../state/tables/taskState.ts';
import { clean } from '../state/tables/wire.ts';

/** Which rollout is meant. With the job alone, the one of its present version. */
export interface RolloutTarget {
  readonly jobKey: JobKey;
  /** Of the write that started it; empty where Nomad made none. */
  readonly evalId?: string | undefined;
  readonly jobVersion?: number | undefined;
  readonly deploymentId?: string | undefined;
  /** Undefined for the region that is shown. */
  readonly region?: string | undefined;
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
export interface Evaluated {
  readonly done: boolean;
  readonly deploymentId?: string;
  readonly failure?: string;
}

/** How the rollout stands, by what the store knows. */
export function describeRollout(
  store: Store,
  target: RolloutTarget,
  nowMs: number,
  evaluated: Evaluated = { done: true },
): Rollout {
  const { id } = parseJobKey(target.jobKey);
  const job = store.jobs.get(target.jobKey);
  const { failure } = evaluated;
  if (failure !== undefined) return failed(clean(id), failure);
  if (job === undefined) {
    // Until the write was evaluated, what is known to be removed may be the job that was there before.
    if (evaluated.done && store.wasRemoved(target.jobKey))
      return { phase: 'done', sentence: `${clean(id)} is removed` };
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
  return { ...ofDeployment(store, deployment, own, nowMs), deploymentId: deployment.id };
}

function failed(name: string, failure: string): Rollout {
  return { phase: 'failed', sentence: `${name} failed: ${failure}`, failure };
}

function ofDeployment(store: Store, deployment: DeploymentRecord, name: string, nowMs: number): Rollout {
  switch (deployment.status) {
    case 'successful':
      return {
        phase: 'done',
        sentence: `${name} is deployed${deployment.groups.length > 0 ? ` (${healthyOf(deployment)})` : ''}`,
      };
    case 'failed':
      return failed(name, endReason(store, deployment, failureSentence));
    case 'cancelled': {
      const failure = `cancelled: ${endReason(store, deployment)}`;
      return { phase: 'failed', sentence: `${name} was ${failure}`, failure };
    }
    default:
      return underWay(store, deployment, name, nowMs);
  }
}

function stopping(store: Store, job: JobRecord): Rollout {
  const alive = store.allocationsOf(job.key).filter(isAlive).length;
  const name = clean(job.name);
  if (alive === 0) return { phase: 'done', sentence: `${name} is stopped` };
  return { phase: 'running', sentence: `${name} is stopping, ${String(alive)} still running` };
}

/** Jobs without a deployment are rolled out once their allocations run, or have run to their end. */
function ofCounts(store: Store, job: JobRecord, name: string): Rollout {
  const blocked = store.blockedOf(job.key);
  // Whether it stays up is not waited for: nothing tells the moment when it has.
  const counts = countsOf(store, job, Infinity);
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
