import * as vscode from 'vscode';
import { NothingToDo } from '../../base/userError.ts';
import { clusterOf } from '../../commands/clusterOf.ts';
import type { Uses } from '../../commands/command.ts';
import { fileOf, placeOfFile, type FileOf } from '../../editor/files/fileUri.ts';
import { mostBytes } from '../../editor/files/readAllocationFiles.ts';
import { fileUri } from '../../editor/files/fileUri.ts';
import { logUri } from '../../editor/logs/logUri.ts';
import { checkReadable, type FileEntry } from '../../operations/files/entries.ts';
import type { Attempted } from '../../platform/attempt.ts';
import type { Cluster } from '../../state/clusters/cluster.ts';

/** A file of an allocation, and the cluster that it is on. */
export interface NamedFile {
  readonly file: FileOf;
  readonly cluster: Cluster;
}

/** The file that `argument` is the address of. */
export function fileIn(argument: unknown): FileOf | undefined {
  return argument instanceof vscode.Uri ? fileOf(argument) : undefined;
}

/**
 * The file that a command is about: the one that it was called on, or the one in the editor.
 *
 * @throws NothingToDo where there is none; UserError where its cluster is not open any more
 */
export async function namedFile(
  given: Uses<'cluster' | 'clusters' | 'current'>,
  argument: unknown,
): Promise<NamedFile> {
  const file = fileIn(argument) ?? fileIn(activeUri());
  if (file === undefined)
    throw new NothingToDo('No file of an allocation is open in the editor. Open one first (Nomad: Browse files).');
  const isOfGiven = file.cluster === given.cluster.id;
  return { file, cluster: isOfGiven ? given.cluster : await clusterOf(given, fileUri(file)) };
}

function activeUri(): unknown {
  const input: unknown = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return typeof input === 'object' && input !== null && 'uri' in input ? input.uri : undefined;
}

/** What is attempted on a file, and what it takes. */
export function attemptedOn(file: FileOf, verb: string): Attempted {
  const { namespace } = placeOfFile(file).place;
  return { what: `${verb} ${wordsOf(file)}`, needs: { capability: 'read-fs', namespace } };
}

/** `main/local/app.log of web.app[0]` */
export function wordsOf({ path, name }: FileOf): string {
  return path === '' ? `the files of ${name}` : `${path} of ${name}`;
}

/** Opens a file in an editor: one that is too large for that by its last part. */
export async function showFile(file: FileOf, entry: FileEntry): Promise<void> {
  checkReadable(entry, file.path);
  if (entry.size > mostBytes) await showFollowed(file);
  else await vscode.commands.executeCommand('vscode.open', fileUri(file), { preview: true });
}

/** Opens the last part of a file as a document that grows with it. */
export async function showFollowed({ cluster, job, region, allocation, name, path }: FileOf): Promise<void> {
  const target = { job, region, allocation, file: path, streams: ['stdout'] as const };
  await vscode.window.showTextDocument(logUri({ cluster, target, name: `${name} ${path}` }), { preview: true });
}
