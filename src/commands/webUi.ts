import * as vscode from 'vscode';
import { parseJobKey, type JobKey } from '../model/keys.ts';
import { parseAddress } from '../nomad/connection.ts';
import { allocationTarget, deploymentTarget, jobTarget, taskTarget } from './targets.ts';
import type { Connected } from './workbench.ts';

/** Opens what the argument names in Nomad's Web UI, or its start page. */
export async function openWebUi(connected: Connected, argument: unknown): Promise<void> {
  const { connection } = connected.cluster.client;
  const base = parseAddress(connection.address).displayAddress;
  const region = connection.region === undefined ? '' : `?region=${encodeURIComponent(connection.region)}`;
  const url = `${base}/ui${pathOf(connected, argument)}${region}`;
  await vscode.env.openExternal(vscode.Uri.parse(url, true));
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

function jobPath(key: JobKey): string {
  const { namespace, id } = parseJobKey(key);
  return `/jobs/${encodeURIComponent(`${id}@${namespace}`)}`;
}
