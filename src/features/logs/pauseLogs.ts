import type { CommandEntry, Uses } from '../../commands/command.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { openOne } from './openOne.ts';

export const entry = { doing: 'pause the logs', effect: 'read' } as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Pause logs',
  icon: '$(debug-pause)',
  menus: {
    commandPalette: [{ when: 'resourceScheme == nomad-logs && !nomad.logsPaused' }],
    'editor/title': [{ when: 'resourceScheme == nomad-logs && !nomad.logsPaused', group: 'navigation@2' }],
  },
};

/** Leaves the document as it is. What comes meanwhile is kept, as far as there is room. */
export async function pauseLogs(given: Uses<'logs'>, argument: unknown): Promise<void> {
  await (await openOne(given, argument)).pause(true);
}
