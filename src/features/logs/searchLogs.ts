import * as vscode from 'vscode';
import type { CommandEntry, Uses } from '../../commands/command.ts';
import { pickJob } from '../../commands/pickers.ts';
import { allocationTarget, groupTarget, jobTarget, regionTarget, taskTarget } from '../../commands/targets.ts';
import { logUri } from '../../editor/logs/logUri.ts';
import { LinePattern } from '../../operations/logs/linePattern.ts';
import type { LogMatch } from '../../operations/logs/searchLogs.ts';
import type { LogTarget } from '../../operations/logs/types.ts';
import { attempt } from '../../platform/attempt.ts';
import { withProgress } from '../../platform/signals.ts';
import { parseJobKey } from '../../state/tables/keys.ts';
import { mindsCapitals, patternProblem } from '../../wording/logs/lineFilter.ts';
import { searchText } from '../../wording/logs/searchText.ts';
import type { CommandManifest } from '../../platform/manifest.ts';

export const entry = {
  doing: 'search the logs',
  effect: 'read',
  needs: 'cluster',
  about: 'row',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Search logs',
  menus: {
    'view/item/context': [
      { when: 'view =~ /^nomad\\./ && viewItem =~ /^(job|group|allocation|task)\\b/', group: '2_job@1' },
    ],
  },
};

/** Looks through all logs of a job, or less of it, those of dead allocations and older files too, and shows what is found. */
export async function searchLogs(given: Uses<'cluster' | 'ask' | 'logs'>, argument: unknown): Promise<void> {
  const { cluster, ask, logs } = given;
  const { store, client, label } = cluster;
  const job = jobTarget(store, argument) ?? (await pickJob(given, 'Search the logs of a job'));
  if (job === undefined) return;
  const { id, namespace } = parseJobKey(job);
  const typed = await ask.text({
    title: `Search the logs of ${id} on ${label}`,
    prompt: 'A regular expression. Capitals count where there are any.',
    placeholder: 'timeout|refused',
    check: (text) => (text === '' ? 'Type what to look for.' : patternProblem(text)),
  });
  if (typed === undefined) return;
  const { task } = taskTarget(store, argument);
  const target: LogTarget = {
    ...{ job, region: regionTarget(argument), group: groupTarget(argument) },
    ...{ allocation: allocationTarget(argument), task },
  };
  const { searchLogs: search } = await import('../../operations/logs/searchLogs.ts');
  const found: LogMatch[] = [];
  const pattern = new LinePattern(typed, { caseSensitive: mindsCapitals(typed) });
  const onMatches = (matches: readonly LogMatch[]) => found.push(...matches);
  const result = await withProgress(`Searching the logs of ${id}`, (signal, say) => {
    const onProgress = (done: number, all: number) => {
      say(`${String(done)} of ${String(all)}`);
    };
    const what = `search the logs of ${id}`;
    return attempt({ what, needs: { capability: 'read-logs', namespace } }, () =>
      search(client, target, { pattern, signal, onMatches, onProgress }),
    );
  });
  const lines = found.map(({ line: { source, text } }) => ({ source, text }));
  const text = searchText({ ...result, typed, name: id, cluster: label }, lines);
  const uri = (await logs.open()).addResult(logUri({ cluster: cluster.id, target, name: `${id} search` }), text);
  await vscode.window.showTextDocument(uri, { preview: true });
}
