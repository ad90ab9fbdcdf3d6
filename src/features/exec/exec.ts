import { withFocused } from '../../commands/focused.ts';
import { chooseTask } from '../../commands/chosenTask.ts';
import type { CommandEntry, Deed, Uses } from '../../commands/command.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { shellsOf } from './chooseCommand.ts';
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
  title: 'Exec into task',
  icon: '$(terminal)',
  menus: {
    'view/item/context': [
      {
        when: 'view =~ /^nomad\\./ && viewItem =~ /^(allocation|task)\\b.*\\bexecable\\b/ && isWorkspaceTrusted',
        group: 'inline@1',
      },
      { when: 'view =~ /^nomad\\./ && viewItem =~ /\\bexecable\\b/', group: '3_task@1' },
    ],
  },
  keybindings: [
    {
      key: 'e',
      args: 'focused',
      when: 'focusedView =~ /^nomad\\.(jobs|deployments|allocations)$/ && listFocus && !inputFocus && !treestickyScrollFocused',
    },
  ],
};

/** Opens a shell in a task; asks for what the argument leaves open. */
export async function exec(given: Used & Uses<'views'>, argument: unknown): Promise<Deed | undefined> {
  const about = await withFocused(given, argument);
  const chosen = about && (await chooseTask(given, about.argument, execTitle));
  return chosen && execDeed(given, chosen, await shellsOf(given, chosen));
}
