import type { CommandEntry, Deed, Uses } from '../../commands/command.ts';
import { stopAllocation as stop } from '../../operations/allocations.ts';
import { counted } from '../../platform/words.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { attemptedOn, chooseAlive, nameOf, nodeWords, onlyOne, runningTasks } from './chosenAllocation.ts';
import type { Chosen } from './chosenAllocation.ts';

export const entry = {
  doing: 'stop the allocation',
  effect: 'destroy',
  needs: 'cluster',
  about: 'row',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Stop allocation',
  menus: { 'view/item/context': [{ when: 'view =~ /^nomad\\./ && viewItem =~ /\\bendable\\b/', group: '3_task@4' }] },
};

/** Stops an allocation; Nomad places another one, possibly on the same node. */
export async function stopAllocation(
  given: Uses<'cluster' | 'ask' | 'report'>,
  argument: unknown,
): Promise<Deed | undefined> {
  const chosen = await chooseAlive(given, argument, 'Stop an allocation');
  if (chosen === undefined) return undefined;
  const { cluster, report } = given;
  const { allocation, place } = chosen;
  const name = nameOf(allocation);
  const tasks = runningTasks(allocation);
  const replaced = isReplaced(given, chosen);
  return {
    title: `Stop ${name}`,
    place,
    detail: [
      tasks.length === 0
        ? `None of its tasks runs now ${nodeWords(allocation)}.`
        : `${counted(tasks.length, 'task')} ${tasks.length === 1 ? 'stops' : 'stop'} ${nodeWords(allocation)}: ${tasks.join(', ')}.`,
      replaced
        ? 'Nomad starts another allocation in its place, as far as there is room.'
        : 'The job is stopped: nothing takes its place.',
      ...onlyOne(given, chosen),
    ],
    button: 'Stop',
    progress: `Stopping ${name}`,
    attempted: attemptedOn(chosen, `stop ${name}`),
    act: async () => {
      await stop(cluster.client, allocation.id, place);
      const then = replaced ? '; another one takes its place' : '';
      return () => void report.done(`${name} is stopped on ${cluster.label}${then}`);
    },
  };
}

/** Nomad replaces what is stopped unless its job is. */
function isReplaced({ cluster }: Uses<'cluster'>, { allocation, place }: Chosen): boolean {
  return place.region !== undefined || cluster.store.jobs.get(allocation.jobKey)?.stop !== true;
}
