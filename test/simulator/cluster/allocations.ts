import { constants } from 'node:os';
import type { Client } from '../client/client.ts';
import { keyOf } from '../state/records.ts';
import type { Random } from '../state/random.ts';
import type { Store } from '../state/store.ts';
import { Refusal } from './refusal.ts';

/** What can be done to one allocation. */
export class AllocationVerbs {
  readonly #store: Store;
  readonly #client: Client;
  readonly #random: Random;

  constructor(store: Store, client: Client, random: Random) {
    this.#store = store;
    this.#client = client;
    this.#random = random;
  }

  /** Stops an allocation; the scheduler makes another one in its place. */
  stop(id: string): { readonly EvalID: string; readonly Index: number } {
    const allocation = this.#store.allocations.get(id);
    if (allocation === undefined) throw new Refusal(404, 'allocation not found');
    const job = this.#store.jobs.get(keyOf(allocation)) ?? allocation.Job;
    const EvalID = this.#random.uuid();
    const Index = this.#store.apply('AllocationUpdateDesiredStatus', (tx) => {
      tx.putAllocation({ ...allocation, DesiredTransition: { ...allocation.DesiredTransition, Migrate: true } });
      tx.putEvaluation({
        ID: EvalID,
        Namespace: allocation.Namespace,
        Priority: job.Priority,
        Type: job.Type,
        TriggeredBy: 'alloc-stop',
        JobID: allocation.JobID,
        JobModifyIndex: job.ModifyIndex,
        Status: 'pending',
        CreateIndex: 0,
        ModifyIndex: 0,
      });
    });
    return { EvalID, Index };
  }

  /** Resolves when the processes that are to restart have ended. */
  async restart(id: string, taskName: string, allTasks: boolean): Promise<void> {
    const runner = this.#client.runner(id);
    if (allTasks && taskName !== '') throw new Refusal(500, 'task name cannot be set when restarting all tasks');
    const allocation = this.#store.allocations.get(id);
    if (runner !== undefined && taskName !== '') {
      const task = this.#client.task(id, taskName);
      if (task === undefined) throw new Refusal(500, `Could not find task runner for task: ${taskName}`);
      // Whether the allocation should run isn't asked for one task: while it is being stopped, this is taken.
      if (!task.isRunning) throw new Refusal(500, 'Task not running');
      await task.restart('User requested task to restart');
      return;
    }
    if (runner === undefined || allocation?.DesiredStatus !== 'run' || runner.isDone) {
      throw new Refusal(500, 'restart of an alloc that should not run');
    }
    const message = allTasks ? 'User requested all tasks to restart' : 'User requested running tasks to restart';
    const restarted = runner.tasks.filter((task) => allTasks || task.isRunning);
    await Promise.all(restarted.map((task) => task.restart(message)));
  }

  /** A name that is no signal's is taken for SIGINT, which tasks of an agent never hear of. */
  signal(id: string, taskName: string, signal: string): void {
    const tasks = this.#client.runner(id)?.tasks ?? [];
    if (taskName !== '') {
      const task = tasks.find((item) => item.task.Name === taskName);
      if (task === undefined) throw new Refusal(500, 'Task not found');
      if (!(signal in constants.signals) && task.isRunning) {
        task.noteSignal(signal);
        return;
      }
      if (task.signal(signal) === 'Task not running') throw new Refusal(500, 'Task not running');
      return;
    }
    const errors = tasks.flatMap((task) => {
      const error = task.signal(signal);
      return error === undefined ? [] : [`Failed to signal task: ${task.task.Name}, err: ${error}`];
    });
    if (errors.length === 0) return;
    const list = errors.map((error) => `\t* ${error}\n`).join('');
    throw new Refusal(500, `${String(errors.length)} error${errors.length === 1 ? '' : 's'} occurred:\n${list}\n`);
  }
}
