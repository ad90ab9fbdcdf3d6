import type { Deployment, DeploymentState } from '../../../src/nomad/types/deployment.ts';
import { multiError } from '../job/validate.ts';
import { sameSpec } from '../job/change.ts';
import { runningDescription } from '../scheduler/plan.ts';
import { type EvaluationRecord, isActiveDeployment, keyOf, namespaceOf, wireTime } from '../state/records.ts';
import type { Random } from '../state/random.ts';
import type { Store } from '../state/store.ts';
import type { Transaction } from '../state/transaction.ts';
import { insertJob } from './insertJob.ts';
import { Refusal } from './refusal.ts';

export interface DeploymentWrite {
  readonly EvalID: string;
  readonly EvalCreateIndex: number;
  readonly DeploymentModifyIndex: number;
  readonly RevertedJobVersion: number | null;
  readonly Index: number;
}

/** What can be done to a deployment. */
export class DeploymentVerbs {
  readonly #store: Store;
  readonly #random: Random;

  constructor(store: Store, random: Random) {
    this.#store = store;
    this.#random = random;
  }

  /** Promotes the canaries of all groups, or of those named; unknown names are accepted. */
  promote(id: string, groups: { readonly all?: boolean; readonly groups?: readonly string[] }): DeploymentWrite {
    const deployment = this.#active(id, 'promote');
    const chosen = Object.keys(deployment.TaskGroups ?? {}).filter(
      (name) => groups.all === true || groups.groups?.includes(name) === true,
    );
    this.#checkHealthy(deployment, chosen);
    return this.#write('DeploymentPromotion', deployment, (tx) => {
      tx.putDeployment(this.#promoted(deployment, chosen, tx.nowMs));
      for (const allocation of this.#store.allocationsOf(keyOf(deployment))) {
        const status = allocation.DeploymentStatus;
        const placed = deployment.TaskGroups?.[allocation.TaskGroup]?.PlacedCanaries?.includes(allocation.ID);
        if (placed !== true || !chosen.includes(allocation.TaskGroup) || status?.Healthy !== true) continue;
        tx.putAllocation({ ...allocation, DeploymentStatus: { ...status, Canary: false } });
      }
    });
  }

  pause(id: string, pause: boolean): DeploymentWrite {
    const deployment = this.#active(id, pause ? 'pause' : 'resume');
    const description = runningDescription(Object.values(deployment.TaskGroups ?? {}));
    const status = pause
      ? { Status: 'paused', StatusDescription: 'Deployment is paused' }
      : { Status: 'running', StatusDescription: description };
    const change = (tx: Transaction) => tx.putDeployment(this.#renewed({ ...deployment, ...status }, tx.nowMs));
    return this.#write('DeploymentStatusUpdate', deployment, change, !pause);
  }

  unblock(id: string): DeploymentWrite {
    this.#active(id, 'unblock');
    // Only deployments over several regions are ever blocked, which Enterprise alone has.
    return { EvalID: '', EvalCreateIndex: 0, DeploymentModifyIndex: 0, RevertedJobVersion: null, Index: 0 };
  }

  fail(id: string): DeploymentWrite {
    const deployment = this.#active(id, 'fail');
    const reverts = Object.values(deployment.TaskGroups ?? {}).some((group) => group.AutoRevert === true);
    return this.failWith(deployment, 'Deployment marked as failed', reverts);
  }

  /** Fails a deployment and, where `revert` is set, brings back the last stable version of its job. */
  failWith(deployment: Deployment, reason: string, revert: boolean): DeploymentWrite {
    const stable = revert ? this.#latestStable(deployment) : undefined;
    const job = this.#store.jobs.get(keyOf(deployment));
    let description = reason;
    if (revert) {
      if (stable === undefined) description = `${reason} - no stable job version to auto revert to`;
      else if (job !== undefined && sameSpec(job, stable)) {
        description =
          `${reason} - not rolling back to stable job version ${String(stable.Version)} ` +
          'as current job has same specification';
      } else description = `${reason} - rolling back to job version ${String(stable.Version)}`;
    }
    const reverts = stable !== undefined && job !== undefined && !sameSpec(job, stable);
    const written = this.#write('DeploymentStatusUpdate', deployment, (tx) => {
      const latest = this.#store.deployments.get(deployment.ID) ?? deployment;
      tx.putDeployment({ ...latest, Status: 'failed', StatusDescription: description });
      if (reverts) insertJob(tx, { ...stable, Stable: true }, undefined, stable.Version);
    });
    return { ...written, RevertedJobVersion: reverts ? stable.Version : null };
  }

  setHealth(id: string, healthy: readonly string[], unhealthy: readonly string[]): DeploymentWrite {
    const deployment = this.#existing(id);
    if (healthy.length + unhealthy.length === 0) {
      throw new Refusal(500, 'must specify at least one healthy/unhealthy allocation ID');
    }
    if (!isActiveDeployment(deployment)) {
      throw new Refusal(500, "can't set health of allocations for a terminal deployment");
    }
    for (const allocation of [...healthy, ...unhealthy]) {
      if (!this.#store.allocations.has(allocation)) throw new Refusal(500, `unknown alloc "${allocation}"`);
    }
    return this.#write('DeploymentAllocHealth', deployment, (tx) => {
      for (const allocationId of [...healthy, ...unhealthy]) {
        const allocation = this.#store.allocations.get(allocationId);
        if (allocation === undefined) continue;
        const Healthy = !unhealthy.includes(allocationId);
        const Canary = allocation.DeploymentStatus?.Canary ?? false;
        tx.putAllocation({ ...allocation, DeploymentStatus: { Healthy, Canary, Timestamp: wireTime(tx.nowMs) } });
      }
    });
  }

  /** Adds the evaluation that lets a deployment go on. */
  evaluate(tx: Transaction, deployment: Deployment): EvaluationRecord {
    const job = this.#store.jobs.get(keyOf(deployment));
    return tx.putEvaluation({
      ID: this.#random.uuid(),
      Namespace: namespaceOf(deployment),
      Priority: job?.Priority ?? 50,
      Type: job?.Type ?? 'service',
      TriggeredBy: 'deployment-watcher',
      JobID: deployment.JobID,
      DeploymentID: deployment.ID,
      Status: 'pending',
      CreateIndex: 0,
      ModifyIndex: 0,
    });
  }

  #existing(id: string): Deployment {
    const deployment = this.#store.deployments.get(id);
    if (deployment === undefined) throw new Refusal(500, 'deployment not found');
    return deployment;
  }

  #active(id: string, verb: string): Deployment {
    const deployment = this.#existing(id);
    if (!isActiveDeployment(deployment)) throw new Refusal(500, `can't ${verb} terminal deployment`);
    return deployment;
  }

  #checkHealthy(deployment: Deployment, groups: readonly string[]): void {
    const errors: string[] = [];
    for (const name of [...groups].sort()) {
      const state = deployment.TaskGroups?.[name];
      if (state === undefined || state.DesiredCanaries === 0 || state.Promoted) continue;
      const healthy = healthyCanaries(this.#store, state);
      if (healthy >= state.DesiredCanaries) continue;
      errors.push(`Task group "${name}" has ${String(healthy)}/${String(state.DesiredCanaries)} healthy allocations`);
    }
    if (errors.length > 0) throw new Refusal(500, multiError(errors));
  }

  #promoted(deployment: Deployment, groups: readonly string[], nowMs: number): Deployment {
    const states: Record<string, DeploymentState> = {};
    for (const [name, state] of Object.entries(deployment.TaskGroups ?? {})) {
      states[name] = groups.includes(name) ? renewed({ ...state, Promoted: true }, nowMs) : state;
    }
    const paused = deployment.Status === 'paused';
    const StatusDescription = paused ? deployment.StatusDescription : runningDescription(Object.values(states));
    return { ...deployment, TaskGroups: states, ...(StatusDescription === undefined ? {} : { StatusDescription }) };
  }

  /** A deployment that goes on gets its progress deadlines anew. */
  #renewed(deployment: Deployment, nowMs: number): Deployment {
    if (deployment.Status !== 'running') return deployment;
    const states: Record<string, DeploymentState> = {};
    for (const [name, state] of Object.entries(deployment.TaskGroups ?? {})) {
      states[name] = renewed(state, nowMs);
    }
    return { ...deployment, TaskGroups: states };
  }

  #latestStable(deployment: Deployment) {
    return this.#store.versions.get(keyOf(deployment))?.find((job) => job.Stable === true && !job.Stop);
  }

  #write(type: string, deployment: Deployment, change: (tx: Transaction) => void, evaluates = true): DeploymentWrite {
    let evaluation: EvaluationRecord | undefined;
    const Index = this.#store.apply(type, (tx) => {
      change(tx);
      if (evaluates) evaluation = this.evaluate(tx, deployment);
    });
    return {
      EvalID: evaluation?.ID ?? '',
      EvalCreateIndex: evaluation === undefined ? 0 : Index,
      DeploymentModifyIndex: Index,
      RevertedJobVersion: null,
      Index,
    };
  }
}

/** Gives a group that already counts down its whole progress deadline again. */
function renewed(state: DeploymentState, nowMs: number): DeploymentState {
  if (!state.RequireProgressBy || !state.ProgressDeadline) return state;
  return { ...state, RequireProgressBy: wireTime(nowMs + state.ProgressDeadline / 1e6) };
}

function healthyCanaries(store: Store, state: DeploymentState): number {
  const placed = (state.PlacedCanaries ?? []).flatMap((id) => store.allocations.get(id) ?? []);
  return placed.filter((allocation) => allocation.DeploymentStatus?.Healthy === true).length;
}

export function hasHealthyCanaries(store: Store, state: DeploymentState): boolean {
  return healthyCanaries(store, state) >= state.DesiredCanaries;
}
