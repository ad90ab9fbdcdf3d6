import { plain } from '../../base/plain.ts';
import { NothingToDo } from '../../base/userError.ts';
import type { CommandEntry, Uses } from '../../commands/command.ts';
import { showDiff } from '../../platform/window.ts';
import { clusterIdWords } from '../../state/clusters/clusterId.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { openOne } from './openOne.ts';

export const entry = { doing: 'compare the logs', effect: 'read' } as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Compare logs',
  menus: {
    commandPalette: [{ when: 'resourceScheme == nomad-logs' }],
    'editor/title': [{ when: 'resourceScheme == nomad-logs', group: '1_logs@4' }],
  },
};

/** Shows the logs in the editor beside others that are open. */
export async function compareLogs(given: Uses<'logs' | 'ask'>, argument: unknown): Promise<void> {
  const log = await openOne(given, argument);
  const others = (await given.logs.open()).all.filter((one) => one !== log);
  if (others.length === 0) throw new NothingToDo('There are no other logs to compare with. Open those first.');
  const choices = others.map((one) => ({
    label: one.of.name,
    description: clusterIdWords(one.of.cluster),
    value: one,
  }));
  const other = others.length === 1 ? others[0] : await given.ask.pick(`Compare ${log.of.name} logs with`, choices);
  if (other !== undefined) await showDiff(other.uri, log.uri, plain(`${other.of.name} ↔ ${log.of.name} logs`));
}
