import { ExecSession } from '../sessions/exec.ts';
import type { ExecOptions } from '../sessions/exec.ts';
import { logChunks, logParts } from './logs.ts';
import type { FilePart, LogOptions } from './logs.ts';
import { refused } from '../http/errors.ts';
import { checked, flag, segment, sendable } from '../http/query.ts';
import type { Answer, ReadOptions, WriteOptions } from '../http/query.ts';
import { Resource } from './resource.ts';
import { anything, mapOf, maybe, object } from '../http/shape.ts';
import * as shapes from './shapes.ts';
import type { Allocation, AllocationCheck, AllocationStub } from '../types/allocation.ts';
import type { ServiceRegistration } from '../types/service.ts';
import type { AllocationStats } from '../types/stats.ts';

export interface AllocationListOptions extends ReadOptions {
  /** Whether to include the states of the tasks; true where undefined. Since 1.0. */
  taskStates?: boolean | undefined;
  /** Whether to include what is allocated; false where undefined. Since 1.0. */
  resources?: boolean | undefined;
}

export interface AllocationStopOptions extends WriteOptions {
  /** Doesn't wait for the `shutdown_delay` of the group and its tasks. Since 1.2.4. */
  noShutdownDelay?: boolean | undefined;
  /** Lets the replacement move to another node. Since 1.11. */
  reschedule?: boolean | undefined;
}

export interface AllocationRestartOptions extends WriteOptions {
  /** All running tasks where undefined. */
  task?: string | undefined;
  /** Restarts finished tasks too; not together with `task`. Since 1.3.4. */
  allTasks?: boolean | undefined;
}

/**
 * Allocations: `/v1/allocations`, `/v1/allocation/:id`, `/v1/client/allocation/:id/…`.
 *
 * Each method's text ends with whether a read blocks on `index` (one that doesn't say so never does), the capability
 * that the token needs in the allocation's namespace (one of those named is enough; one in brackets since 1.11.2), and
 * the version of Nomad that brought it. `id` is an allocation's whole id, `options` are those of every read or write
 * and what else is named. An unknown id is an error of kind `notFound`, an incomplete one of kind `rejected`; so are an
 * unknown task and what a node can't do. A node that can't be reached is `notFound` too.
 */
export class AllocationsApi extends Resource {
  /** All allocations, by age; `prefix` must be an even number of hex digits. Blocks. `read-job`. Since 0.1. */
  async list(options: AllocationListOptions = {}): Promise<Answer<AllocationStub[]>> {
    const query = { task_states: options.taskStates, resources: flag(options.resources) };
    return this.getList('/v1/allocations', options, query, shapes.allocation);
  }

  /**
   * With the job as it was when the allocation was made. Blocks. `read-job`; without it the id is unknown. Since 0.1.
   */
  async read(id: string, options: ReadOptions = {}): Promise<Answer<Allocation>> {
    return this.get(`/v1/allocation/${encoded(id)}`, options, {}, shapes.allocation);
  }

  /** Stops an allocation; the scheduler replaces it. Gives the evaluation. `alloc-lifecycle`. Since 0.9.2. */
  async stop(id: string, options: AllocationStopOptions = {}): Promise<Answer<{ EvalID: string; Index?: number }>> {
    const query = { no_shutdown_delay: flag(options.noShutdownDelay), reschedule: flag(options.reschedule) };
    return this.send(`/v1/allocation/${encoded(id)}/stop`, options, {}, query);
  }

  /** Restarts tasks in place. `alloc-lifecycle`. Since 0.9.2. */
  async restart(id: string, options: AllocationRestartOptions = {}): Promise<Answer<{ Index?: number }>> {
    if (options.task !== undefined) sendable('task name', options.task);
    // Any other key than TaskName would be ignored, and every task restarted.
    const body = { TaskName: options.task, AllTasks: flag(options.allTasks) };
    return this.send(`${onClient(id)}/restart`, options, body, {}, maybe(object()));
  }

  /**
   * Sends a signal to the `task` of the options, or to all of them. `alloc-lifecycle`. Since 0.9.2.
   *
   * @param signalName such as `SIGHUP`
   */
  async signal(
    id: string,
    signalName: string,
    options: WriteOptions & { task?: string | undefined } = {},
  ): Promise<Answer<unknown>> {
    sendable('signal name', signalName);
    if (options.task !== undefined) sendable('task name', options.task);
    const body = { Signal: signalName, Task: options.task ?? '' };
    return this.send(`${onClient(id)}/signal`, options, body, {}, anything);
  }

  /** What the tasks, or one `task`, use now; zeros for an unknown one. Doesn't block. `read-job`. Since 0.4. */
  async stats(id: string, options: ReadOptions & { task?: string | undefined } = {}): Promise<Answer<AllocationStats>> {
    return this.get(`${onClient(id)}/stats`, options, { task: options.task });
  }

  /** Results of checks, by check id; null without any. Doesn't block. `read-job`. Since 1.4. */
  async checks(id: string, options: ReadOptions = {}): Promise<Answer<Record<string, AllocationCheck> | null>> {
    return this.get(`${onClient(id)}/checks`, options, {}, maybe(mapOf(object())));
  }

  /**
   * Instances of services that Nomad itself lists, not Consul. `namespace` has to be the allocation's: in any other it is
   * unknown. Blocks. `read-job`. Since 1.3.
   */
  async services(id: string, options: ReadOptions = {}): Promise<Answer<ServiceRegistration[]>> {
    return this.getList(`/v1/allocation/${encoded(id)}/services`, options);
  }

  /**
   * Whether the schedule of a `task` has it run; Enterprise only, else kind `unsupported`. Doesn't block. `read-job`.
   * Since 1.8.
   */
  async pauseState(id: string, task: string, options: ReadOptions = {}): Promise<Answer<{ ScheduleState?: string }>> {
    return this.get(`${onClient(id)}/pause`, options, { task });
  }

  /**
   * Pauses a `task`, runs it, or has its schedule decide again, as `state` says; Enterprise only, else kind
   * `unsupported`. `submit-job` (`pause-allocation`). Since 1.8.
   */
  async setPauseState(
    id: string,
    task: string,
    state: 'pause' | 'run' | 'scheduled',
    options: WriteOptions = {},
  ): Promise<Answer<unknown>> {
    sendable('task name', task);
    return this.send(`${onClient(id)}/pause`, options, { Task: task, ScheduleState: state }, {}, anything);
  }

  /** Removes what a finished allocation left on its node. `submit-job` (`gc-allocation`). Since 0.5.2. */
  async collectGarbage(id: string, options: WriteOptions = {}): Promise<Answer<unknown>> {
    return this.send(`${onClient(id)}/gc`, options, undefined, {}, anything);
  }

  /**
   * The bytes of a task's log as they come; characters may be cut between chunks. Following goes on, across rotated
   * files, until the signal aborts, which ends the iteration without an error. Doesn't block. `read-logs` or `read-fs`.
   * Since 0.4.1.
   *
   * @throws {NomadError} of kind `closed` when the stream breaks off, and as other reads do
   */
  logs(id: string, options: LogOptions): AsyncIterable<Uint8Array> {
    return logChunks(this.transport, id, options);
  }

  /**
   * As {@link logs}, with the name of the file and what happens to it. Doesn't block. `read-logs` or `read-fs`. Since
   * 0.5.
   */
  logParts(id: string, options: LogOptions): AsyncIterable<FilePart> {
    return logParts(this.transport, id, options);
  }

  /**
   * Runs the `command` of the options within a running task. Never throws; failures arrive with `opened` and `onEnd`.
   * `alloc-exec`, and `alloc-node-exec` where the driver doesn't isolate the task. Since 0.9.2.
   */
  exec(id: string, options: ExecOptions): ExecSession {
    const { task, command, tty, namespace, region } = options;
    const target = async () => {
      const path = `${onClient(id)}/exec`;
      if (command.length === 0) throw refused('command', 'The command is empty.');
      sendable('task name', task);
      const query = checked({ task, command: JSON.stringify(command), tty, namespace, region });
      return this.transport.webSocketTarget(path, query);
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
