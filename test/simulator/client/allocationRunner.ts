import type { Clock } from '../../../src/base/clock.ts';
import type { Disposable } from '../../../src/base/lifetime.ts';
import type { TaskState } from '../../../src/nomad/types/allocation.ts';
import type { Job, TaskGroup } from '../../../src/nomad/types/job.ts';
import type { Outside } from '../runtime/outside.ts';
import type { Runtime, TaskSpec } from '../runtime/runtime.ts';
import { indexOf } from '../scheduler/plan.ts';
import { listOf, numberOf, recordOf } from '../scheduler/resources.ts';
import type { AllocationRecord, NodeRecord } from '../state/records.ts';
import { CheckRunner } from './checkRunner.ts';
import { HealthWatch } from './healthWatch.ts';
import { TaskRunner } from './taskRunner.ts';

export interface AllocationRunnerOptions {
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly random: () => number;
  readonly paceMs: (ms: number) => number;
  readonly outside?: Outside | undefined;
  readonly node: NodeRecord | undefined;
  /** Called after anything that a client would report. */
  readonly changed: () => void;
}

/** Runs the tasks of one allocation in the order that their lifecycles ask for. */
export class AllocationRunner implements Disposable {
  readonly tasks: readonly TaskRunner[];
  /** Undefined while it is not decided. */
  healthy: boolean | undefined;
  healthDecidedMs: number | undefined;
  #allocation: AllocationRecord;
  readonly #options: AllocationRunnerOptions;
  readonly #started = new Set<TaskRunner>();
  #watch: HealthWatch | undefined;
  #checks: CheckRunner | undefined;
  #stopped = false;
  /** Stopped before its health was decided. */
  #wasUndecided = false;

  constructor(allocation: AllocationRecord, options: AllocationRunnerOptions) {
    this.#allocation = allocation;
    this.#options = options;
    const group = groupOf(allocation);
    const taskOptions = {
      ...options,
      changed: () => {
        this.#onTaskChanged();
      },
    };
    const specs = (group?.Tasks ?? []).map((task) => taskSpec(allocation, task, group, options.node));
    this.tasks = specs.map((spec) => new TaskRunner(spec, taskOptions));
    this.#watchHealth(allocation);
  }

  start(): void {
    for (const task of this.tasks) task.receive();
    this.#check();
    this.#advance();
    this.#options.changed();
  }

  /** The answers to its health checks. */
  get checks(): CheckRunner['results'] | undefined {
    return this.#checks?.results;
  }

  #check(): void {
    this.#checks?.dispose();
    this.#checks = new CheckRunner(this.#allocation, {
      ...this.#options,
      changed: () => {
        this.#watch?.update(this.tasks, this.#areChecksPassing);
      },
    });
  }

  get #areChecksPassing(): boolean {
    return groupOf(this.#allocation)?.Update?.HealthCheck !== 'checks' || this.#checks?.arePassing !== false;
  }

  /** Takes over a new version of the allocation: a stop, or an update in place. */
  update(allocation: AllocationRecord): void {
    const before = this.#allocation;
    this.#allocation = allocation;
    const isOver = this.#stopped || this.isDone;
    if (allocation.DesiredStatus === 'run' && allocation.Job !== before.Job && !isOver) this.#check();
    if (allocation.DesiredStatus !== 'run') this.stop();
    else if (allocation.DeploymentID !== before.DeploymentID) {
      this.healthy = undefined;
      this.#watchHealth(allocation);
    }
  }

  /** The client is back after it was away. */
  noteReconnected(): void {
    for (const task of this.tasks) task.noteReconnected();
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#wasUndecided = this.#watch !== undefined && this.healthy === undefined;
    this.#watch?.dispose();
    this.#checks?.dispose();
    for (const task of this.tasks) if (!isPoststop(task)) task.kill();
    this.#advance();
  }

  get isDone(): boolean {
    return this.tasks.every((task) => task.isDead);
  }

  get taskStates(): Record<string, TaskState> {
    return Object.fromEntries(this.tasks.map((task) => [task.task.Name, task.state]));
  }

  /** What the client says about the whole. */
  get status(): { readonly ClientStatus: string; readonly ClientDescription: string } {
    if (this.tasks.some(({ state }) => state.State === 'dead' && state.Failed)) {
      return { ClientStatus: 'failed', ClientDescription: 'Failed tasks' };
    }
    if (this.tasks.some((task) => task.isRunning)) {
      return { ClientStatus: 'running', ClientDescription: 'Tasks are running' };
    }
    if (this.tasks.some(({ state }) => state.State === 'pending')) {
      return { ClientStatus: 'pending', ClientDescription: 'No tasks have started' };
    }
    return { ClientStatus: 'complete', ClientDescription: 'All tasks have completed' };
  }

  dispose(): void {
    this.#watch?.dispose();
    this.#checks?.dispose();
    for (const task of this.tasks) task.dispose();
  }

  #watchHealth(allocation: AllocationRecord): void {
    this.#watch?.dispose();
    this.#watch = undefined;
    const strategy = groupOf(allocation)?.Update;
    if (allocation.DeploymentID === '' || !strategy || strategy.HealthCheck === 'manual') return;
    const rule = {
      minHealthyMs: this.#options.paceMs((strategy.MinHealthyTime ?? 10e9) / 1e6),
      deadlineMs: this.#options.paceMs((numberOf(strategy.HealthyDeadline) || 300e9) / 1e6),
    };
    this.#watch = new HealthWatch(rule, this.#options.clock, (healthy) => {
      // Of one that failed the server says so itself.
      const hasFailed = this.tasks.some(({ state }) => state.Failed);
      this.#decide(healthy, hasFailed);
      if (!healthy && !hasFailed) {
        const deadlineNs = numberOf(strategy.HealthyDeadline) || 300e9;
        for (const task of this.tasks) task.noteUnhealthy(strategy.MinHealthyTime ?? 10e9, deadlineNs);
      }
      this.#options.changed();
    });
    this.#watch.update(this.tasks, this.#areChecksPassing);
  }

  #decide(healthy: boolean, hasFailed = false): void {
    this.#wasUndecided = false;
    this.healthy = healthy;
    this.healthDecidedMs = hasFailed ? undefined : this.#options.clock.now();
  }

  #onTaskChanged(): void {
    const failed = this.tasks.find(({ state }) => state.State === 'dead' && state.Failed);
    if (failed !== undefined) this.#killOthers(failed);
    const leader = this.tasks.find(({ task }) => task.Leader === true);
    if (leader?.isDead === true) for (const task of this.tasks) task.kill();
    this.#advance();
    if (this.isDone) this.#checks?.dispose();
    if (this.#wasUndecided && this.tasks.some((task) => task.isDead)) this.#decide(false);
    if (!this.#stopped) this.#watch?.update(this.tasks, this.#areChecksPassing);
    this.#options.changed();
  }

  #killOthers(failed: TaskRunner): void {
    for (const task of this.tasks) if (task !== failed && !isPoststop(task)) task.kill(failed.task.Name);
  }

  /** Starts what may start now: prestart tasks, then the main ones, then poststart, at the end poststop. */
  #advance(): void {
    const of = (hook: string) => this.tasks.filter(({ task }) => (task.Lifecycle?.Hook ?? '') === hook);
    const [prestart, main] = [of('prestart'), of('')];
    this.#startAll(prestart);
    const prepared = prestart.every((task) => (task.task.Lifecycle?.Sidecar === true ? task.everStarted : task.isDead));
    if (prepared) this.#startAll(main);
    if (prepared && main.length > 0 && main.every((task) => task.isRunning)) this.#startAll(of('poststart'));
    if (main.every((task) => task.isDead)) {
      for (const task of this.tasks) if (task.task.Lifecycle?.Sidecar === true && !task.isDead) task.kill();
      this.#startAll(of('poststop'));
    }
  }

  #startAll(tasks: readonly TaskRunner[]): void {
    for (const task of tasks) {
      if (this.#started.has(task)) continue;
      this.#started.add(task);
      task.start();
    }
  }
}

function isPoststop(task: TaskRunner): boolean {
  return task.task.Lifecycle?.Hook === 'poststop';
}

export function groupOf(allocation: AllocationRecord): TaskGroup | undefined {
  return allocation.Job.TaskGroups?.find(({ Name }) => Name === allocation.TaskGroup);
}

function taskSpec(
  allocation: AllocationRecord,
  task: TaskSpec['task'],
  group: TaskGroup | undefined,
  node: NodeRecord | undefined,
): TaskSpec {
  const job: Job = allocation.Job;
  const shared = recordOf(recordOf(allocation.AllocatedResources)['Shared']);
  const ports = listOf(shared['Ports']).map((port) => ({
    label: String(port['Label']),
    ip: String(port['HostIP']),
    port: Number(port['Value']),
    ...(Number(port['To']) > 0 ? { to: Number(port['To']) } : {}),
  }));
  const taskMeta = (task.Meta ?? {}) as Record<string, string>;
  return {
    allocation: { ...allocation, Index: indexOf(allocation) },
    jobName: job.Name,
    jobType: job.Type,
    datacenter: node?.Datacenter ?? 'dc1',
    region: node?.region ?? 'global',
    task,
    meta: { ...job.Meta, ...group?.Meta, ...taskMeta },
    ports,
    ...(job.ParentID ? { parentJobId: job.ParentID } : {}),
    ...(node === undefined
      ? {}
      : { node: { attributes: node.Attributes, meta: node.Meta, class: node.NodeClass, pool: node.NodePool } }),
    ...(typeof job.Payload === 'string' ? { payload: job.Payload } : {}),
  };
}
