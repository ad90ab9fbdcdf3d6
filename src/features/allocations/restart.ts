import type { Deed, Uses } from '../../commands/command.ts';
import { restartTasks as restart } from '../../operations/allocations.ts';
import { commands } from '../../platform/contributions.ts';
import { commandAction } from '../../platform/report.ts';
import { counted } from '../../platform/words.ts';
import { attemptedOn, nodeWords, onlyOne, type Chosen } from './chosenAllocation.ts';

export type Used = Uses<'cluster' | 'ask' | 'report'>;

interface Restart {
  /** `server of web.app[0]` */
  readonly what: string;
  /** Of the tasks that will restart. */
  readonly names: readonly string[];
  /** The one that Nomad is told of; all that run where undefined. */
  readonly task?: string;
}

/** What is about to be done. */
export function restartOf(given: Used, chosen: Chosen, { what, names, task }: Restart): Deed {
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
      const show = commandAction('Show state and events', commands.showEvents, events);
      return () => void report.done(`${what} restarts on ${cluster.label}`, [show]);
    },
  };
}
