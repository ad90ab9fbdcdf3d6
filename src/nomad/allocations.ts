import { ExecSession } from './exec.ts';
import type { ExecOptions } from './exec.ts';
import { logChunks, logParts } from './logs.ts';
import type { FilePart, LogOptions } from './logs.ts';
import { refused } from './errors.ts';
import { flag, listOf, notEmpty, readRequest, segment, writeRequest } from './query.ts';
import type { Answer, ReadOptions, WriteOptions } from './query.ts';
import type { Transport } from './transport.ts';
import type { Allocation, AllocationCheck, AllocationStub } from './types/allocation.ts';
import type { ServiceRegistration } from './types/service.ts';
import type { AllocationStats } from './types/stats.ts';

export interface AllocationListOptions extends ReadOptions {
  /** Whether to include the states of the tasks; true where undefined. */
  taskStates?: boolean | undefined;
  resources?: boolean | undefined;
}

export interface AllocationStopOptions extends WriteOptions {
  noShutdownDelay?: boolean | undefined;
  /** Lets the replacement move to another node. Since 1.11. */
  reschedule?: boolean | undefined;
}

export interface AllocationRestartOptions extends WriteOptions {
  /** All running tasks where undefined. */
  task?: string | undefined;
  /** Restarts finished tasks too; not together with `task`. */
  allTasks?: boolean | undefined;
}

/**
 * Allocations: `/v1/allocations`, `/v1/allocation/:id`, `/v1/client/allocation/:id/…`.
 *
 * The last words of each method's text say whether a read can block on `index`, the capability that the token needs in
 * the allocation's namespace, and the version that brought it. An unknown id is an error of kind `notFound`, an
 * incomplete one of kind `rejected`; so is what a node can't do. A node that can't be reached is `notFound` too.
 */
export class AllocationsApi {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** By age; `prefix` must be an even number of hex digits. Blocks. `read-job`. */
  async list(options: AllocationListOptions = {}): Promise<Answer<AllocationStub[]>> {
    const query = { task_states: options.taskStates, resources: flag(options.resources) };
    const request = readRequest('/v1/allocations', options, query);
    return listOf(await this.#transport.json(request), request);
  }

  /** With the job as it was when the allocation was made. Blocks. `read-job`; without it the id is unknown. */
  read(id: string, options: ReadOptions = {}): Promise<Answer<Allocation>> {
    return this.#transport.json(readRequest(`/v1/allocation/${encoded(id)}`, options));
  }

  /** Stops an allocation; the scheduler replaces it. `alloc-lifecycle`. Since 0.10. */
  stop(id: string, options: AllocationStopOptions = {}): Promise<Answer<{ EvalID: string; Index?: number }>> {
    const query = { no_shutdown_delay: flag(options.noShutdownDelay), reschedule: flag(options.reschedule) };
    return this.#transport.json(writeRequest(`/v1/allocation/${encoded(id)}/stop`, options, {}, query));
  }

  /** Restarts tasks in place. `alloc-lifecycle`. Since 0.10, `allTasks` since 1.4. */
  restart(id: string, options: AllocationRestartOptions = {}): Promise<Answer<{ Index?: number }>> {
    if (options.task !== undefined) notEmpty('task name', options.task);
    // Any other key than TaskName would be ignored, and every task restarted.
    const body = { TaskName: options.task, AllTasks: flag(options.allTasks) };
    return this.#transport.json(writeRequest(`${onClient(id)}/restart`, options, body));
  }

  /** Sends a signal such as `SIGHUP` to a task, or to all of them. `alloc-lifecycle`. Since 0.10. */
  signal(
    id: string,
    signalName: string,
    options: WriteOptions & { task?: string | undefined } = {},
  ): Promise<Answer<unknown>> {
    notEmpty('signal name', signalName);
    if (options.task !== undefined) notEmpty('task name', options.task);
    const body = { Signal: signalName, Task: options.task ?? '' };
    return this.#transport.json(writeRequest(`${onClient(id)}/signal`, options, body));
  }

  /** What the tasks use now; zeros for an unknown task. `read-job`. */
  stats(id: string, options: ReadOptions & { task?: string | undefined } = {}): Promise<Answer<AllocationStats>> {
    return this.#transport.json(readRequest(`${onClient(id)}/stats`, options, { task: options.task }));
  }

  /** Results of checks, by check id; null without any. `read-job`. Since 1.4. */
  checks(id: string, options: ReadOptions = {}): Promise<Answer<Record<string, AllocationCheck> | null>> {
    return this.#transport.json(readRequest(`${onClient(id)}/checks`, options));
  }

  /** Instances of services that Nomad itself lists, not Consul. Blocks. `read-job`. Since 1.3. */
  async services(id: string, options: ReadOptions = {}): Promise<Answer<ServiceRegistration[]>> {
    const request = readRequest(`/v1/allocation/${encoded(id)}/services`, options);
    return listOf(await this.#transport.json(request), request);
  }

  /** Whether a task's schedule has it run; Enterprise only, else kind `unsupported`. `read-job`. Since 1.8. */
  pauseState(id: string, task: string, options: ReadOptions = {}): Promise<Answer<{ ScheduleState?: string }>> {
    return this.#transport.json(readRequest(`${onClient(id)}/pause`, options, { task }));
  }

  /**
   * Pauses a task, runs it, or has its schedule decide again; Enterprise only, else kind `unsupported`. `submit-job` or
   * `pause-allocation`. Since 1.8.
   */
  setPauseState(
    id: string,
    task: string,
    state: 'pause' | 'run' | 'scheduled',
    options: WriteOptions = {},
  ): Promise<Answer<unknown>> {
    notEmpty('task name', task);
    return this.#transport.json(writeRequest(`${onClient(id)}/pause`, options, { Task: task, ScheduleState: state }));
  }

  /** Removes what a finished allocation left on its node. `submit-job` or `gc-allocation`. */
  collectGarbage(id: string, options: WriteOptions = {}): Promise<Answer<unknown>> {
    return this.#transport.json(writeRequest(`${onClient(id)}/gc`, options));
  }

  /**
   * The bytes of a task's log as they come; characters may be cut between chunks. Following goes on, across rotated
   * files, until the signal aborts, which ends the iteration without an error. `read-logs` or `read-fs`.
   *
   * @throws {NomadError} of kind `closed` when the stream breaks off, and as other reads do
   */
  logs(id: string, options: LogOptions): AsyncIterable<Uint8Array> {
    return logChunks(this.#transport, id, options);
  }

  /** As {@link logs}, with the name of the file and what happens to it. */
  logParts(id: string, options: LogOptions): AsyncIterable<FilePart> {
    return logParts(this.#transport, id, options);
  }

  /**
   * Runs a command within a running task. Never throws; failures arrive with `opened` and `onEnd`. `alloc-exec`, and
   * `alloc-node-exec` where the driver doesn't isolate the task. Since 0.10.
   */
  exec(id: string, options: ExecOptions): ExecSession {
    const query = {
      task: options.task,
      command: JSON.stringify(options.command),
      tty: options.tty,
      namespace: options.namespace,
      region: options.region,
    };
    const target = async () => {
      const path = `${onClient(id)}/exec`;
      if (options.command.length === 0) throw refused('command', 'The command is empty.');
      notEmpty('task name', options.task);
      return this.#transport.webSocketTarget(path, query);
    };
    return new ExecSession(target, options);
  }
}

function encoded(id: string): string {
  return segment('allocation id', id);
}

function onClient(id: string): string {
  return `/v1/client/allocation/${encoded(id)}`;
}
