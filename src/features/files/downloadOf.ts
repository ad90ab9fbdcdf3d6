import * as vscode from 'vscode';
import { fileName } from '../../base/plain.ts';
import type { Uses } from '../../commands/command.ts';
import { placeOfFile } from '../../editor/files/fileUri.ts';
import type { Downloaded, DownloadProgress } from '../../operations/files/downloadFiles.ts';
import { baseOf } from '../../operations/files/entries.ts';
import { attempt } from '../../platform/attempt.ts';
import { withProgress } from '../../platform/signals.ts';
import { counted } from '../../platform/words.ts';
import { sizeText } from '../../wording/sizes.ts';
import { attemptedOn, wordsOf, type NamedFile } from './openFile.ts';

/** More often nobody can read it. */
const pauseMs = 200;

/** Asks where to, downloads a file or a directory, and tells what of it is not as it is on the cluster. */
export async function downloadOf(
  { ask, report, log }: Uses<'ask' | 'report' | 'log'>,
  { file, cluster }: NamedFile,
): Promise<void> {
  const into = await ask.folder(`Folder for ${wordsOf(file)}`, 'Download here');
  if (into === undefined) return;
  const { downloadFiles } = await import('../../operations/files/downloadFiles.ts');
  const name = file.path === '' ? fileName(`${file.name} ${file.allocation.slice(0, 8)}`) : baseOf(file.path);
  const done = await withProgress(`Downloading ${wordsOf(file)}`, (signal, say) =>
    attempt(attemptedOn(file, 'download'), () =>
      downloadFiles(cluster.client, placeOfFile(file), {
        ...{ into: into.fsPath, name, signal },
        onProgress: seldom((progress) => {
          say(progressText(progress));
        }),
      }),
    ),
  );
  for (const { path, why } of done.left) log.warn(`Not downloaded: ${path}: ${why}`);
  for (const { path, as } of done.renamed) log.warn(`Downloaded under another name: ${path} as ${as}`);
  const sentence = `Downloaded ${wordsOf(file)} from ${cluster.label}: ${resultText(done)}`;
  const show = {
    title: 'Open folder',
    run: () => vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(done.path)),
  };
  // Not awaited: the files are there, whether or not anybody reads that.
  void (done.left.length + done.renamed.length > 0 ? report.problem(sentence, [show]) : report.done(sentence, [show]));
}

function progressText({ files, bytes, ofBytes }: DownloadProgress): string {
  return ofBytes === undefined
    ? `${counted(files, 'file')}, ${sizeText(bytes)}`
    : `${sizeText(bytes)} of ${sizeText(ofBytes)}`;
}

/** `3 files, 1.2 MB. 2 are left out, as main/secrets/key: Reading secret file prohibited. The log names all` */
function resultText({ files, bytes, left, renamed }: Downloaded): string {
  const parts = [`${counted(files, 'file')}, ${sizeText(bytes)}`];
  const [missing, other] = [left[0], renamed[0]];
  if (missing !== undefined) parts.push(`Left out: ${andMore(`${missing.path} (${missing.why})`, left.length)}`);
  if (other !== undefined) parts.push(`Other names here: ${andMore(`${other.path} as ${other.as}`, renamed.length)}`);
  if (left.length > 1 || renamed.length > 1) parts.push('The log names all');
  return parts.join('. ');
}

function andMore(first: string, count: number): string {
  return count === 1 ? first : `${first} and ${String(count - 1)} more`;
}

/** Lets a call through now and then. */
function seldom<T>(call: (value: T) => void): (value: T) => void {
  let lastMs = 0;
  return (value) => {
    const nowMs = Date.now();
    if (nowMs - lastMs < pauseMs) return;
    lastMs = nowMs;
    call(value);
  };
}
