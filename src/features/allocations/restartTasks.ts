import type { Deed, Uses } from '../../commands/command.ts';
import { restartTasks as restart } from '../../operations/allocations.ts';
import { commands } from '../../platform/contributions.ts';
import { commandAction } from '../../platform/report.ts';
import { counted } from '../../platform/words.ts';
import { NothingToDo } from '../../base/userError.ts';
import {
  attemptedOn,
  chooseAlive,
  chooseRunningTask,
  nameOf,
  nodeWords,
  onlyOne,
  runningTasks,
} from './chosenAllocation.ts';
import type { Chosen } from './chosenAllocation.ts';

type Used = Uses<'cluster' | 'ask' | 'report'>;

/** Restarts a task where it is. */
export async function restartTask(given: Used, argument: unknown): Promise<Deed | undefined> {
  const chosen = await chooseAlive(given, argument, 'Restart a task');
  const task = chosen && (await chooseRunningTask(given, chosen));
  if (chosen === undefined || task === undefined) return undefined;
  return restartOf(given, chosen, { what: `${task} of ${nameOf(chosen.allocation)}`, names: [task], task });
}

/** Restarts all tasks of an allocation that run, where it is. */
export async function restartAllocation(given: Used, argument: unknown): Promise<Deed | undefined> {
  const chosen = await chooseAlive(given, argument, 'Restart an allocation');
  if (chosen === undefined) return undefined;
  const names = runningTasks(chosen.allocation);
  const what = nameOf(chosen.allocation);
  if (names.length === 0) throw new NothingToDo(`No task of ${what} runs on ${given.cluster.label}.`);
  return restartOf(given, chosen, { what, names });
}

interface Restart {
  /** `server of web.app[0]` */
  readonly what: string;
  /** Of the tasks that will restart. */
  readonly names: readonly string[];
  /** The one that Nomad is told of; all that run where undefined. */
  readonly task?: string;
}

function restartOf(given: Used, chosen: Chosen, { what, names, task }: Restart): Deed {
  const { allocation, place } = chosen;
  const { cluster, report } = given;
  return {
    title: `Restart ${what}`,
    place,
    detail: [
      `${counted(names.length, 'task')} ${names.length === 1 ? 'restarts' : 'restart'} ${nodeWords(allocation)}: ${names.join(', ')}.`,
      ...onlyOne(given, chosen),
    ],
    button: 'Restart',
    progress: `Restarting ${what}`,
    attempted: attemptedOn(chosen, `restart ${what}`),
    act: async () => {
      await restart(cluster.client, allocation.id, place, task);
      const { region } = place;
      const events = {
        cluster: cluster.id,
        job: allocation.jobKey,
        allocation: allocation.id,
        ...(region && { region }),
      };
      const show = commandAction('Show events', commands.showEvents, events);
      return () => void report.done(`${what} restarts on ${cluster.label}`, [show]);
    },
  };
}
