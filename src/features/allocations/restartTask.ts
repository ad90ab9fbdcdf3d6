import type { CommandEntry, Deed } from '../../commands/command.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { chooseAlive, chooseRunningTask, nameOf } from './chosenAllocation.ts';
import { restartOf, type Used } from './restart.ts';

export const entry = {
  doing: 'restart the task',
  effect: 'change',
  needs: 'cluster',
  about: 'row',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Restart task',
  menus: {
    'view/item/context': [{ when: 'view =~ /^nomad\\./ && viewItem =~ /^task\\b.*\\bexecable\\b/', group: '3_task@2' }],
  },
};

/** Restarts a task where it is. */
export async function restartTask(given: Used, argument: unknown): Promise<Deed | undefined> {
  const chosen = await chooseAlive(given, argument, 'Restart a task');
  const task = chosen && (await chooseRunningTask(given, chosen));
  if (chosen === undefined || task === undefined) return undefined;
  return restartOf(given, chosen, { what: `${task} of ${nameOf(chosen.allocation)}`, names: [task], task });
}
