import { Lifetime, type Disposable } from '../../../src/base/lifetime.ts';
import type { Job } from '../../../src/nomad/types/job.ts';
import type { Outside } from '../runtime/outside.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { awaitsReturn } from '../scheduler/away.ts';
import { rescheduling } from '../scheduler/reschedule.ts';
import {
  type AllocationRecord,
  type NodeRecord,
  isActiveDeployment,
  isClientTerminal,
  isTerminal,
  keyOf,
  namespaceOf,
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
  /** The nodes that hear and tell nothing, while their tasks run on. */
  readonly #away = new Set<string>();
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
    for (const node of applied.nodes) this.#onNode(node);
    for (const allocation of applied.allocations) {
      // What it is to do it hears when it is back.
      if (this.#away.has(allocation.NodeID)) continue;
      const runner = this.#runners.get(allocation.ID);
      if (allocation.hollow) this.#updateHollow(allocation);
      else if (allocation.ClientStatus === 'lost') this.forget(allocation.ID);
      else if (runner !== undefined) runner.update(allocation);
      else if (allocation.DesiredStatus === 'run' && !isClientTerminal(allocation)) this.#start(allocation);
    }
  }

  #onNode({ ID, Status }: NodeRecord): void {
    if (Status === 'disconnected' || Status === 'down') this.#away.add(ID);
    if (Status !== 'ready' || !this.#away.delete(ID)) return;
    for (const allocation of this.#store.allocationsOn(ID)) {
      const runner = this.#runners.get(allocation.ID);
      if (runner === undefined) continue;
      if (allocation.ClientStatus === 'unknown' && allocation.DesiredStatus === 'run') runner.noteReconnected();
      runner.update(allocation);
      this.#markChanged(allocation.ID);
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
    const known = ids.flatMap((id) => this.#store.allocations.get(id) ?? []);
    const records = known.filter(({ NodeID }) => !this.#away.has(NodeID));
    if (records.length === 0) return;
    this.#store.apply('AllocationUpdated', (tx) => {
      const evaluated = new Set<string>();
      for (const allocation of records) {
        const updated = tx.updateAllocation(this.#withReport(tx, allocation));
        if (!this.#evaluateReturn(tx, allocation)) this.#evaluateFailure(tx, allocation, updated, evaluated);
      }
    });
    for (const { ID, DesiredStatus } of records) {
      if (DesiredStatus !== 'run' && this.#runners.get(ID)?.isDone === true) this.#runners.get(ID)?.dispose();
    }
  }

  #withReport(tx: Transaction, allocation: AllocationRecord): AllocationRecord {
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
      ...(this.#endWait(tx, allocation) ? { FollowupEvalID: '' } : {}),
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
    this.#evaluate(tx, job, 'alloc-failure');
  }

  /** One that was away makes its job be evaluated, whatever has become of it. */
  #evaluateReturn(tx: Transaction, before: AllocationRecord): boolean {
    const job = this.#store.jobs.get(keyOf(before));
    if (before.ClientStatus !== 'unknown' || job === undefined) return false;
    this.#evaluate(tx, job, 'reconnect');
    return true;
  }

  /** Newer servers cancel what was to become of an allocation if it had stayed away, unless it is meant for others, too. */
  #endWait(tx: Transaction, allocation: AllocationRecord): boolean {
    const { FollowupEvalID: id } = allocation;
    if (this.#store.nomad === '1.6' || id === '' || !awaitsReturn(allocation)) return false;
    const evaluation = this.#store.evaluations.get(id);
    const isShared = this.#store
      .allocationsOf(keyOf(allocation))
      .some((one) => one.ID !== allocation.ID && one.FollowupEvalID === id && !isTerminal(one));
    if (evaluation !== undefined && !isShared)
      tx.putEvaluation({ ...evaluation, Status: 'canceled', StatusDescription: 'allocs reconnected' });
    return true;
  }

  #evaluate(tx: Transaction, job: Job, TriggeredBy: string): void {
    tx.putEvaluation({
      ID: this.#random.uuid(),
      Namespace: namespaceOf(job),
      Priority: job.Priority,
      Type: job.Type,
      TriggeredBy,
      JobID: job.ID,
      Status: 'pending',
      CreateIndex: 0,
      ModifyIndex: 0,
    });
  }
}
