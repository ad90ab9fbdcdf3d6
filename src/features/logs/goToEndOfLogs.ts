import type { CommandEntry, Uses } from '../../commands/command.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { openOne } from './openOne.ts';

export const entry = { doing: 'go to the end of the logs', effect: 'read' } as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Go to the end of logs',
  icon: '$(arrow-down)',
  menus: {
    commandPalette: [{ when: 'resourceScheme == nomad-logs' }],
    'editor/title': [{ when: 'resourceScheme == nomad-logs && !nomad.logsFollow', group: 'navigation@1' }],
  },
  keybindings: [{ key: 'ctrl+end', mac: 'cmd+down', when: 'editorTextFocus && resourceScheme == nomad-logs' }],
};

/** Shows the newest lines, and those that come from then on. */
export async function goToEndOfLogs(given: Uses<'logs'>, argument: unknown): Promise<void> {
  (await openOne(given, argument)).goToEnd();
}
