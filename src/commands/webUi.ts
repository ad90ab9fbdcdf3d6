import * as vscode from 'vscode';
import { parseJobKey, type JobKey } from '../model/keys.ts';
import { allocationTarget, deploymentTarget, jobTarget, regionTarget, taskTarget } from './targets.ts';
import type { Connected } from './workbench.ts';

/** Opens what the argument names in Nomad's Web UI, or its start page. */
export async function openWebUi(connected: Connected, argument: unknown): Promise<void> {
  const { client } = connected.cluster;
  const region = regionTarget(argument) ?? client.connection.region;
  const query = region === undefined ? '' : `?region=${encodeURIComponent(region)}`;
  const url = `${client.displayAddress}/ui${pathOf(connected, argument)}${query}`;
  // As a text, which VS Code takes though its types don't say so: a Uri forgets which slashes of a path were encoded, and
  // the Web UI knows no page then.
  await vscode.env.openExternal(url as unknown as vscode.Uri);
}

function pathOf(connected: Connected, argument: unknown): string {
  const { store } = connected.cluster;
  const { task } = taskTarget(store, argument);
  const allocation = allocationTarget(argument);
  if (allocation !== undefined) {
    return `/allocations/${encodeURIComponent(allocation)}${task === undefined ? '' : `/${encodeURIComponent(task)}`}`;
  }
  const key = jobTarget(store, argument);
  if (key === undefined) return '/jobs';
  return `${jobPath(key)}${deploymentTarget(store, argument) === undefined ? '' : '/deployments'}`;
}

/** One segment, at whose last `@` the Web UI parts id and namespace. */
function jobPath(key: JobKey): string {
  const { namespace, id } = parseJobKey(key);
  return `/jobs/${encodeURIComponent(id)}@${encodeURIComponent(namespace)}`;
}
