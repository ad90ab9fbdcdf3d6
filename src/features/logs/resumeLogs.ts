import type { CommandEntry, Uses } from '../../commands/command.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { openOne } from './openOne.ts';

export const entry = { doing: 'go on with the logs', effect: 'read' } as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Go on with logs',
  icon: '$(debug-continue)',
  menus: {
    commandPalette: [{ when: 'resourceScheme == nomad-logs && nomad.logsPaused' }],
    'editor/title': [{ when: 'resourceScheme == nomad-logs && nomad.logsPaused', group: 'navigation@2' }],
  },
};

/** Shows what came meanwhile, and goes on. */
export async function resumeLogs(given: Uses<'logs'>, argument: unknown): Promise<void> {
  await (await openOne(given, argument)).pause(false);
}
