import * as vscode from 'vscode';
import { parseJobKey, type JobKey } from '../../state/tables/keys.ts';
import type { Store } from '../../state/tables/store.ts';
import { clusterOf } from '../../commands/clusterOf.ts';
import { allocationTarget, deploymentIdOf, jobTarget, regionTarget, taskTarget } from '../../commands/targets.ts';
import type { CommandEntry, Uses } from '../../commands/command.ts';
import type { CommandManifest } from '../../platform/manifest.ts';

export const entry = { doing: 'open the Web UI', effect: 'read', about: 'object' } as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Open in the Web UI',
  icon: '$(link-external)',
  menus: {
    'view/title': [{ when: 'view =~ /^nomad\\./', group: '2_open@1' }],
    'view/item/context': [{ when: 'view =~ /^nomad\\./ && viewItem =~ /\\blinked\\b/', group: '8_open@1' }],
  },
};

/**
 * Opens what the argument names in Nomad's Web UI, or its start page. Nothing is asked of the cluster for that, so it opens
 * whatever the token may do, and whether or not the cluster answers here.
 */
export async function openWebUi(given: Uses<'clusters' | 'current'>, argument: unknown): Promise<void> {
  const { client, store } = await clusterOf(given, argument);
  const region = regionTarget(argument) ?? client.connection.region;
  const query = region === undefined ? '' : `?region=${encodeURIComponent(region)}`;
  const url = `${client.displayAddress}/ui${pathOf(store, argument)}${query}`;
  // Passed as text, which VS Code accepts although its types don't say so: a Uri forgets which slashes of a path were
  // encoded, and the Web UI would find no page.
  await vscode.env.openExternal(url as unknown as vscode.Uri);
}

function pathOf(store: Store, argument: unknown): string {
  const { task } = taskTarget(store, argument);
  const allocation = allocationTarget(argument);
  if (allocation !== undefined) {
    return `/allocations/${encodeURIComponent(allocation)}${task === undefined ? '' : `/${encodeURIComponent(task)}`}`;
  }
  const key = jobTarget(store, argument);
  if (key === undefined) return '/jobs';
  return `${jobPath(key)}${deploymentIdOf(argument) === undefined ? '' : '/deployments'}`;
}

/** One segment, at whose last `@` the Web UI parts id and namespace. */
function jobPath(key: JobKey): string {
  const { namespace, id } = parseJobKey(key);
  return `/jobs/${encodeURIComponent(id)}@${encodeURIComponent(namespace)}`;
}
