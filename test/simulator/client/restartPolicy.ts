import type { Task } from '../../../src/nomad/types/job.ts';
import { numberOf, recordOf } from '../scheduler/resources.ts';
import { goDuration } from './goDuration.ts';

export type RestartDecision =
  | { readonly kind: 'restart'; readonly reason: string; readonly delayMs: number }
  | { readonly kind: 'fail'; readonly reason: string }
  | { readonly kind: 'done' };

/** Counts a task's restarts and decides about the next one, as the task's `restart` block says. */
export class RestartPolicy {
  readonly #attempts: number;
  readonly #intervalMs: number;
  readonly #delayMs: number;
  readonly #mode: string;
  readonly #restartsOnSuccess: boolean;
  readonly #random: () => number;
  #windowStartMs = 0;
  #count = 0;

  constructor(task: Task, jobType: string, random: () => number) {
    const policy = recordOf(task.RestartPolicy);
    this.#attempts = numberOf(policy['Attempts']);
    this.#intervalMs = numberOf(policy['Interval']) / 1e6;
    this.#delayMs = numberOf(policy['Delay']) / 1e6;
    this.#mode = typeof policy['Mode'] === 'string' ? policy['Mode'] : 'fail';
    const endsAlone = task.Lifecycle !== null && task.Lifecycle !== undefined && task.Lifecycle.Sidecar !== true;
    this.#restartsOnSuccess = (jobType === 'service' || jobType === 'system') && !endsAlone;
    this.#random = random;
  }

  /** @param success whether the task ended by itself with exit code 0 */
  decide(success: boolean, nowMs: number): RestartDecision {
    if (success && !this.#restartsOnSuccess) return { kind: 'done' };
    if (this.#attempts === 0) return { kind: 'fail', reason: 'Policy allows no restarts' };
    if (nowMs - this.#windowStartMs > this.#intervalMs) {
      this.#windowStartMs = nowMs;
      this.#count = 0;
    }
    this.#count += 1;
    if (this.#count <= this.#attempts) {
      return { kind: 'restart', reason: 'Restart within policy', delayMs: this.#jittered() };
    }
    if (this.#mode === 'delay') {
      const delayMs = this.#intervalMs - (nowMs - this.#windowStartMs);
      return { kind: 'restart', reason: 'Exceeded allowed attempts, applying a delay', delayMs };
    }
    const interval = goDuration(this.#intervalMs * 1e6);
    const reason = `Exceeded allowed attempts ${String(this.#attempts)} in interval ${interval} and mode is "fail"`;
    return { kind: 'fail', reason };
  }

  /** Of a task that could not be started, which is tried only once whatever is allowed. */
  decideUnstarted(): RestartDecision & { readonly kind: 'fail' } {
    return { kind: 'fail', reason: this.#attempts === 0 ? 'Policy allows no restarts' : 'Error was unrecoverable' };
  }

  #jittered(): number {
    return this.#delayMs * (1 + this.#random() * 0.25);
  }
}
