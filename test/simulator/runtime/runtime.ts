import type { Clock } from '../../../src/base/clock.ts';
import { systemClock } from '../../../src/base/clock.ts';
import type { Disposable } from '../../../src/base/lifetime.ts';
import { Lifetime } from '../../../src/base/lifetime.ts';
import { AllocationDirectories } from './directories.ts';
import { taskEnvironment } from './environment.ts';
import type { Outside } from './outside.ts';
import { ProcessTable } from './processes.ts';
import { RawExecRun, type RunContext } from './raw-exec.ts';
import { RotatingLog } from './rotating-log.ts';
import { driverScript, failingScript, mockScript, type Script } from './script.ts';
import { SimulatedRun } from './simulated.ts';
import type { ReportTask, RunningTask, TaskReport, TaskRun, TaskSpec } from './task.ts';
import { writeTemplates } from './templates.ts';

export type { ReportTask, RunningTask, TaskReport, TaskSpec };

export interface RuntimeOptions {
  /** Run raw_exec tasks as real processes. */
  rawExec: boolean;
  clock: Clock;
  /** From 0 to 1, as `Math.random`. */
  random: () => number;
  /** Where allocation directories are made; by default a temporary folder that is removed at the end. */
  dataFolder?: string;
  outside?: Outside | undefined;
}

// An end is waited for this long; a process that ignores even SIGKILL must not hold up the program.
const endPatienceMs = 2000;

/** An open connection that has to end with the runtime, as a WebSocket is. */
interface Connection {
  terminate(): void;
  once(event: 'close', listener: () => void): unknown;
}

/** The client side of the simulated cluster: runs tasks and keeps their directories. */
export class Runtime implements Disposable {
  readonly clock: Clock;
  readonly directories: AllocationDirectories;
  readonly processes = new ProcessTable();
  readonly outside: Outside | undefined;
  /** Aborts when the runtime ends. */
  readonly signal: AbortSignal;
  readonly #options: RuntimeOptions;
  readonly #lifetime = new Lifetime();
  /** The latest run of each task, by allocation. */
  readonly #runs = new Map<string, Map<string, TaskRun>>();

  readonly #connections = new Set<Connection>();

  constructor(options: RuntimeOptions) {
    this.#options = options;
    this.clock = options.clock;
    this.outside = options.outside;
    this.directories = new AllocationDirectories(options.dataFolder);
    this.signal = this.#lifetime.signal();
  }

  /** Announces an allocation, so that its files can be listed; directories are made on first use. */
  prepare(allocId: string, tasks: Iterable<string | { Name: string }>): void {
    this.directories.prepare(
      allocId,
      [...tasks].map((task) => (typeof task === 'string' ? task : task.Name)),
    );
  }

  /** Starts a task. Reports arrive after this has returned, none after {@link dispose} or {@link removeAllocation}. */
  start(spec: TaskSpec, report: ReportTask): RunningTask {
    if (this.#lifetime.ended) throw new Error('The runtime has ended');
    const { ID } = spec.allocation;
    this.prepare(ID, [spec.task]);
    this.running(ID, spec.task.Name)?.dispose();
    let starting = true;
    const deliver = (fact: TaskReport) => {
      if (!this.#lifetime.ended && this.#runs.get(ID)?.get(spec.task.Name) === run) report(fact);
    };
    const run = this.#createRun(spec, (fact) => {
      if (starting)
        queueMicrotask(() => {
          deliver(fact);
        });
      else deliver(fact);
    });
    starting = false;
    const runs = this.#runs.get(ID) ?? new Map<string, TaskRun>();
    this.#runs.set(ID, runs.set(spec.task.Name, run));
    return run;
  }

  /** The latest run of a task, whether it still runs or not. */
  running(allocId: string, task: string): TaskRun | undefined {
    return this.#runs.get(allocId)?.get(task);
  }

  /** Ends a connection with the runtime, if it is still open then. */
  adopt(connection: Connection): void {
    this.#connections.add(connection);
    connection.once('close', () => {
      this.#connections.delete(connection);
    });
  }

  /** Kills what is left of an allocation and deletes its directory. */
  removeAllocation(allocId: string): void {
    const runs = this.#runs.get(allocId);
    this.#runs.delete(allocId);
    for (const run of runs?.values() ?? []) run.dispose();
    this.directories.remove(allocId);
  }

  /** Kills every process, ends every stream and session, and removes the files. */
  async dispose(): Promise<void> {
    if (this.#lifetime.ended) return;
    this.#lifetime.dispose();
    const runs = [...this.#runs.values()].flatMap((tasks) => [...tasks.values()]);
    for (const run of runs) run.dispose();
    await settledWithin(endPatienceMs, Promise.all(runs.map((run) => run.finished)));
    for (const connection of this.#connections) connection.terminate();
    this.#runs.clear();
    this.processes.dispose();
    this.directories.dispose();
  }

  #createRun(spec: TaskSpec, report: ReportTask): TaskRun {
    const { clock, random, outside } = this.#options;
    const { ID } = spec.allocation;
    const place = { folder: this.directories.task(ID, spec.task.Name), shared: this.directories.shared(ID) };
    const environment = taskEnvironment(spec, place, outside?.programs);
    const logs = this.directories.logs(ID);
    const fault = writeTemplates(spec, place, environment);
    const context: RunContext = {
      spec,
      place,
      environment,
      stdout: new RotatingLog(logs, spec.task, 'stdout'),
      stderr: new RotatingLog(logs, spec.task, 'stderr'),
      clock,
      random,
      processes: this.processes,
      report,
      outside,
    };
    if (fault !== undefined) return new SimulatedRun(context, failingScript(fault));
    if (spec.task.Driver === 'raw_exec' && this.#options.rawExec) return new RawExecRun(context);
    return new SimulatedRun(context, this.#scriptOf(spec));
  }

  #scriptOf(spec: TaskSpec): Script {
    if (spec.task.Driver === 'raw_exec') return failingScript('raw_exec is not enabled in this simulator');
    if (spec.task.Driver === 'mock_driver') return mockScript(spec);
    return driverScript(spec, () => this.#options.clock.now(), this.#options.random);
  }
}

/** Resolves when `work` settles, or after `patienceMs`. */
async function settledWithin(patienceMs: number, work: Promise<unknown>): Promise<void> {
  let timer: Disposable | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = systemClock.timer(patienceMs, resolve);
  });
  await Promise.race([work, patience]);
  timer?.dispose();
}
