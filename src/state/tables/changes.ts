import type { Clock } from '../../base/clock.ts';
import { systemClock } from '../../base/clock.ts';
import type { Disposable } from '../../base/lifetime.ts';
import type { JobKey } from './keys.ts';

/** What a step changed in the store. The three flags say that rows were added or removed, or changed their order. */
export interface ChangeSet {
  readonly jobs: ReadonlySet<JobKey>;
  /** Allocation ids. */
  readonly allocations: ReadonlySet<string>;
  /** Deployment ids. */
  readonly deployments: ReadonlySet<string>;
  readonly jobList: boolean;
  readonly allocationList: boolean;
  readonly deploymentList: boolean;
}

/** A change set that is still being collected. */
export class Changes implements ChangeSet {
  readonly jobs = new Set<JobKey>();
  readonly allocations = new Set<string>();
  readonly deployments = new Set<string>();
  jobList = false;
  allocationList = false;
  deploymentList = false;

  /** True when nothing was changed. */
  get empty(): boolean {
    return isEmpty(this);
  }

  /** Takes over all that `other` says. */
  add(other: ChangeSet): this {
    for (const key of other.jobs) this.jobs.add(key);
    for (const id of other.allocations) this.allocations.add(id);
    for (const id of other.deployments) this.deployments.add(id);
    this.jobList ||= other.jobList;
    this.allocationList ||= other.allocationList;
    this.deploymentList ||= other.deploymentList;
    return this;
  }
}

export function isEmpty(changes: ChangeSet): boolean {
  if (changes.jobList || changes.allocationList || changes.deploymentList) return false;
  return changes.jobs.size === 0 && changes.allocations.size === 0 && changes.deployments.size === 0;
}

export interface ChangeCoalescerOptions {
  readonly emit: (changes: ChangeSet) => void;
  readonly clock?: Clock;
  /** How long changes are collected before they are told, in milliseconds. */
  readonly windowMs?: number;
}

/** Collects changes for a short while and passes them on together, so that a burst of events repaints a row once. */
export class ChangeCoalescer implements Disposable {
  readonly #emit: (changes: ChangeSet) => void;
  readonly #clock: Clock;
  readonly #windowMs: number;
  #pending = new Changes();
  #timer: Disposable | undefined;
  #ended = false;

  constructor(options: ChangeCoalescerOptions) {
    this.#emit = options.emit;
    this.#clock = options.clock ?? systemClock;
    this.#windowMs = options.windowMs ?? 50;
  }

  add(changes: ChangeSet): void {
    if (this.#ended || isEmpty(changes)) return;
    this.#pending.add(changes);
    this.#timer ??= this.#clock.timer(this.#windowMs, () => {
      this.flush();
    });
  }

  /** Tells at once what was collected, if anything. */
  flush(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    if (this.#ended || this.#pending.empty) return;
    const changes = this.#pending;
    this.#pending = new Changes();
    this.#emit(changes);
  }

  dispose(): void {
    this.#ended = true;
    this.#timer?.dispose();
  }
}
