import * as vscode from 'vscode';
import { DoubleClick } from '../../tree/opening.ts';
import type { Click } from '../../tree/opening.ts';
import { kindOf } from '../../tree/kinds/kinds.ts';
import type { Row } from '../../tree/rows.ts';
import type { CommandEntry, Uses } from '../../commands/command.ts';
import type { CommandManifest } from '../../platform/manifest.ts';

export const entry = { doing: 'open the row', effect: 'read', about: 'object' } as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Open what the row shows',
  menus: { commandPalette: [{ when: 'false' }] },
  keybindings: [
    {
      key: 'enter',
      when: 'focusedView =~ /^nomad\\.(jobs|deployments|allocations|nodes)$/ && listFocus && !inputFocus && !treestickyScrollFocused',
    },
  ],
};

/** Of the one person at the keyboard, whatever is clicked. */
const doubleClick = new DoubleClick(() => Date.now());

/**
 * Opens what a row stands for: the row that was clicked twice, or, with Enter, the one that has the focus. A row that can
 * only fold does that.
 */
export async function openRow(given: Uses<'clusters' | 'views'>, argument: unknown): Promise<void> {
  if (isClick(argument)) {
    if (opensAtOnce() || doubleClick.isSecond(argument.clicked)) await open(given, argument.clicked);
    return;
  }
  const row = await given.views.focusedRow();
  if (row === undefined || !(await open(given, row))) await vscode.commands.executeCommand('list.select');
}

async function open({ clusters }: Uses<'clusters'>, row: Row): Promise<boolean> {
  const store = clusters.get(row.cluster)?.store;
  const command = store === undefined ? undefined : kindOf(row).opens(store, row);
  if (command === undefined) return false;
  await vscode.commands.executeCommand(command, row);
  return true;
}

/** Whether people have chosen that one click selects, and only two call a row's command. */
function opensAtOnce(): boolean {
  return vscode.workspace.getConfiguration('workbench.list').get('openMode') === 'doubleClick';
}

function isClick(argument: unknown): argument is Click {
  return typeof argument === 'object' && argument !== null && 'clicked' in argument;
}
