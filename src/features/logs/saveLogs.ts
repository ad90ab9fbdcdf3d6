import * as vscode from 'vscode';
import { NothingToDo, UserError } from '../../base/userError.ts';
import type { CommandEntry, Uses } from '../../commands/command.ts';
import { attempt } from '../../platform/attempt.ts';
import { withProgress } from '../../platform/signals.ts';
import { counted } from '../../platform/words.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { needsOf, openOne } from './openOne.ts';

export const entry = { doing: 'save the logs', effect: 'read' } as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Save logs as files',
  menus: {
    commandPalette: [{ when: 'resourceScheme == nomad-logs' }],
    'editor/title': [{ when: 'resourceScheme == nomad-logs', group: '1_logs@3' }],
  },
};

/** Saves the whole logs behind a document, with the bytes that the tasks wrote: a file for each stream of each task. */
export async function saveLogs(given: Uses<'logs' | 'ask' | 'report'>, argument: unknown): Promise<void> {
  const log = await openOne(given, argument);
  const { cluster } = log;
  if (cluster === undefined) throw new UserError('its cluster is not connected.');
  const sources = log.sources.map(({ source }) => source).filter((source) => log.accepts(source));
  if (sources.length === 0) throw new NothingToDo('There are no logs to save yet.');
  const to = await given.ask.folder(`Folder for ${counted(sources.length, 'log')}`, 'Save here');
  if (to === undefined) return;
  const { saveLogFiles } = await import('../../editor/logs/logFiles.ts');
  const names = await withProgress(`Saving ${counted(sources.length, 'log')}`, (signal) => {
    const what = `save the logs of ${log.of.name}`;
    return attempt({ what, needs: needsOf(log) }, () => saveLogFiles(cluster.client, sources, to.fsPath, signal));
  });
  // Not awaited: the command is over, whether or not the message is read.
  void given.report.done(`Saved ${names.length === 1 ? (names[0] ?? '') : counted(names.length, 'log')}`, [
    {
      title: 'Open folder',
      run: () => vscode.commands.executeCommand('revealFileInOS', vscode.Uri.joinPath(to, names[0] ?? '')),
    },
  ]);
}
