import type { Disposable } from '../../../src/base/lifetime.ts';
import { Lifetime } from '../../../src/base/lifetime.ts';
import { numberOf, recordOf } from '../scheduler/resources.ts';
import { type AllocationRecord, type NodeRecord, isClientTerminal, isTerminal, keyOf } from '../state/records.ts';
import type { Random } from '../state/random.ts';
import type { Applied, Store } from '../state/store.ts';
import { evaluateJobs } from './nodeEvaluation.ts';
import { nodeEvent, secondsTime, withEvent } from './nodeEvents.ts';

const stepMs = 100;

/**
 * Empties draining nodes: service allocations a few at a time, as the `migrate` block of their group allows; batch
 * allocations may end by themselves; system allocations go last. At the deadline all that is left goes at once.
 */
export class Drainer implements Disposable {
  readonly #store: Store;
  readonly #random: Random;
  readonly #paceMs: (ms: number) => number;
  readonly #lifetime = new Lifetime();
  readonly #deadlines = new Map<string, Disposable>();
  #draining = new Set<string>();
  #next: Disposable | undefined;

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
    this.#next?.dispose();
    for (const timer of this.#deadlines.values()) timer.dispose();
    this.#deadlines.clear();
  }

  #onApplied(applied: Applied): void {
    for (const { TriggeredBy, Status, JobID, Namespace } of applied.evaluations) {
      if (TriggeredBy === 'node-drain' && Status === 'complete') this.#stopUnplaced(keyOf({ JobID, Namespace }));
    }
    const isAboutNodes = applied.type.startsWith('Node');
    if (isAboutNodes) this.#lookAtNodes();
    if (this.#draining.size === 0 || !(isAboutNodes || applied.allocations.length > 0)) return;
    this.#next ??= this.#store.clock.timer(this.#paceMs(stepMs), () => {
      this.#next = undefined;
      this.#step();
    });
  }

  #lookAtNodes(): void {
    const draining = [...this.#store.nodes.values()].filter((node) => node.DrainStrategy !== null);
    this.#draining = new Set(draining.map(({ ID }) => ID));
    for (const [key, timer] of this.#deadlines) {
      if (draining.some((node) => deadlineKey(node) === key)) continue;
      timer.dispose();
      this.#deadlines.delete(key);
    }
    for (const node of draining) this.#watchDeadline(node);
  }

  #watchDeadline(node: NodeRecord): void {
    const { Deadline = 0, ForceDeadline = null } = node.DrainStrategy ?? {};
    const key = deadlineKey(node);
    if (Deadline === 0 || this.#deadlines.has(key)) return;
    const leftMs = ForceDeadline === null ? 0 : Date.parse(ForceDeadline) - this.#store.clock.now();
    const timer = this.#store.clock.timer(Math.max(1, leftMs), () => {
      this.#force(node.ID);
    });
    this.#deadlines.set(key, timer);
  }

  #force(nodeId: string): void {
    const node = this.#store.nodes.get(nodeId);
    if (!node?.DrainStrategy) return;
    this.#move(this.#remaining(node), nodeId);
    this.#complete(nodeId, { deadline_reached: 'true' });
  }

  #step(): void {
    for (const id of this.#draining) {
      const node = this.#store.nodes.get(id);
      if (!node?.DrainStrategy) continue;
      const moving = this.#movable(id);
      if (moving.length > 0) this.#move(moving, id);
      if (!this.#isEmpty(id)) continue;
      this.#move(this.#remaining(node), id);
      this.#complete(id, null);
    }
  }

  #isEmpty(nodeId: string): boolean {
    return this.#store.allocationsOn(nodeId).every((item) => item.Job.Type === 'system' || isClientTerminal(item));
  }

  #remaining(node: NodeRecord): AllocationRecord[] {
    const ignoreSystem = node.DrainStrategy?.IgnoreSystemJobs === true;
    return this.#store
      .allocationsOn(node.ID)
      .filter((item) => !isTerminal(item) && !(ignoreSystem && item.Job.Type === 'system'));
  }

  /** Service allocations that may leave now without their groups falling below what `max_parallel` leaves them. */
  #movable(nodeId: string): AllocationRecord[] {
    const groups = new Map<string, AllocationRecord[]>();
    for (const item of this.#store.allocationsOn(nodeId)) {
      if (item.Job.Type !== 'service' || isClientTerminal(item) || item.DesiredTransition.Migrate === true) continue;
      const key = `${keyOf(item)}\0${item.TaskGroup}`;
      groups.set(key, [...(groups.get(key) ?? []), item]);
    }
    return [...groups.values()].flatMap((items) => items.slice(0, this.#leave(items[0])));
  }

  #leave(sample: AllocationRecord | undefined): number {
    if (sample === undefined) return 0;
    const key = keyOf(sample);
    const job = this.#store.jobs.get(key) ?? sample.Job;
    const group = job.TaskGroups?.find(({ Name }) => Name === sample.TaskGroup);
    const parallel = numberOf(recordOf(group?.Migrate)['MaxParallel']) || 1;
    const healthy = this.#store
      .allocationsOf(key)
      .filter((item) => item.TaskGroup === sample.TaskGroup && countsAsHealthy(item)).length;
    return Math.max(0, healthy - ((group?.Count ?? 0) - parallel));
  }

  #move(allocations: readonly AllocationRecord[], nodeId: string): void {
    if (allocations.length === 0) return;
    this.#store.apply('AllocationUpdateDesiredStatus', (tx) => {
      for (const item of allocations) {
        tx.putAllocation({ ...item, DesiredTransition: { ...item.DesiredTransition, Migrate: true } });
      }
      evaluateJobs(tx, this.#random, new Set(allocations.map(keyOf)), { nodeId, triggeredBy: 'node-drain' });
    });
  }

  /** What has to leave does so even where there is no room for it elsewhere. */
  #stopUnplaced(key: string): void {
    const left = this.#store
      .allocationsOf(key)
      .filter((item) => item.DesiredTransition.Migrate === true && !isTerminal(item));
    if (left.length === 0) return;
    this.#store.apply('PlanResult', (tx) => {
      const stopped = { DesiredStatus: 'stop', DesiredDescription: 'alloc is being migrated' };
      for (const item of left) tx.putAllocation({ ...item, ...stopped });
    });
  }

  #complete(nodeId: string, details: Record<string, string> | null): void {
    const node = this.#store.nodes.get(nodeId);
    if (!node?.DrainStrategy) return;
    const UpdatedAt = secondsTime(this.#store.clock.now());
    const LastDrain = { ...node.LastDrain, Status: 'complete', UpdatedAt };
    const event = nodeEvent(this.#store, 'Node drain complete', 'Drain', details);
    this.#store.apply('NodeDrain', (tx) => tx.putNode(withEvent({ ...node, DrainStrategy: null, LastDrain }, event)));
  }
}

function deadlineKey(node: NodeRecord): string {
  const { Deadline = 0, ForceDeadline = null, StartedAt = '' } = node.DrainStrategy ?? {};
  return `${node.ID}/${String(Deadline)}/${ForceDeadline ?? StartedAt}`;
}

/** Where nothing decides about its health, an allocation that runs is healthy. */
function countsAsHealthy(item: AllocationRecord): boolean {
  if (isTerminal(item) || item.DesiredTransition.Migrate === true) return false;
  if (typeof item.DeploymentStatus?.Healthy === 'boolean') return true;
  return (item.hollow || item.DeploymentID === '') && item.ClientStatus === 'running';
}
