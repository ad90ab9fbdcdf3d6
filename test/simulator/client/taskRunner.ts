import type { Clock } from '../../../src/base/clock.ts';
import { Lifetime } from '../../../src/base/lifetime.ts';
import type { TaskState } from '../../../src/nomad/types/allocation.ts';
import type { Task } from '../../../src/nomad/types/job.ts';
import type { RunningTask, Runtime, TaskReport, TaskSpec } from '../runtime/runtime.ts';
import { numberOf } from '../scheduler/resources.ts';
import { wireTime } from '../state/records.ts';
import { goDuration } from './goDuration.ts';
import { RestartPolicy } from './restartPolicy.ts';
import { taskEvent } from './taskEvent.ts';

export interface TaskRunnerOptions {
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly random: () => number;
  readonly paceMs: (ms: number) => number;
  /** Called after every change of {@link TaskRunner.state}. */
  readonly changed: () => void;
}

const maxEvents = 10;

/** One task of an allocation on a client: its state, its events and its restarts. */
export class TaskRunner {
  readonly task: Task;
  state: TaskState = {
    State: 'pending',
    Failed: false,
    Restarts: 0,
    LastRestart: null,
    StartedAt: null,
    FinishedAt: null,
    Events: [],
    Paused: '',
  };
  /** Set by a stop from outside: the task won't be started again. */
  stopping = false;
  readonly #spec: TaskSpec;
  readonly #options: TaskRunnerOptions;
  readonly #policy: RestartPolicy;
  readonly #lifetime = new Lifetime();
  #run: RunningTask | undefined;
  #restartRequested = false;
  #isPrepared = false;
  readonly #awaitingEnd: (() => void)[] = [];

  constructor(spec: TaskSpec, options: TaskRunnerOptions) {
    this.task = spec.task;
    this.#spec = spec;
    this.#options = options;
    this.#policy = new RestartPolicy(spec.task, spec.jobType, options.random);
  }

  get isDead(): boolean {
    return this.state.State === 'dead';
  }

  get isRunning(): boolean {
    return this.state.State === 'running';
  }

  get everStarted(): boolean {
    return Boolean(this.state.StartedAt);
  }

  /** Announces the task; it starts with {@link start}. */
  receive(): void {
    this.#event('Received', 'Task received by client');
  }

  start(): void {
    if (this.stopping || this.isDead) return;
    if (!this.#isPrepared) {
      this.#isPrepared = true;
      this.#event('Task Setup', 'Building Task Directory', { message: 'Building Task Directory' });
    }
    this.#run = this.#options.runtime.start(this.#spec, (report) => {
      this.#onReport(report);
    });
    this.#options.changed();
  }

  /** Ends the task for good. */
  kill(sibling?: string): void {
    if (this.stopping || this.isDead) return;
    this.stopping = true;
    if (sibling !== undefined) {
      const message = `Task's sibling "${sibling}" failed`;
      this.#event('Sibling Task Failed', message, { failed_sibling: sibling });
    }
    const timeoutNs = numberOf(this.task.KillTimeout) || 5e9;
    const timeout = goDuration(timeoutNs);
    this.#event('Killing', `Sent interrupt. Waiting ${timeout} before force killing`, { kill_timeout: timeout });
    if (this.#run?.running === true) {
      const signal = typeof this.task.KillSignal === 'string' ? this.task.KillSignal : '';
      this.#run.stop({ timeoutMs: this.#options.paceMs(timeoutNs / 1e6), ...(signal === '' ? {} : { signal }) });
    } else this.#end(false, true);
    this.#options.changed();
  }

  /** Restarts a task on a person's behalf; it doesn't count as an attempt. Resolves when its process has ended. */
  restart(message: string): Promise<void> {
    this.#event('Restart Signaled', message, { restart_reason: message });
    if (this.#run?.running === true) {
      const ended = new Promise<void>((resolve) => this.#awaitingEnd.push(resolve));
      this.#restartRequested = true;
      this.#run.stop({ timeoutMs: this.#options.paceMs((numberOf(this.task.KillTimeout) || 5e9) / 1e6) });
      this.#options.changed();
      return ended;
    }
    if (this.isDead) {
      this.stopping = false;
      this.state = { ...this.state, Failed: false, FinishedAt: null };
      this.#scheduleRestart('', 0);
    }
    this.#options.changed();
    return Promise.resolve();
  }

  /** Sends a signal; returns the error text when there is one. */
  signal(name: string): string | undefined {
    if (this.#run?.running !== true) return 'Task not running';
    this.noteSignal(name);
    return this.#run.signal(name);
  }

  /** Says that this is why the allocation is not healthy, where it is. */
  noteUnhealthy(minHealthyNs: number, deadlineNs: number): void {
    const { State } = this.state;
    const by = `by healthy_deadline of ${goDuration(deadlineNs)}`;
    const endsAlone = this.task.Lifecycle !== null && this.task.Lifecycle?.Sidecar === false;
    let message = '';
    if (State === 'pending') message = `Task not running ${by}`;
    else if (State === 'running')
      message = `Task not running for min_healthy_time of ${goDuration(minHealthyNs)} ${by}`;
    else if (!endsAlone) message = 'Unhealthy because of dead task';
    if (message !== '') this.#event('Alloc Unhealthy', message, { message });
  }

  noteReconnected(): void {
    this.#event('Reconnected', 'Client reconnected');
  }

  noteSignal(name: string): void {
    this.#event('Signaling', 'Task being sent a signal', { signal: name });
    this.#options.changed();
  }

  dispose(): void {
    this.#endAwaited();
    this.#lifetime.dispose();
  }

  #onReport(report: TaskReport): void {
    if (this.#lifetime.ended) return;
    if (report.kind === 'event') this.#event(report.event.Type, report.event.DisplayMessage, report.event.Details);
    else if (report.kind === 'started') this.#started();
    else if (report.kind === 'exited') this.#exited(report.exitCode, report.signal, report.oomKilled === true);
    else {
      const { message } = report;
      if (report.invalid === true) this.#event('Failed Validation', message, { validation_error: message });
      else this.#event('Driver Failure', message, { driver_error: message });
      // Drivers that fetch images say that another try may help.
      this.#afterEnd(false, report.invalid === true || this.task.Driver === 'raw_exec');
    }
    this.#options.changed();
  }

  #started(): void {
    this.state = { ...this.state, State: 'running', StartedAt: wireTime(this.#options.clock.now()) };
    this.#event('Started', 'Task started by client');
    if (this.stopping) this.#run?.stop({ timeoutMs: 1000 });
  }

  #exited(exitCode: number, signal: number, oomKilled: boolean): void {
    const parts = [`Exit Code: ${String(exitCode)}`];
    if (signal !== 0) parts.push(`Signal: ${String(signal)}`);
    if (oomKilled) parts.push('Exit Message: "OOM Killed"');
    const details = { exit_code: String(exitCode), signal: String(signal), oom_killed: String(oomKilled) };
    this.#event('Terminated', parts.join(', '), details);
    this.#afterEnd(exitCode === 0 && signal === 0);
  }

  #endAwaited(): void {
    for (const resolve of this.#awaitingEnd.splice(0)) resolve();
  }

  /** @param unrecoverable whether it never started, for a reason that another try would not change */
  #afterEnd(success: boolean, unrecoverable = false): void {
    this.#endAwaited();
    if (this.stopping) {
      this.#event('Killed', 'Task successfully killed');
      this.#end(false, false);
      return;
    }
    if (this.#restartRequested) {
      this.#restartRequested = false;
      this.#scheduleRestart('', 0);
      return;
    }
    const nowMs = this.#options.clock.now();
    const decision = unrecoverable ? this.#policy.decideUnstarted() : this.#policy.decide(success, nowMs);
    if (decision.kind === 'restart') this.#scheduleRestart(decision.reason, decision.delayMs);
    else if (decision.kind === 'done') this.#end(false, false);
    else {
      const details = { restart_reason: decision.reason, fails_task: 'true' };
      this.#event('Not Restarting', decision.reason, details);
      this.#end(true, false);
    }
  }

  #scheduleRestart(reason: string, delayMs: number): void {
    const delayNs = Math.round(delayMs * 1e6);
    const details = { restart_reason: reason, start_delay: String(delayNs) };
    this.#event('Restarting', `Task restarting in ${goDuration(delayNs)}`, details);
    const { Restarts } = this.state;
    const LastRestart = wireTime(this.#options.clock.now());
    this.state = { ...this.state, State: 'pending', Restarts: Restarts + 1, LastRestart };
    this.#restartIn(this.#options.paceMs(delayMs));
  }

  #restartIn(delayMs: number): void {
    const timer = this.#lifetime.own(
      this.#options.clock.timer(delayMs, () => {
        this.#lifetime.release(timer);
        if (!this.stopping) this.start();
      }),
    );
  }

  #end(failed: boolean, killed: boolean): void {
    if (killed) this.#event('Killed', 'Task successfully killed');
    this.state = { ...this.state, State: 'dead', Failed: failed, FinishedAt: wireTime(this.#options.clock.now()) };
  }

  #event(type: string, message: string, details: Record<string, string> = {}): void {
    const event = taskEvent(type, this.#options.clock.now(), message, details);
    this.state = { ...this.state, Events: [...(this.state.Events ?? []), event].slice(-maxEvents) };
  }
}
