import { ExecSession } from './exec.ts';
import type { ExecOptions } from './exec.ts';
import { logChunks } from './logs.ts';
import type { LogOptions } from './logs.ts';
import { NomadError } from './errors.ts';
import { flag, listOf, readRequest, segment, writeRequest } from './query.ts';
import type { Answer, ReadOptions, WriteOptions } from './query.ts';
import type { Transport } from './transport.ts';
import type { Allocation, AllocationStub } from './types/allocation.ts';
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

/** Allocations: `/v1/allocations`, `/v1/allocation/:id`, `/v1/client/allocation/:id/…`. */
export class AllocationsApi {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** `prefix` must be an even number of hex digits. */
  async list(options: AllocationListOptions = {}): Promise<Answer<AllocationStub[]>> {
    const query = { task_states: options.taskStates, resources: flag(options.resources) };
    const request = readRequest('/v1/allocations', options, query);
    return listOf(await this.#transport.json(request), request);
  }

  read(id: string, options: ReadOptions = {}): Promise<Answer<Allocation>> {
    return this.#transport.json(readRequest(`/v1/allocation/${encoded(id)}`, options));
  }

  /** Stops an allocation; the scheduler replaces it. */
  stop(id: string, options: AllocationStopOptions = {}): Promise<Answer<{ EvalID: string; Index?: number }>> {
    const query = { no_shutdown_delay: flag(options.noShutdownDelay), reschedule: flag(options.reschedule) };
    return this.#transport.json(writeRequest(`/v1/allocation/${encoded(id)}/stop`, options, {}, query));
  }

  /** Restarts tasks in place. */
  restart(id: string, options: AllocationRestartOptions = {}): Promise<Answer<{ Index?: number }>> {
    // Any other key than TaskName would be ignored, and every task restarted.
    const body = { TaskName: options.task, AllTasks: flag(options.allTasks) };
    return this.#transport.json(writeRequest(`${onClient(id)}/restart`, options, body));
  }

  /** Sends a signal such as `SIGHUP` to a task, or to all of them. */
  signal(
    id: string,
    signalName: string,
    options: WriteOptions & { task?: string | undefined } = {},
  ): Promise<Answer<unknown>> {
    if (signalName === '') throw new NomadError('rejected', 'The signal name is empty.');
    const body = { Signal: signalName, Task: options.task ?? '' };
    return this.#transport.json(writeRequest(`${onClient(id)}/signal`, options, body));
  }

  stats(id: string, options: ReadOptions & { task?: string | undefined } = {}): Promise<Answer<AllocationStats>> {
    return this.#transport.json(readRequest(`${onClient(id)}/stats`, options, { task: options.task }));
  }

  /**
   * The bytes of a task's log as they come; characters may be cut between chunks. Following goes on, across rotated
   * files, until the signal aborts, which ends the iteration without an error.
   *
   * @throws {NomadError} of kind `closed` when the stream breaks off, and as other reads do
   */
  logs(id: string, options: LogOptions): AsyncIterable<Uint8Array> {
    return logChunks(this.#transport, id, options);
  }

  /** Runs a command within a running task. Never throws; failures arrive with `opened` and `onEnd`. */
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
      if (options.command.length === 0) throw new NomadError('rejected', 'The command is empty.');
      if (options.task === '') throw new NomadError('rejected', 'The task name is empty.');
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
