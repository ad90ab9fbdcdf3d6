import type { CommandEntry, Uses } from '../../commands/command.ts';
import { placeOfFile } from '../../editor/files/fileUri.ts';
import { checkReadable } from '../../operations/files/entries.ts';
import { statFile } from '../../operations/files/listFiles.ts';
import { attempt } from '../../platform/attempt.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { withProgress } from '../../platform/signals.ts';
import { attemptedOn, namedFile, showFollowed } from './openFile.ts';

export const entry = {
  doing: 'follow the file',
  effect: 'read',
  needs: 'cluster',
  about: 'object',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Follow file',
  icon: '$(eye)',
  menus: {
    commandPalette: [{ when: 'resourceScheme == nomad-alloc' }],
    'editor/title': [{ when: 'resourceScheme == nomad-alloc', group: 'navigation@1' }],
    'explorer/context': [{ when: 'resourceScheme == nomad-alloc && !explorerResourceIsFolder', group: '3_nomad@1' }],
  },
};

/** Shows the last part of a file, and goes on as it grows; older lines are loaded on demand. */
export async function followFile(given: Uses<'cluster' | 'clusters' | 'current'>, argument: unknown): Promise<void> {
  const { file, cluster } = await namedFile(given, argument);
  const found = await withProgress(`Reading ${file.path}`, (signal) =>
    attempt(attemptedOn(file, 'follow'), () => statFile(cluster.client, placeOfFile(file), signal)),
  );
  checkReadable(found, file.path);
  await showFollowed(file);
}
