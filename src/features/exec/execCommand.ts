import { chooseTask } from '../../commands/chosenTask.ts';
import type { CommandEntry, Deed } from '../../commands/command.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { chooseCommand } from './chooseCommand.ts';
import { execDeed, execTitle } from './execDeed.ts';
import type { Used } from './openTerminal.ts';

export const entry = {
  doing: 'exec',
  effect: 'change',
  confirm: 'never',
  needs: 'cluster',
  about: 'row',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Exec into task with…',
  icon: '$(terminal)',
  menus: {
    'view/item/context': [{ when: 'view =~ /^nomad\\./ && viewItem =~ /\\bexecable\\b/', group: '3_task@1.1' }],
  },
};

/** Asks which shell or command to start in a task, and opens a terminal with it. */
export async function execCommand(given: Used, argument: unknown): Promise<Deed | undefined> {
  const chosen = await chooseTask(given, argument, execTitle);
  const commands = chosen && (await chooseCommand(given, chosen));
  return chosen && commands && execDeed(given, chosen, commands);
}
