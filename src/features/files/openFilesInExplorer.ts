import * as vscode from 'vscode';
import { UserError } from '../../base/userError.ts';
import type { CommandEntry, Uses } from '../../commands/command.ts';
import { fileUri, placeOfFile } from '../../editor/files/fileUri.ts';
import { statFile } from '../../operations/files/listFiles.ts';
import { attempt } from '../../platform/attempt.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { withProgress } from '../../platform/signals.ts';
import { chosenDirectory } from './chosenDirectory.ts';
import { attemptedOn } from './openFile.ts';

export const entry = {
  doing: 'open the files in the explorer',
  effect: 'read',
  needs: 'cluster',
  about: 'row',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Open files in the explorer',
  menus: {
    'view/item/context': [{ when: 'view =~ /^nomad\\./ && viewItem =~ /^(allocation|task)\\b/', group: '2_job@3' }],
  },
};

/** Adds the directory of an allocation, or of a task, to the folders of the window; `Remove Folder from Workspace` undoes it. */
export async function openFilesInExplorer(given: Uses<'cluster' | 'ask'>, argument: unknown): Promise<void> {
  const { cluster } = given;
  const at = await chosenDirectory(given, argument, 'Open the files of a job in the explorer');
  if (at === undefined) return;
  // A folder that can't be read would stand there without a word of why.
  await withProgress(`Reading ${at.name}`, (signal) =>
    attempt(attemptedOn(at, 'open'), () => statFile(cluster.client, placeOfFile(at), signal)),
  );
  const uri = fileUri(at);
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (!folders.some((folder) => folder.uri.toString() === uri.toString())) {
    const name = [at.name, at.allocation.slice(0, 8), at.path].filter((part) => part !== '').join(' ');
    const added = { uri, name: `${name} on ${cluster.label}` };
    if (!vscode.workspace.updateWorkspaceFolders(folders.length, null, added))
      throw new UserError('the window takes no further folder.');
  }
  await vscode.commands.executeCommand('workbench.view.explorer');
}
