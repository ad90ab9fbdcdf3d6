import * as vscode from 'vscode';
import { fileName, printable } from '../../base/plain.ts';
import type { CommandEntry, Uses } from '../../commands/command.ts';
import { readIncident } from '../../operations/incident/readIncident.ts';
import { commandAction } from '../../platform/report.ts';
import { withProgress } from '../../platform/signals.ts';
import { exactTime } from '../../tree/times.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { findAllocation } from './findAllocation.ts';

export const entry = {
  doing: 'write the incident report',
  joint: 'from',
  effect: 'read',
  needs: 'cluster',
  about: 'row',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Write incident report',
  menus: {
    'view/item/context': [{ when: 'view =~ /^nomad\\./ && viewItem =~ /^(allocation|task)\\b/', group: '7_report@1' }],
  },
};

/** Writes what Nomad tells of an allocation into a new folder: a report, its events, the ends of its logs, and the answers. */
export async function writeIncidentReport(given: Uses<'cluster' | 'ask' | 'report'>, argument: unknown): Promise<void> {
  const { cluster, ask, report } = given;
  const found = await findAllocation(given, argument, 'Write an incident report of a job');
  if (found === undefined) return;
  const { id, place } = found;
  const incident = await withProgress('Reading the incident', (signal) =>
    readIncident(cluster.client, id, place, signal),
  );
  const { incidentFiles } = await import('../../operations/incident/incidentFiles.ts');
  const nowMs = Date.now();
  const files = incidentFiles(incident, { cluster: cluster.label, nowMs, moment: (ms) => exactTime(ms) });
  const name = printable(incident.allocation.Name ?? id);
  const parent = await ask.folder(`Folder for the incident report of ${name}`, 'Write here');
  if (parent === undefined) return;
  const folder = vscode.Uri.joinPath(parent, `incident ${fileName(name)} ${compact(nowMs)}`);
  for (const { path, text } of files) {
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, ...path), new TextEncoder().encode(text));
  }
  const main = vscode.Uri.joinPath(folder, 'report.md');
  await vscode.window.showTextDocument(main, { preview: true });
  // Not awaited: the report is there, whether or not anybody reads that.
  void report.done(`The incident report of ${name} is written. Look through it before you hand it on`, [
    commandAction('Show as a page', 'markdown.showPreview', main),
  ]);
}

/** `20261127-194500`, in UTC, for the name of a folder. */
function compact(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
}
