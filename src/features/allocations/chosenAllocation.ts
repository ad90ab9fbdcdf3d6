import { printable } from '../../base/plain.ts';
import { NothingToDo } from '../../base/userError.ts';
import type { Uses } from '../../commands/command.ts';
import { lookUpAllocation } from '../../commands/lookUpAllocation.ts';
import { allocationLabel, pickAllocation, pickJob } from '../../commands/pickers.ts';
import { jobTarget, regionTarget, taskTarget } from '../../commands/targets.ts';
import type { Attempted } from '../../platform/attempt.ts';
import { placeOf, type JobKey } from '../../state/tables/keys.ts';
import type { Place } from '../../state/tables/place.ts';
import type { AllocationRecord } from '../../state/tables/records.ts';
import { hasEnded } from '../../state/tables/taskState.ts';

type Used = Uses<'cluster' | 'ask'>;

/** An allocation as the server has it now, and where it is. */
export interface Chosen {
  readonly allocation: AllocationRecord;
  /** Of the argument; undefined where it names none. */
  readonly task: string | undefined;
  readonly place: Place;
}

/**
 * The allocation as the server has it now: a row may be seconds old, and the decision is made on what is asked here.
 *
 * @param deed `Restart an allocation`, to which the cluster is added
 * @throws NothingToDo where nothing of it runs any more
 */
export async function chooseAlive(given: Used, argument: unknown, deed: string): Promise<Chosen | undefined> {
  const { cluster } = given;
  const region = regionTarget(argument);
  const named = taskTarget(cluster.store, argument);
  const id = named.allocation ?? (await chooseId(given, deed, named.job, region));
  if (id === undefined) return undefined;
  const job = named.job ?? jobTarget(cluster.store, argument);
  const allocation = await lookUpAllocation(given, id, { job, region });
  const name = nameOf(allocation);
  if (hasEnded(allocation)) throw new NothingToDo(`${name} is ${allocation.clientStatus} on ${cluster.label}.`);
  if (allocation.desiredStatus === 'stop')
    throw new NothingToDo(`${name} is being stopped on ${cluster.label} already.`);
  return { allocation, task: named.task, place: placeOf(allocation.jobKey, region) };
}

async function chooseId(given: Used, deed: string, named: JobKey | undefined, region?: string) {
  const job = named ?? (await pickJob(given, deed, { word: 'execable', none: 'No job has a running task' }));
  return job === undefined ? undefined : pickAllocation(given, job, { region });
}

/**
 * The name of a task of it that runs: the one that was meant, the only one, or the one that is asked for.
 *
 * @throws NothingToDo where none runs
 */
export async function chooseRunningTask(given: Used, { allocation, task }: Chosen): Promise<string | undefined> {
  const running = runningTasks(allocation);
  const [first] = running;
  if (task !== undefined && running.includes(task)) return task;
  const name = nameOf(allocation);
  if (task !== undefined) throw new NothingToDo(`${task} of ${name} does not run on ${given.cluster.label}.`);
  if (first === undefined) throw new NothingToDo(`No task of ${name} runs on ${given.cluster.label}.`);
  if (running.length === 1) return first;
  const choices = running.map((one) => ({ label: one, value: one }));
  return given.ask.pick(`Tasks of ${name} on ${given.cluster.label}`, choices);
}

/** By name, in the order of the allocation. */
export function runningTasks({ tasks = [] }: AllocationRecord): readonly string[] {
  return tasks.filter(({ state }) => state === 'running').map(({ name }) => name);
}

/** `web.app[0]` */
export function nameOf(allocation: AllocationRecord): string {
  return printable(allocation.name ?? `${allocation.jobId}.${allocationLabel(allocation)}`);
}

/** `on node-7`, for a question: where it will be felt. */
export function nodeWords({ nodeName, nodeId }: AllocationRecord): string {
  return `on node ${printable(nodeName ?? nodeId.slice(0, 8))}`;
}

/** What is attempted on the tasks of an allocation, and what it takes. */
export function attemptedOn({ place }: Chosen, what: string): Attempted {
  return { what, needs: { capability: 'alloc-lifecycle', namespace: place.namespace } };
}

/** What a question has to add if no other allocation of the group runs; empty if one does, or that isn't known. */
export function onlyOne({ cluster }: Uses<'cluster'>, { allocation, place }: Chosen): string[] {
  const { store } = cluster;
  // The store has only what is shown, and may have a part of the allocations of a job.
  if (place.region !== undefined || !store.hasAllAllocations(allocation.jobKey)) return [];
  const others = store
    .allocationsOf(allocation.jobKey)
    .filter((one) => one.group === allocation.group && one.id !== allocation.id && one.clientStatus === 'running');
  return others.length > 0 ? [] : [`No other allocation of ${allocation.group} runs now.`];
}
