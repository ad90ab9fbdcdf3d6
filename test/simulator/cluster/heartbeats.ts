import { Lifetime, type Disposable } from '../../../src/base/lifetime.ts';
import { canDisconnect } from '../scheduler/away.ts';
import type { Applied, Store } from '../state/store.ts';
import type { NodeVerbs } from './nodes.ts';

/** How soon a node that is away is looked at again after an allocation there was given up. */
const graceMs = 1000;

/** Takes nodes that are away for down once nothing on them may come back any more. */
export class Heartbeats implements Disposable {
  readonly #store: Store;
  readonly #nodes: NodeVerbs;
  readonly #paceMs: (ms: number) => number;
  readonly #lifetime = new Lifetime();

  constructor(store: Store, nodes: NodeVerbs, paceMs: (ms: number) => number) {
    this.#store = store;
    this.#nodes = nodes;
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

  #onApplied({ type, allocations }: Applied): void {
    if (type !== 'PlanResult') return;
    const stopped = allocations.filter(({ DesiredStatus }) => DesiredStatus !== 'run');
    for (const id of new Set(stopped.map(({ NodeID }) => NodeID))) {
      if (this.#isGone(id)) this.#look(id);
    }
  }

  #isGone(id: string): boolean {
    const { nodes, nomad, clock } = this.#store;
    if (nodes.get(id)?.Status !== 'disconnected') return false;
    return !canDisconnect(this.#store.allocationsOn(id), { nomad, nowMs: clock.now(), paceMs: this.#paceMs });
  }

  #look(id: string): void {
    const timer = this.#lifetime.own(
      this.#store.clock.timer(this.#paceMs(graceMs), () => {
        this.#lifetime.release(timer);
        if (this.#isGone(id)) this.#nodes.fail(id);
      }),
    );
  }
}
