import { Lifetime, type Disposable } from '../../../src/base/lifetime.ts';
import type { Deployment, DeploymentState } from '../../../src/nomad/types/deployment.ts';
import { groupOf } from '../client/allocationRunner.ts';
import { rescheduling } from '../scheduler/reschedule.ts';
import { type AllocationRecord, isActiveDeployment } from '../state/records.ts';
import type { Applied, Store } from '../state/store.ts';
import { type DeploymentVerbs, hasHealthyCanaries } from './deployments.ts';

const evaluateAfterMs = 1200;

/** Follows active deployments: evaluates their jobs as health comes in, promotes, and fails what went wrong. */
export class DeploymentWatcher implements Disposable {
  readonly #store: Store;
  readonly #verbs: DeploymentVerbs;
  readonly #paceMs: (ms: number) => number;
  readonly #lifetime = new Lifetime();
  readonly #evaluations = new Map<string, Disposable>();
  readonly #deadlines = new Map<string, Disposable>();

  constructor(store: Store, verbs: DeploymentVerbs, paceMs: (ms: number) => number) {
    this.#store = store;
    this.#verbs = verbs;
    this.#paceMs = paceMs;
    this.#lifetime.own(
      store.onApplied((applied) => {
        this.#onApplied(applied);
      }),
    );
  }

  dispose(): void {
    this.#lifetime.dispose();
    for (const timer of [...this.#evaluations.values(), ...this.#deadlines.values()]) timer.dispose();
  }

  #onApplied(applied: Applied): void {
    for (const deployment of applied.deployments) this.#watchDeadline(deployment);
    // A promotion touches its canaries, but not their health.
    if (applied.type === 'DeploymentPromotion') return;
    for (const allocation of applied.allocations) {
      const status = allocation.DeploymentStatus;
      const deployment = this.#store.deployments.get(allocation.DeploymentID);
      if (deployment === undefined || !isActiveDeployment(deployment)) continue;
      if (status?.ModifyIndex !== applied.index) continue;
      // After the entry, not within it: what follows is an entry of its own.
      if (status.Healthy === true) this.#soonEvaluate(deployment.ID);
      if (status.Healthy === false)
        this.#soon(() => {
          this.#onUnhealthy(allocation);
        });
    }
  }

  #soon(run: () => void): void {
    const timer = this.#lifetime.own(
      this.#store.clock.timer(1, () => {
        this.#lifetime.release(timer);
        run();
      }),
    );
  }

  #soonEvaluate(id: string): void {
    if (this.#evaluations.has(id)) return;
    const timer = this.#store.clock.timer(this.#paceMs(evaluateAfterMs), () => {
      this.#evaluations.delete(id);
      const deployment = this.#store.deployments.get(id);
      if (deployment === undefined || !isActiveDeployment(deployment)) return;
      if (this.#shouldPromote(deployment)) this.#verbs.promote(id, { all: true });
      else this.#store.apply('AllocationUpdateDesiredStatus', (tx) => this.#verbs.evaluate(tx, deployment));
    });
    this.#evaluations.set(id, timer);
  }

  #shouldPromote(deployment: Deployment): boolean {
    const waiting = Object.values(deployment.TaskGroups ?? {}).filter(
      (group) => group.DesiredCanaries > 0 && !group.Promoted,
    );
    if (deployment.Status !== 'running' || waiting.length === 0) return false;
    return waiting.every((group) => group.AutoPromote === true && hasHealthyCanaries(this.#store, group));
  }

  /** An unhealthy allocation fails the deployment at once when it can't be replaced. */
  #onUnhealthy(allocation: AllocationRecord): void {
    const deployment = this.#store.deployments.get(allocation.DeploymentID);
    const group = groupOf(allocation);
    const state = deployment?.TaskGroups?.[allocation.TaskGroup];
    if (deployment === undefined || !isActiveDeployment(deployment) || group === undefined || state === undefined)
      return;
    const latest = this.#store.allocations.get(allocation.ID) ?? allocation;
    const replaceable = rescheduling(latest, group, this.#store.clock.now()).eligible;
    if (!state.ProgressDeadline || !replaceable) {
      this.#verbs.failWith(deployment, 'Failed due to unhealthy allocations', state.AutoRevert === true);
      return;
    }
    this.#store.apply('AllocationUpdateDesiredStatus', (tx) => {
      tx.putAllocation({ ...latest, DesiredTransition: { ...latest.DesiredTransition, Reschedule: true } });
      this.#verbs.evaluate(tx, deployment);
    });
  }

  /** The nearest moment by which one of the groups must have made progress. */
  #watchDeadline(deployment: Deployment): void {
    this.#deadlines.get(deployment.ID)?.dispose();
    this.#deadlines.delete(deployment.ID);
    if (deployment.Status !== 'running') return;
    const waiting = Object.values(deployment.TaskGroups ?? {}).filter((group) => !isSettled(group));
    const times = waiting.flatMap((group) => (group.RequireProgressBy ? [this.#cutoffMs(group)] : []));
    if (times.length === 0) return;
    const delayMs = Math.min(...times) - this.#store.clock.now();
    this.#deadlines.set(
      deployment.ID,
      this.#store.clock.timer(Math.max(0, delayMs), () => {
        this.#onDeadline(deployment.ID);
      }),
    );
  }

  /** `RequireProgressBy` is in the job's own time; the simulator may run faster. */
  #cutoffMs(group: DeploymentState): number {
    const deadlineMs = (group.ProgressDeadline ?? 0) / 1e6;
    return Date.parse(group.RequireProgressBy ?? '') - deadlineMs + this.#paceMs(deadlineMs);
  }

  #onDeadline(id: string): void {
    this.#deadlines.delete(id);
    const deployment = this.#store.deployments.get(id);
    if (deployment?.Status !== 'running') return;
    const late = Object.values(deployment.TaskGroups ?? {}).filter((group) => !isSettled(group));
    if (late.length === 0) return;
    this.#verbs.failWith(
      deployment,
      'Failed due to progress deadline',
      late.some((group) => group.AutoRevert === true),
    );
  }
}

/** True when a group needs no progress: it is done, or waits for a person. */
function isSettled(group: DeploymentState): boolean {
  if (group.DesiredCanaries > 0 && !group.Promoted) return group.HealthyAllocs >= group.DesiredCanaries;
  return group.HealthyAllocs >= group.DesiredTotal;
}
