import type { CommandEntry, Uses } from '../../commands/command.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { chosenDirectory } from './chosenDirectory.ts';
import { downloadOf } from './downloadOf.ts';
import { fileIn, namedFile } from './openFile.ts';

export const entry = {
  doing: 'download the files',
  joint: 'from',
  effect: 'read',
  needs: 'cluster',
  about: 'row',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Download files',
  menus: {
    'view/item/context': [{ when: 'view =~ /^nomad\\./ && viewItem =~ /^(allocation|task)\\b/', group: '2_job@4' }],
    'editor/title': [{ when: 'resourceScheme == nomad-alloc', group: '1_files@1' }],
    'explorer/context': [{ when: 'resourceScheme == nomad-alloc', group: '3_nomad@2' }],
  },
};

type Used = Uses<'cluster' | 'clusters' | 'current' | 'ask' | 'report' | 'log'>;

/** Downloads a file, or a directory with all that is in it: that of the explorer or the editor, or of an allocation or a task. */
export async function downloadFiles(given: Used, argument: unknown): Promise<void> {
  if (fileIn(argument) !== undefined) return downloadOf(given, await namedFile(given, argument));
  const file = await chosenDirectory(given, argument, 'Download the files of a job');
  if (file !== undefined) await downloadOf(given, { cluster: given.cluster, file });
}
