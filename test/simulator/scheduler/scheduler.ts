import { Lifetime } from '../../../src/base/lifetime.ts';
import type { AllocationMetric } from '../../../src/nomad/types/evaluation.ts';
import type { Job } from '../../../src/nomad/types/job.ts';
import { type EvaluationRecord, isParent, isTerminal, keyOf, wireTime } from '../state/records.ts';
import type { Random } from '../state/random.ts';
import type { Applied, Store } from '../state/store.ts';
import { applyPlan, hasChanges } from './applyPlan.ts';
import { fitPlan } from './fitPlan.ts';
import type { Plan } from './plan.ts';
import { reconcile } from './reconcile.ts';
import { reconcileSystem } from './reconcileSystem.ts';

interface Outcome {
  readonly evaluation: EvaluationRecord;
  readonly plan: Plan;
  readonly failed: Record<string, AllocationMetric>;
  readonly queued: Record<string, number>;
  readonly deploymentId: string | undefined;
  readonly snapshotIndex: number;
  /** The evaluation that waits for capacity. */
  readonly waiting: string | undefined;
}

/** Works through pending evaluations, one at a time. */
export class Scheduler {
  readonly #store: Store;
  readonly #random: Random;
  readonly #lifetime = new Lifetime();
  readonly #queue: string[] = [];
  readonly #paceMs: (ms: number) => number;
  #busy = false;
  #unblocking = false;

  /** @param paceMs turns a job's own milliseconds into the simulator's */
  constructor(store: Store, random: Random, paceMs: (ms: number) => number) {
    this.#store = store;
    this.#random = random;
    this.#paceMs = paceMs;
    this.#lifetime.own(
      store.onApplied((applied) => {
        this.#onApplied(applied);
      }),
    );
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  /** What would be done for `job` now; nothing is changed. */
  dryRun(job: Job): { plan: Plan; failed: Record<string, AllocationMetric> } {
    const key = keyOf({ Namespace: job.Namespace ?? 'default', JobID: job.ID });
    const plan = this.#reconcile(job, key, undefined);
    const { failed } = fitPlan(this.#store, this.#random, job, plan);
    return { plan, failed };
  }

  #onApplied(applied: Applied): void {
    for (const evaluation of applied.evaluations) {
      if (evaluation.Status === 'pending') this.#await(evaluation);
    }
    if (applied.type === 'SchedulerConfiguration' && this.#queue.length > 0) {
      this.#after(1, () => {
        this.#work();
      });
    }
    const freed = applied.allocations.some(isTerminal) || applied.type.startsWith('Node');
    if (freed && !this.#unblocking) {
      this.#unblocking = true;
      this.#after(this.#paceMs(200), () => {
        this.#unblock();
      });
    }
  }

  /** A timer of the machine may be a moment early by its clock, and what is due by that clock would not be. */
  #await(evaluation: EvaluationRecord): void {
    const { ID, WaitUntil } = evaluation;
    const waitMs = WaitUntil === undefined ? 0 : Date.parse(WaitUntil) - this.#store.clock.now();
    this.#after(Math.max(1, waitMs), () => {
      if (WaitUntil !== undefined && Date.parse(WaitUntil) > this.#store.clock.now()) this.#await(evaluation);
      else this.#enqueue(ID);
    });
  }

  #after(delayMs: number, run: () => void): void {
    const timer = this.#lifetime.own(
      this.#store.clock.timer(delayMs, () => {
        this.#lifetime.release(timer);
        run();
      }),
    );
  }

  #unblock(): void {
    this.#unblocking = false;
    for (const evaluation of this.#store.evaluations.values()) {
      if (evaluation.Status === 'blocked') this.#enqueue(evaluation.ID);
    }
  }

  #enqueue(id: string): void {
    if (!this.#queue.includes(id)) this.#queue.push(id);
    this.#work();
  }

  #work(): void {
    if (this.#busy || this.#store.schedulerConfiguration.PauseEvalBroker) return;
    this.#busy = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        const evaluation = this.#store.evaluations.get(next);
        if (evaluation?.Status === 'pending' || evaluation?.Status === 'blocked') this.#process(evaluation);
      }
    } finally {
      this.#busy = false;
    }
  }

  #reconcile(job: Job | undefined, key: string, evaluationId: string | undefined): Plan {
    const allocations = this.#store.allocationsOf(key);
    const type = job?.Type ?? allocations[0]?.Job.Type;
    const snapshot = {
      job,
      allocations,
      latestDeployment: this.#store.latestDeployment(key),
      nodes: this.#store.nodes,
      nowMs: this.#store.clock.now(),
      nomad: this.#store.nomad,
      newId: () => this.#random.uuid(),
      evaluationId,
      paceMs: this.#paceMs,
    };
    return type === 'system' || type === 'sysbatch' ? reconcileSystem(snapshot) : reconcile(snapshot);
  }

  #process(evaluation: EvaluationRecord): void {
    const key = keyOf(evaluation);
    const job = this.#store.jobs.get(key);
    const snapshotIndex = this.#store.index;
    const runnable = job !== undefined && isParent(job) ? undefined : job;
    const plan = this.#reconcile(runnable, key, evaluation.ID);
    const { fitted, failed, queued } = fitPlan(this.#store, this.#random, job, plan);
    const blocked = evaluation.Status === 'blocked';
    if (blocked && fitted.length === 0) return;
    if (blocked) {
      this.#store.apply('EvaluationUpdated', (tx) => tx.putEvaluation({ ...evaluation, Status: 'pending' }));
    }
    const waits = Object.values(queued).some((count) => count > 0);
    const waiting = waits ? this.#block(evaluation, failed) : undefined;
    const followUps = this.#followUps(plan, evaluation);
    const input = { store: this.#store, random: this.#random, evaluation, job, plan, fitted, followUps };
    const deploymentId = hasChanges(plan, fitted) ? applyPlan(input) : this.#store.latestDeployment(key)?.ID;
    this.#finish({ evaluation, plan, failed, queued, deploymentId, snapshotIndex, waiting });
  }

  /** Evaluations for allocations that are replaced, or lost, later; what replaces one is what it names. */
  #followUps(plan: Plan, evaluation: EvaluationRecord): Map<string, EvaluationRecord> {
    const made = new Map<string, EvaluationRecord>();
    const timeouts = new Map<number, EvaluationRecord>();
    for (const { allocation, sinceMs, lostAfterMs } of plan.groups.flatMap((group) => group.disconnect)) {
      const followUp = timeouts.get(lostAfterMs) ?? {
        ...derived(evaluation, this.#random.uuid()),
        TriggeredBy: 'max-disconnect-timeout',
        StatusDescription: 'created for delayed disconnect timeout',
        WaitUntil: wireTime(sinceMs + this.#paceMs(lostAfterMs)),
      };
      timeouts.set(lostAfterMs, followUp);
      made.set(allocation.ID, followUp);
    }
    for (const { allocation, delayMs } of plan.groups.flatMap((group) => group.delayed)) {
      const waitUntil = wireTime(this.#store.clock.now() + this.#paceMs(delayMs));
      made.set(allocation.ID, {
        ...derived(evaluation, this.#random.uuid()),
        TriggeredBy: 'alloc-reschedule',
        Status: 'pending',
        WaitUntil: waitUntil,
      });
    }
    if (made.size > 0) {
      this.#store.apply('EvaluationUpdated', (tx) => {
        for (const followUp of new Set([...timeouts.values(), ...made.values()])) tx.putEvaluation(followUp);
      });
    }
    return made;
  }

  #finish({ evaluation, plan, failed, queued, deploymentId, snapshotIndex, waiting }: Outcome): void {
    const key = keyOf(evaluation);
    const next = this.#goingOn(plan, evaluation);
    this.#store.apply('EvaluationUpdated', (tx) => {
      if (next !== undefined) tx.putEvaluation(next);
      this.#store.queued.set(key, queued);
      const latest = this.#store.evaluations.get(evaluation.ID) ?? evaluation;
      tx.putEvaluation({
        ...latest,
        Status: 'complete',
        QueuedAllocations: queued,
        PlanAnnotations: { DesiredTGUpdates: desiredUpdates(plan), PreemptedAllocs: null },
        SnapshotIndex: snapshotIndex,
        ...(deploymentId === undefined ? {} : { DeploymentID: deploymentId }),
        ...(Object.keys(failed).length > 0 ? { FailedTGAllocs: failed } : {}),
        ...(waiting === undefined ? {} : { BlockedEval: waiting }),
        ...(next === undefined ? {} : { NextEval: next.ID }),
      });
      this.#cancelOldBlocked(tx, key, waiting);
    });
  }

  #goingOn({ goOnMs }: Plan, evaluation: EvaluationRecord): EvaluationRecord | undefined {
    if (goOnMs === undefined) return undefined;
    const WaitUntil = wireTime(this.#store.clock.now() + this.#paceMs(goOnMs));
    return { ...derived(evaluation, this.#random.uuid()), TriggeredBy: 'rolling-update', WaitUntil };
  }

  /** The evaluation that waits for capacity; made where something could not be placed. */
  #block(evaluation: EvaluationRecord, failed: Record<string, AllocationMetric>): string | undefined {
    const blocked: EvaluationRecord = {
      ...derived(evaluation, this.#random.uuid()),
      TriggeredBy: 'queued-allocs',
      StatusDescription: 'created to place remaining allocations',
      Status: 'blocked',
      FailedTGAllocs: failed,
    };
    this.#store.apply('EvaluationUpdated', (tx) => tx.putEvaluation(blocked));
    return blocked.ID;
  }

  #cancelOldBlocked(tx: Parameters<Parameters<Store['apply']>[1]>[0], key: string, kept: string | undefined): void {
    for (const old of this.#store.evaluationsOf(key)) {
      if (old.Status !== 'blocked' || old.ID === kept) continue;
      const StatusDescription = 'canceled after more recent eval was processed';
      tx.putEvaluation({ ...old, Status: 'canceled', StatusDescription });
    }
  }
}

function derived(evaluation: EvaluationRecord, id: string): EvaluationRecord {
  return {
    ID: id,
    Namespace: evaluation.Namespace,
    Priority: evaluation.Priority,
    Type: evaluation.Type,
    JobID: evaluation.JobID,
    PreviousEval: evaluation.ID,
    TriggeredBy: '',
    Status: 'pending',
    CreateIndex: 0,
    ModifyIndex: 0,
  };
}

export function desiredUpdates(plan: Plan): Record<string, Plan['groups'][number]['updates']> {
  return Object.fromEntries(plan.groups.map((group) => [group.name, group.updates]));
}
