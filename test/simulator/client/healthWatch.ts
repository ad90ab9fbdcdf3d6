import type { Clock } from '../../../src/base/clock.ts';
import type { Disposable } from '../../../src/base/lifetime.ts';
import type { TaskRunner } from './taskRunner.ts';

export interface HealthRule {
  readonly minHealthyMs: number;
  readonly deadlineMs: number;
}

/**
 * Decides whether an allocation of a deployment is healthy: once all its tasks have run, and its checks passed, for long
 * enough without a break; never when one of them failed, or when the deadline passes.
 */
export class HealthWatch implements Disposable {
  readonly #rule: HealthRule;
  readonly #clock: Clock;
  readonly #decide: (healthy: boolean) => void;
  readonly #deadline: Disposable;
  #waiting: Disposable | undefined;
  #since = '';
  #done = false;

  constructor(rule: HealthRule, clock: Clock, decide: (healthy: boolean) => void) {
    this.#rule = rule;
    this.#clock = clock;
    this.#decide = decide;
    this.#deadline = clock.timer(rule.deadlineMs, () => {
      this.#finish(false);
    });
  }

  /** Looks at the tasks after any of them, or a check, changed. */
  update(tasks: readonly TaskRunner[], areChecksPassing: boolean): void {
    if (this.#done) return;
    if (tasks.some((task) => task.state.Failed)) {
      this.#finish(false);
      return;
    }
    const lasting = tasks.filter(({ task }) => isLasting(task.Lifecycle));
    const passing = tasks.filter(({ task }) => !isLasting(task.Lifecycle) && task.Lifecycle?.Hook === 'prestart');
    const areUp = lasting.every((task) => task.isRunning) && passing.every((task) => task.isDead);
    const up = areUp && areChecksPassing;
    const since = up ? lasting.map((task) => task.state.StartedAt ?? '').join() : '';
    if (since === this.#since) return;
    this.#since = since;
    this.#waiting?.dispose();
    this.#waiting = up
      ? this.#clock.timer(this.#rule.minHealthyMs, () => {
          this.#finish(true);
        })
      : undefined;
  }

  dispose(): void {
    this.#done = true;
    this.#deadline.dispose();
    this.#waiting?.dispose();
  }

  #finish(healthy: boolean): void {
    if (this.#done) return;
    this.dispose();
    this.#decide(healthy);
  }
}

function isLasting(lifecycle: { readonly Hook?: string; readonly Sidecar?: boolean } | null | undefined): boolean {
  return lifecycle === null || lifecycle === undefined || lifecycle.Hook === '' || lifecycle.Sidecar === true;
}
