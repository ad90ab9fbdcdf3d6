import { NothingToDo } from '../../base/userError.ts';
import type { CommandEntry, Deed } from '../../commands/command.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { chooseAlive, nameOf, runningTasks } from './chosenAllocation.ts';
import { restartOf, type Used } from './restart.ts';

export const entry = {
  doing: 'restart the allocation',
  effect: 'change',
  needs: 'cluster',
  about: 'row',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Restart allocation',
  menus: {
    'view/item/context': [
      { when: 'view =~ /^nomad\\./ && viewItem =~ /^allocation\\b.*\\bexecable\\b/', group: '3_task@2' },
    ],
  },
};

/** Restarts all tasks of an allocation that run, where it is. */
export async function restartAllocation(given: Used, argument: unknown): Promise<Deed | undefined> {
  const chosen = await chooseAlive(given, argument, 'Restart an allocation');
  if (chosen === undefined) return undefined;
  const names = runningTasks(chosen.allocation);
  const what = nameOf(chosen.allocation);
  if (names.length === 0) throw new NothingToDo(`No task of ${what} runs on ${given.cluster.label}.`);
  return restartOf(given, chosen, { what, names });
}
