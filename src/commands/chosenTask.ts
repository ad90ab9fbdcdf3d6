import { placeOf, type JobKey } from '../state/tables/keys.ts';
import type { Place } from '../state/tables/place.ts';
import type { AllocationRecord } from '../state/tables/records.ts';
import type { Uses } from './command.ts';
import { lookUpAllocation } from './lookUpAllocation.ts';
import { NotRunning } from './notRunning.ts';
import { allocationLabel, pickAllocation, pickJob, type Among } from './pickers.ts';
import { groupTarget, jobTarget, regionTarget, taskTarget } from './targets.ts';

type Used = Uses<'cluster' | 'ask'>;

/** A task that runs, and where it is. */
export interface ChosenTask {
  readonly allocation: AllocationRecord;
  readonly task: string;
  readonly place: Place;
}

/**
 * The task that a command was called on; asks for what the argument leaves open, and skips what has one answer.
 *
 * @param deed `Exec into a task`, to which the cluster is added
 * @throws NotRunning where no task of it runs; NothingToDo, NomadError
 */
export async function chooseTask(given: Used, argument: unknown, deed: string): Promise<ChosenTask | undefined> {
  const { cluster } = given;
  const region = regionTarget(argument);
  const named = taskTarget(cluster.store, argument);
  const id =
    named.allocation ?? (await chooseAllocation(given, { deed, job: named.job, region, group: groupTarget(argument) }));
  if (id === undefined) return undefined;
  const job = named.job ?? jobTarget(cluster.store, argument);
  const allocation = await lookUpAllocation(given, id, { job, region }, ({ tasks }) => tasks !== undefined);
  const task = named.task ?? (await taskOf(given, allocation, region));
  return task === undefined ? undefined : { allocation, task, place: placeOf(allocation.jobKey, region) };
}

/** `web app[0] main` */
export function taskWords({ allocation, task }: Pick<ChosenTask, 'allocation' | 'task'>): string {
  return `${allocation.jobId} ${allocationLabel(allocation)} ${task}`;
}

interface Wanted extends Among {
  readonly deed: string;
  readonly job: JobKey | undefined;
}

async function chooseAllocation(given: Used, { deed, job, ...among }: Wanted): Promise<string | undefined> {
  const key = job ?? (await pickJob(given, deed, { word: 'execable', none: 'No job has a running task' }));
  return key === undefined ? undefined : pickAllocation(given, key, among);
}

/** Those that are dead are shown, so that nobody looks for them, and refused. */
async function taskOf(
  { ask, cluster }: Used,
  allocation: AllocationRecord,
  region: string | undefined,
): Promise<string | undefined> {
  const of = { cluster: cluster.id, job: allocation.jobKey, allocation: allocation.id, region };
  const tasks = allocation.tasks ?? [];
  const running = tasks.filter(({ state }) => state === 'running');
  if (running.length === 0) throw new NotRunning(`no task of ${allocationLabel(allocation)} is running.`, of);
  if (running.length === 1) return running[0]?.name;
  const others = tasks.filter(({ state }) => state !== 'running');
  const choices = [...running, ...others].map((task) => ({
    label: task.name,
    description: task.state,
    value: task,
  }));
  const chosen = await ask.pick(`Tasks of ${allocation.jobId} ${allocationLabel(allocation)}`, choices);
  if (chosen !== undefined && chosen.state !== 'running')
    throw new NotRunning(`task ${chosen.name} of ${allocationLabel(allocation)} is ${chosen.state}, not running.`, {
      ...of,
      task: chosen.name,
    });
  return chosen?.name;
}
