import { plain } from '../../base/plain.ts';
import { NothingToDo, UserError } from '../../base/userError.ts';
import type { CommandEntry, Uses } from '../../commands/command.ts';
import { fileUri, placeOfFile, type FileOf } from '../../editor/files/fileUri.ts';
import { mostBytes } from '../../editor/files/readAllocationFiles.ts';
import { checkReadable } from '../../operations/files/entries.ts';
import { statFile } from '../../operations/files/listFiles.ts';
import { attempt } from '../../platform/attempt.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { withProgress } from '../../platform/signals.ts';
import { showDiff } from '../../platform/window.ts';
import type { Cluster } from '../../state/clusters/cluster.ts';
import { parseJobKey } from '../../state/tables/keys.ts';
import { sizeText } from '../../wording/sizes.ts';
import { allocationsOf, directoryOf, pickAmong } from './chosenDirectory.ts';
import { attemptedOn, namedFile } from './openFile.ts';

export const entry = {
  doing: 'compare the file',
  effect: 'read',
  needs: 'cluster',
  about: 'object',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Compare file with another allocation',
  menus: {
    commandPalette: [{ when: 'resourceScheme == nomad-alloc' }],
    'editor/title': [{ when: 'resourceScheme == nomad-alloc', group: '1_files@2' }],
    'explorer/context': [{ when: 'resourceScheme == nomad-alloc && !explorerResourceIsFolder', group: '3_nomad@3' }],
  },
};

/** Shows a file beside the same one of another allocation of its job. */
export async function compareFile(
  given: Uses<'cluster' | 'clusters' | 'current' | 'ask'>,
  argument: unknown,
): Promise<void> {
  const { file, cluster } = await namedFile(given, argument);
  const { job, region, path } = file;
  const all = await allocationsOf({ cluster }, job, region);
  const others = all.filter(({ id }) => id !== file.allocation);
  if (others.length === 0) throw new NothingToDo(`${parseJobKey(job).id} has no other allocation on ${cluster.label}.`);
  const title = `Compare ${path} of ${file.name} with`;
  const chosen = others.length === 1 ? others[0] : await pickAmong(given, others, title);
  if (chosen === undefined) return;
  const other: FileOf = { ...directoryOf({ cluster }, chosen, region), path };
  for (const one of [file, other]) await check(cluster, one);
  const sides = [file, other].map(({ name, allocation }) => `${name} ${allocation.slice(0, 8)}`);
  await showDiff(fileUri(file), fileUri(other), plain(`${path}: ${sides.join(' ↔ ')}`));
}

/** An editor for two files says less of why one of them can't be shown. */
async function check(cluster: Cluster, file: FileOf): Promise<void> {
  const found = await withProgress(`Reading ${file.path}`, (signal) =>
    attempt(attemptedOn(file, 'compare'), () => statFile(cluster.client, placeOfFile(file), signal)),
  );
  checkReadable(found, file.path);
  if (found.size > mostBytes) {
    const most = `${sizeText(found.size)}, and at most ${sizeText(mostBytes)} are compared`;
    throw new UserError(`${file.path} of ${file.name} has ${most}. Download both with "Nomad: Download files".`);
  }
}
