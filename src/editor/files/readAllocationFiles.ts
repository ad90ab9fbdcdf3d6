import * as vscode from 'vscode';
import { isCancelled } from '../../base/cancel.ts';
import { baseOf, folderOf, type FileEntry } from '../../operations/files/entries.ts';
import { isGone, isMissing } from '../../operations/files/fileErrors.ts';
import { listDirectory, statFile } from '../../operations/files/listFiles.ts';
import { fileBytes } from '../../operations/files/readFiles.ts';
import { wordsOf } from '../../operations/logs/logErrors.ts';
import { causeOf } from '../../platform/failure.ts';
import { isNomadError } from '../../nomad/http/errors.ts';
import type { Cluster } from '../../state/clusters/cluster.ts';
import { clusterIdWords } from '../../state/clusters/clusterId.ts';
import { sizeText } from '../../wording/sizes.ts';
import type { FileClusters } from './allocationFiles.ts';
import { fileOf, placeOfFile, type FileOf } from './fileUri.ts';

/** A larger file is not opened as a whole: VS Code keeps all of it several times. */
export const mostBytes = 16 * 1000 * 1000;

/** VS Code asks for each file of a directory that it has just listed, where it sorts them by time. */
const lately = new Map<string, Promise<readonly FileEntry[]>>();
const keptMs = 2000;

function keyOf({ cluster, allocation }: FileOf, path: string): string {
  return JSON.stringify([cluster, allocation, path]);
}

function keepAWhile(key: string, listing: Promise<readonly FileEntry[]>): void {
  lately.set(key, listing);
  const forget = () => {
    if (lately.get(key) === listing) lately.delete(key);
  };
  listing.then(() => setTimeout(forget, keptMs).unref(), forget);
}

/** What a listing of its directory says of it, where one is under way or was just made. */
async function listedLately(file: FileOf): Promise<FileEntry | undefined> {
  const entries = await lately.get(keyOf(file, folderOf(file.path)))?.catch(() => undefined);
  return entries?.find(({ name }) => name === baseOf(file.path));
}

export async function stat(clusters: FileClusters, uri: vscode.Uri): Promise<vscode.FileStat> {
  return within(clusters, uri, async ({ client, signal }, file) => {
    const entry = (await listedLately(file)) ?? (await statFile(client, placeOfFile(file), signal));
    const mtime = entry.modifiedMs ?? 0;
    return { type: typeOf(entry), ctime: mtime, mtime, size: entry.size };
  });
}

export async function readDirectory(clusters: FileClusters, uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
  return within(clusters, uri, async ({ client, signal }, file) => {
    const listing = listDirectory(client, placeOfFile(file), signal);
    keepAWhile(keyOf(file, file.path), listing);
    const entries = await listing;
    return entries.map((entry) => [entry.name, typeOf(entry)]);
  });
}

export async function readFile(clusters: FileClusters, uri: vscode.Uri): Promise<Uint8Array> {
  return within(clusters, uri, async ({ client, signal }, file) => {
    const at = placeOfFile(file);
    const entry = await statFile(client, at, signal);
    if (entry.size > mostBytes) throw tooLarge(file, entry.size);
    const parts: Uint8Array[] = [];
    for await (const part of fileBytes(client, at, signal, entry)) parts.push(part);
    return Buffer.concat(parts);
  });
}

function tooLarge({ path }: FileOf, size: number): vscode.FileSystemError {
  return vscode.FileSystemError.Unavailable(
    `${path} has ${sizeText(size)}, and at most ${sizeText(mostBytes)} are opened as a whole. See its end with "Nomad: Follow file", or take all of it with "Nomad: Download files".`,
  );
}

function typeOf({ kind, isLink }: FileEntry): vscode.FileType {
  const { Directory, File, SymbolicLink, Unknown } = vscode.FileType;
  const type = kind === 'directory' ? Directory : kind === 'file' ? File : Unknown;
  // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- VS Code's own way to say both
  return isLink ? type | SymbolicLink : type;
}

/** Does `work` on the cluster that a file is of, and tells what fails as VS Code shows it. */
async function within<T>(
  { clusters, current }: FileClusters,
  uri: vscode.Uri,
  work: (cluster: Cluster, file: FileOf) => Promise<T>,
): Promise<T> {
  const file = fileOf(uri);
  if (file === undefined) throw vscode.FileSystemError.FileNotFound(uri);
  try {
    const cluster = clusters.get(file.cluster) ?? (await current.connect());
    if (cluster.id !== file.cluster) {
      const [own, other] = [clusterIdWords(file.cluster), clusterIdWords(cluster.id)];
      throw vscode.FileSystemError.Unavailable(`It is of ${own}, and the window is connected to ${other}.`);
    }
    return await work(cluster, file);
  } catch (error) {
    throw error instanceof vscode.FileSystemError || isCancelled(error) ? error : asFileError(error, file, uri);
  }
}

/** Only what is missing in a directory that is there is not found: VS Code has words of its own for that. */
function asFileError(error: unknown, file: FileOf, uri: vscode.Uri): vscode.FileSystemError {
  const words = wordsOf(error);
  if (isGone(error)) {
    return vscode.FileSystemError.Unavailable(
      `The directory of ${file.name} was removed with its allocation: ${words}`,
    );
  }
  if (isNomadError(error, 'denied')) {
    const { namespace } = placeOfFile(file).place;
    return vscode.FileSystemError.NoPermissions(`${words}. The token needs read-fs in namespace ${namespace}`);
  }
  if (isNomadError(error) && isMissing(words)) return vscode.FileSystemError.FileNotFound(uri);
  return vscode.FileSystemError.Unavailable(isNomadError(error) && words !== '' ? words : causeOf(error));
}
