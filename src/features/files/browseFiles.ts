import type { CommandEntry, Uses } from '../../commands/command.ts';
import { placeOfFile, type FileOf } from '../../editor/files/fileUri.ts';
import { below, folderOf, type FileEntry } from '../../operations/files/entries.ts';
import { listDirectory, statFile } from '../../operations/files/listFiles.ts';
import type { Choice } from '../../platform/ask.ts';
import { attempt } from '../../platform/attempt.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { withProgress } from '../../platform/signals.ts';
import { age } from '../../wording/ages.ts';
import { joined } from '../../wording/statusWords.ts';
import { sizeText } from '../../wording/sizes.ts';
import { chosenDirectory } from './chosenDirectory.ts';
import { downloadOf } from './downloadOf.ts';
import { attemptedOn, showFile } from './openFile.ts';

export const entry = {
  doing: 'browse the files',
  effect: 'read',
  needs: 'cluster',
  about: 'row',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Browse files',
  menus: {
    'view/item/context': [{ when: 'view =~ /^nomad\\./ && viewItem =~ /^(allocation|task)\\b/', group: '2_job@2' }],
  },
};

type Step = 'up' | 'download' | FileEntry;

/** Goes through the directory of an allocation, from that of a task where one is named, until a file is opened or it is left. */
export async function browseFiles(given: Uses<'cluster' | 'ask' | 'report' | 'log'>, argument: unknown): Promise<void> {
  const { cluster } = given;
  let at = await chosenDirectory(given, argument, 'Browse the files of a job');
  while (at !== undefined) {
    const step = await chooseIn(given, at);
    if (step === undefined) return;
    if (step === 'up') at = { ...at, path: folderOf(at.path) };
    else if (step === 'download') return downloadOf(given, { cluster, file: at });
    else {
      const file: FileOf = { ...at, path: below(at.path, step.name) };
      const found = step.kind === 'link' ? await followed(given, file) : step;
      if (found.kind !== 'directory') return showFile(file, found);
      at = file;
    }
  }
}

/** A link that was not followed in the list, since it leads nowhere, or out of the directory, or there were many. */
function followed({ cluster }: Uses<'cluster'>, file: FileOf): Promise<FileEntry> {
  return withProgress(`Reading ${file.path}`, (signal) =>
    attempt(attemptedOn(file, 'open'), () => statFile(cluster.client, placeOfFile(file), signal)),
  );
}

async function chooseIn({ cluster, ask }: Uses<'cluster' | 'ask'>, at: FileOf): Promise<Step | undefined> {
  const entries = await withProgress(`Reading ${at.path === '' ? at.name : at.path}`, (signal) =>
    attempt(attemptedOn(at, 'list'), () => listDirectory(cluster.client, placeOfFile(at), signal)),
  );
  const up: readonly Choice<Step>[] = at.path === '' ? [] : [{ icon: 'arrow-up', label: '..', value: 'up' }];
  const download: Choice<Step> = { icon: 'cloud-download', label: 'Download this directory', value: 'download' };
  const nowMs = Date.now();
  const choices = [...up, ...entries.map((one) => choiceOf(one, nowMs)), download];
  return ask.pick(`Files of ${at.name} on ${cluster.label}`, choices, `/${at.path}`);
}

const icons = { file: 'file', directory: 'folder', link: 'link', other: 'circle-slash' } as const;

function choiceOf(one: FileEntry, nowMs: number): Choice<Step> {
  const { name, kind, isLink, size, modifiedMs } = one;
  const changed = modifiedMs === undefined ? undefined : age(modifiedMs, nowMs);
  const what = {
    file: sizeText(size),
    directory: undefined,
    link: 'leads nowhere, or out of the directory',
    other: 'no file',
  }[kind];
  const description = joined([isLink ? 'link' : undefined, what, changed]);
  return { icon: icons[kind], label: kind === 'directory' ? `${name}/` : name, description, value: one };
}
