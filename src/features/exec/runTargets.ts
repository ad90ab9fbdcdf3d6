import { NothingToDo, UserError } from '../../base/userError.ts';
import { chooseTask, type ChosenTask } from '../../commands/chosenTask.ts';
import type { Uses } from '../../commands/command.ts';
import { allocationLabel, pickJob } from '../../commands/pickers.ts';
import { allocationTarget, groupTarget, jobTarget, regionTarget, targetsOf } from '../../commands/targets.ts';
import { readAllocationsOfJob } from '../../operations/allocations.ts';
import { withProgress } from '../../platform/signals.ts';
import { parseJobKey, placeOf, type JobKey } from '../../state/tables/keys.ts';
import type { AllocationRecord } from '../../state/tables/records.ts';

type Used = Uses<'cluster' | 'ask'>;

const title = 'Run a command in a task';

/**
 * The tasks that a command is to be run in: of the rows that are selected, or of the running allocations of a job or a
 * group, of which a person chooses.
 *
 * @throws NothingToDo where none runs; UserError for a selection that is not of one kind and one place
 */
export async function chooseRunTargets(
  given: Used,
  argument: unknown,
  selection: unknown,
): Promise<readonly ChosenTask[] | undefined> {
  const { store } = given.cluster;
  if (allocationTarget(argument) !== undefined) return chosenOf(given, targetsOf(argument, selection));
  const region = regionTarget(argument);
  const key = jobTarget(store, argument) ?? (await pickRunningJob(given));
  if (key === undefined) return undefined;
  const group = groupTarget(argument);
  const running = await runningIn(given, key, { group, region });
  const tasks = [...new Set(running.flatMap(runningTasks))];
  const task = tasks.length > 1 ? await pickTask(given, { key, tasks, running }) : tasks[0];
  if (task === undefined) return undefined;
  const place = placeOf(key, region);
  const all = running
    .filter((one) => runningTasks(one).includes(task))
    .map((allocation) => ({ allocation, task, place }));
  return all.length > 1 ? pickSome(given, key, all) : all;
}

/** What a list calls it: `app[0] 5ec4e700 on node-2`. */
export function placeName({ allocation, task }: ChosenTask): string {
  const several = (allocation.tasks?.length ?? 1) > 1 ? ` ${task}` : '';
  const node = allocation.nodeName ?? allocation.nodeId.slice(0, 8);
  return `${allocationLabel(allocation)}${several} ${allocation.id.slice(0, 8)} on ${node}`;
}

async function chosenOf(given: Used, selected: readonly unknown[]): Promise<readonly ChosenTask[] | undefined> {
  if (selected.some((one) => allocationTarget(one) === undefined))
    throw new UserError('other rows are selected too. Select allocations and tasks alone.');
  // A task may be selected together with its allocation.
  const chosen = new Map<string, ChosenTask>();
  for (const one of selected) {
    const task = await chooseTask(given, one, title);
    if (task === undefined) return undefined;
    chosen.set(`${task.allocation.id}/${task.task}`, task);
  }
  const all = [...chosen.values()];
  // The question before it names one place.
  const places = new Set(
    all.map(({ place }) => [place.namespace, ...(place.region === undefined ? [] : [place.region])].join(' in ')),
  );
  if (places.size > 1)
    throw new UserError(
      `the selection is in several places (${[...places].join(', ')}). Select allocations of one of them.`,
    );
  return all;
}

function pickRunningJob(given: Used): Promise<JobKey | undefined> {
  return pickJob(given, title, { word: 'execable', none: 'No job has a running task' });
}

/**
 * The allocations of a job that run, or of a group of it, as the server has them now, in their order.
 *
 * @throws NothingToDo where none does
 */
export async function runningIn(
  { cluster }: Used,
  key: JobKey,
  { group, region }: { readonly group: string | undefined; readonly region: string | undefined },
): Promise<readonly AllocationRecord[]> {
  const { id } = parseJobKey(key);
  const all = await withProgress(`Reading the allocations of ${key}`, (signal) =>
    readAllocationsOfJob(cluster.client, id, placeOf(key, region), signal),
  );
  const running = all.filter(
    (one) =>
      one.clientStatus === 'running' && (group === undefined || one.group === group) && runningTasks(one).length > 0,
  );
  const what = group === undefined ? key : `group ${group} of ${key}`;
  if (running.length === 0) throw new NothingToDo(`${what} has no running task on ${cluster.label}.`);
  return [...running].sort((a, b) => a.group.localeCompare(b.group) || (a.index ?? 0) - (b.index ?? 0));
}

/** By name, in the order of the allocation. */
export function runningTasks({ tasks = [] }: AllocationRecord): readonly string[] {
  return tasks.filter(({ state }) => state === 'running').map(({ name }) => name);
}

interface Tasks {
  readonly key: JobKey;
  readonly tasks: readonly string[];
  readonly running: readonly AllocationRecord[];
}

function pickTask({ ask, cluster }: Used, { key, tasks, running }: Tasks): Promise<string | undefined> {
  const choices = tasks.map((task) => {
    const count = running.filter((one) => runningTasks(one).includes(task)).length;
    return { label: task, description: `runs in ${String(count)}`, value: task };
  });
  return ask.pick(`Tasks of ${key} on ${cluster.label}`, choices);
}

async function pickSome(
  { ask, cluster }: Used,
  key: JobKey,
  all: readonly ChosenTask[],
): Promise<readonly ChosenTask[] | undefined> {
  const choices = all.map((one) => ({
    label: allocationLabel(one.allocation),
    description: `${one.allocation.id.slice(0, 8)} on ${one.allocation.nodeName ?? ''} · v${String(one.allocation.jobVersion)}${one.allocation.canary ? ' · canary' : ''}`,
    picked: true,
    value: one,
  }));
  const chosen = await ask.pickMany(`Allocations of ${key} on ${cluster.label}`, choices);
  if (chosen?.length === 0) throw new NothingToDo('No allocation was chosen.');
  return chosen;
}
