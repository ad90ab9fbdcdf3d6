import { Lifetime, type Disposable } from '../../../src/base/lifetime.ts';
import type { Outside } from '../runtime/outside.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { rescheduling } from '../scheduler/reschedule.ts';
import {
  type AllocationRecord,
  type EvaluationRecord,
  isActiveDeployment,
  isClientTerminal,
  keyOf,
  wireTime,
} from '../state/records.ts';
import type { Random } from '../state/random.ts';
import type { Applied, Store } from '../state/store.ts';
import type { Transaction } from '../state/transaction.ts';
import { AllocationRunner, groupOf } from './allocationRunner.ts';
import type { TaskRunner } from './taskRunner.ts';

const reportEveryMs = 200;

/** The clients of all nodes: run what the scheduler placed and report back in batches, as Nomad's do. */
export class Client implements Disposable {
  readonly #store: Store;
  readonly #runtime: Runtime;
  readonly #random: Random;
  readonly #paceMs: (ms: number) => number;
  readonly #outside: Outside | undefined;
  readonly #lifetime = new Lifetime();
  readonly #runners = new Map<string, AllocationRunner>();
  readonly #changed = new Set<string>();
  #report: Disposable | undefined;

  constructor(store: Store, runtime: Runtime, random: Random, paceMs: (ms: number) => number, outside?: Outside) {
    this.#store = store;
    this.#runtime = runtime;
    this.#random = random;
    this.#paceMs = paceMs;
    this.#outside = outside;
    this.#lifetime.own(
      store.onApplied((applied) => {
        this.#onApplied(applied);
      }),
    );
  }

  dispose(): void {
    this.#lifetime.dispose();
    this.#report?.dispose();
    for (const runner of this.#runners.values()) runner.dispose();
    this.#runners.clear();
  }

  runner(allocationId: string): AllocationRunner | undefined {
    return this.#runners.get(allocationId);
  }

  task(allocationId: string, name: string): TaskRunner | undefined {
    return this.#runners.get(allocationId)?.tasks.find(({ task }) => task.Name === name);
  }

  /** Ends an allocation without a word to the server, as when its node dies or it is garbage collected. */
  forget(allocationId: string): void {
    this.#runners.get(allocationId)?.dispose();
    this.#runners.delete(allocationId);
    this.#changed.delete(allocationId);
    this.#runtime.removeAllocation(allocationId);
  }

  #onApplied(applied: Applied): void {
    if (applied.type === 'AllocationUpdated') return;
    for (const allocation of applied.allocations) {
      const runner = this.#runners.get(allocation.ID);
      if (allocation.hollow) this.#updateHollow(allocation);
      else if (allocation.ClientStatus === 'lost') this.forget(allocation.ID);
      else if (runner !== undefined) runner.update(allocation);
      else if (allocation.DesiredStatus === 'run' && !isClientTerminal(allocation)) this.#start(allocation);
    }
  }

  /** There is no task to wait for: what should stop has stopped. */
  #updateHollow(allocation: AllocationRecord): void {
    if (allocation.DesiredStatus !== 'run' && !isClientTerminal(allocation)) this.#markChanged(allocation.ID);
  }

  #start(allocation: AllocationRecord): void {
    const runner = new AllocationRunner(allocation, {
      runtime: this.#runtime,
      clock: this.#store.clock,
      random: this.#random.next,
      paceMs: this.#paceMs,
      outside: this.#outside,
      node: this.#store.nodes.get(allocation.NodeID),
      changed: () => {
        this.#markChanged(allocation.ID);
      },
    });
    this.#runners.set(allocation.ID, runner);
    runner.start();
  }

  #markChanged(allocationId: string): void {
    this.#changed.add(allocationId);
    if (this.#lifetime.ended) return;
    this.#report ??= this.#store.clock.timer(this.#paceMs(reportEveryMs), () => {
      this.#sendReport();
    });
  }

  #sendReport(): void {
    this.#report = undefined;
    const ids = [...this.#changed];
    this.#changed.clear();
    const records = ids.flatMap((id) => this.#store.allocations.get(id) ?? []);
    if (records.length === 0) return;
    this.#store.apply('AllocationUpdated', (tx) => {
      const evaluated = new Set<string>();
      for (const allocation of records) {
        const updated = tx.updateAllocation(this.#withReport(allocation));
        this.#evaluateFailure(tx, allocation, updated, evaluated);
      }
    });
    for (const { ID, DesiredStatus } of records) {
      if (DesiredStatus !== 'run' && this.#runners.get(ID)?.isDone === true) this.#runners.get(ID)?.dispose();
    }
  }

  #withReport(allocation: AllocationRecord): AllocationRecord {
    const runner = this.#runners.get(allocation.ID);
    if (runner === undefined) {
      return { ...allocation, ClientStatus: 'complete', ClientDescription: 'All tasks have completed' };
    }
    const deployment = this.#store.deployments.get(allocation.DeploymentID);
    // What a rollout that is over stops before its time, stays undecided.
    const counts = allocation.DesiredStatus === 'run' || (deployment !== undefined && isActiveDeployment(deployment));
    const decided = runner.healthy !== undefined && allocation.DeploymentID !== '' && counts;
    return {
      ...allocation,
      ...runner.status,
      TaskStates: runner.taskStates,
      DeploymentStatus: decided
        ? {
            Canary: allocation.DeploymentStatus?.Canary ?? false,
            Healthy: runner.healthy ?? null,
            Timestamp: runner.healthDecidedMs === undefined ? null : wireTime(runner.healthDecidedMs),
          }
        : allocation.DeploymentStatus,
    };
  }

  /** A newly failed allocation makes its job be evaluated, where its policy allows another one. */
  #evaluateFailure(tx: Transaction, before: AllocationRecord, after: AllocationRecord, evaluated: Set<string>): void {
    if (before.ClientStatus === 'failed' || after.ClientStatus !== 'failed' || after.DesiredStatus !== 'run') return;
    const job = this.#store.jobs.get(keyOf(after));
    const group = groupOf(after);
    if (job === undefined || job.Stop || group === undefined || evaluated.has(keyOf(after))) return;
    if (!rescheduling(after, group, tx.nowMs).eligible) return;
    evaluated.add(keyOf(after));
    const evaluation: EvaluationRecord = {
      ID: this.#random.uuid(),
      Namespace: after.Namespace,
      Priority: job.Priority,
      Type: job.Type,
      TriggeredBy: 'alloc-failure',
      JobID: after.JobID,
      Status: 'pending',
      CreateIndex: 0,
      ModifyIndex: 0,
    };
    tx.putEvaluation(evaluation);
  }
}
