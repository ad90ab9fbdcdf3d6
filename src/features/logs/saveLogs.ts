import * as vscode from 'vscode';
import { NothingToDo, UserError } from '../../base/userError.ts';
import type { CommandEntry, Uses } from '../../commands/command.ts';
import type { OpenLog } from '../../editor/logs/openLog.ts';
import { isOfAgent, type FileLog, type TaskLog } from '../../operations/logs/types.ts';
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

/**
 * Saves the whole logs behind a document, with the bytes that the tasks wrote: a file for each stream of each task. Of an
 * agent, which keeps nothing to be read again, the lines that are kept here.
 */
export async function saveLogs(given: Uses<'logs' | 'ask' | 'report'>, argument: unknown): Promise<void> {
  const log = await openOne(given, argument);
  const isAgents = isOfAgent(log.of.target);
  if (log.cluster === undefined && !isAgents) throw new UserError('its cluster is not connected.');
  const sources = sourcesOf(log);
  const count = isAgents ? 1 : sources.length;
  if (isAgents ? log.lines.entries.length === 0 : count === 0) throw new NothingToDo('There are no logs to save yet.');
  const to = await given.ask.folder(`Folder for ${counted(count, 'log')}`, 'Save here');
  if (to === undefined) return;
  const names = await withProgress(`Saving ${counted(count, 'log')}`, (signal) => save(log, to.fsPath, signal));
  // Not awaited: the command is over, whether or not the message is read.
  void given.report.done(`Saved ${names.length === 1 ? (names[0] ?? '') : counted(names.length, 'log')}`, [
    {
      title: 'Open folder',
      run: () => vscode.commands.executeCommand('revealFileInOS', vscode.Uri.joinPath(to, names[0] ?? '')),
    },
  ]);
}

/** Those that can be read again. */
function sourcesOf(log: OpenLog): readonly (TaskLog | FileLog)[] {
  return log.sources.flatMap(({ source }) => (source.kind !== 'agent' && log.accepts(source) ? [source] : []));
}

async function save(log: OpenLog, folder: string, signal: AbortSignal): Promise<readonly string[]> {
  const { saveKeptLines, saveLogFiles } = await import('../../editor/logs/logFiles.ts');
  const { cluster, of, lines } = log;
  if (isOfAgent(of.target)) return [await saveKeptLines(`${of.name}.agent`, lines.entries, folder)];
  if (cluster === undefined) throw new UserError('its cluster is not connected.');
  const what = `save the logs of ${of.name}`;
  return attempt({ what, needs: needsOf(log) }, () => saveLogFiles(cluster.client, sourcesOf(log), folder, signal));
}
