import type { CommandEntry, Uses } from '../../commands/command.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { openOne } from './openOne.ts';

export const entry = { doing: 'clear the logs', effect: 'read' } as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Clear logs',
  icon: '$(clear-all)',
  menus: {
    commandPalette: [{ when: 'resourceScheme == nomad-logs' }],
    'editor/title': [{ when: 'resourceScheme == nomad-logs', group: '1_logs@1' }],
  },
};

/** Empties the document; what comes from then on is shown. Nothing is lost on the cluster. */
export async function clearLogs(given: Uses<'logs'>, argument: unknown): Promise<void> {
  (await openOne(given, argument)).clear();
}
