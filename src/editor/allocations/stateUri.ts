import type * as vscode from 'vscode';
import { fileName } from '../../base/plain.ts';
import type { StateTarget } from '../../operations/allocationState/followState.ts';
import { schemes } from '../../platform/contributions.ts';
import { documentOf, documentUri } from '../../platform/documentUri.ts';
import { clusterIdWords, type ClusterId } from '../../state/clusters/clusterId.ts';
import { parseJobKey, type JobKey } from '../../state/tables/keys.ts';

/** What a document about an allocation is of. Its address says all of it, so that it goes on after a reload of the window. */
export interface StateOf extends StateTarget {
  readonly cluster: ClusterId;
  /** `web.app[0]` */
  readonly name: string;
}

/** `web.app[0] 3f2a6f1e state`, in a folder of its cluster: that is what the hint of the tab and the path over the editor say. */
export function stateUri({ cluster, job, region, allocation, name }: StateOf): vscode.Uri {
  const { namespace } = parseJobKey(job);
  const within = [region, namespace === 'default' ? undefined : namespace].filter((part) => part !== undefined);
  const folders = [clusterIdWords(cluster).replace(/[/\\]+/g, '∕'), ...within.map(fileName)];
  const id = allocation.slice(0, 8);
  const path = `nomad/${folders.join('/')}/${fileName(name.includes(id) ? name : `${name} ${id}`)} state`;
  return documentUri(schemes.events, path, { cluster, job, region, allocation, name });
}

/** What an address is of; nothing where it isn't one of {@link stateUri}. */
export function stateOf(uri: vscode.Uri): StateOf | undefined {
  if (uri.scheme !== schemes.events) return undefined;
  const { cluster, job, region, allocation, name } = documentOf(uri);
  if (cluster === undefined || allocation === undefined || name === undefined) return undefined;
  if (job?.includes('/') !== true) return undefined;
  return { cluster: cluster as ClusterId, job: job as JobKey, region, allocation, name };
}
