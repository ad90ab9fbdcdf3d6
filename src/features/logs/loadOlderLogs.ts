import { NothingToDo, UserError } from '../../base/userError.ts';
import type { CommandEntry, Uses } from '../../commands/command.ts';
import { isOfAgent } from '../../operations/logs/types.ts';
import { attempt } from '../../platform/attempt.ts';
import { withProgress } from '../../platform/signals.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { needsOf, openOne } from './openOne.ts';

export const entry = { doing: 'load older logs', effect: 'read' } as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Load older logs',
  menus: {
    commandPalette: [{ when: 'resourceScheme == nomad-logs' }],
    'editor/title': [{ when: 'resourceScheme == nomad-logs', group: '1_logs@2' }],
  },
};

/** Reads what is before the first lines of a document, and puts it there. Of several logs, those of each stand together. */
export async function loadOlderLogs(given: Uses<'logs'>, argument: unknown): Promise<void> {
  const log = await openOne(given, argument);
  if (isOfAgent(log.of.target))
    throw new NothingToDo('There is nothing older to load: an agent keeps nothing of its log to be read again.');
  if (log.cluster === undefined) throw new UserError('its cluster is not connected.');
  const what = `load older logs of ${log.of.name}`;
  const count = await withProgress('Reading older lines', (signal) =>
    attempt({ what, needs: needsOf(log) }, () => log.loadOlder(signal)),
  );
  if (count === 0) throw new NothingToDo('There are no older lines on the cluster.');
}
