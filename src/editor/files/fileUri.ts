import type * as vscode from 'vscode';
import { fileName } from '../../base/plain.ts';
import type { FileAt } from '../../operations/files/entries.ts';
import { schemes } from '../../platform/contributions.ts';
import { documentOf, documentUri } from '../../platform/documentUri.ts';
import { clusterIdWords, type ClusterId } from '../../state/clusters/clusterId.ts';
import { parseJobKey, placeOf, type JobKey } from '../../state/tables/keys.ts';

/** The directory of an allocation. Its address says all of it, so that it stays what it is after a reload of the window. */
export interface DirectoryOf {
  readonly cluster: ClusterId;
  readonly job: JobKey;
  readonly region: string | undefined;
  /** A whole id. */
  readonly allocation: string;
  /** The allocation for people: `web.app[0]`. */
  readonly name: string;
}

/** A file or directory of an allocation. */
export interface FileOf extends DirectoryOf {
  /** Relative to the allocation's directory; empty for that itself. */
  readonly path: string;
}

/**
 * `main/local/app.log` below folders of its cluster and its allocation: that is what the hint of the tab and the path over
 * the editor say. Any character of a name stands in it as it is.
 */
export function fileUri({ path, ...of }: FileOf): vscode.Uri {
  const { cluster, job, region, allocation, name } = of;
  return documentUri(schemes.files, `${rootOf(of)}${path === '' ? '' : `/${path}`}`, {
    ...{ cluster, job, region, allocation, name },
  });
}

/** What an address is of; nothing where it isn't one of {@link fileUri}, or is above the allocation's directory. */
export function fileOf(uri: vscode.Uri): FileOf | undefined {
  if (uri.scheme !== schemes.files) return undefined;
  const { cluster, job, region, allocation, name } = documentOf(uri);
  if (cluster === undefined || allocation === undefined || name === undefined) return undefined;
  if (job?.includes('/') !== true) return undefined;
  const of: DirectoryOf = { cluster: cluster as ClusterId, job: job as JobKey, region, allocation, name };
  const root = `/${rootOf(of)}`;
  if (uri.path !== root && !uri.path.startsWith(`${root}/`)) return undefined;
  return { ...of, path: uri.path.slice(root.length + 1).replace(/\/+$/, '') };
}

/** Where to ask for it. */
export function placeOfFile({ allocation, job, region, path }: FileOf): FileAt {
  return { allocation, place: placeOf(job, region), path };
}

/** `nomad/prod:4646/team/web.app[0] 3f2a6f1e` */
function rootOf({ cluster, job, region, allocation, name }: DirectoryOf): string {
  const { namespace } = parseJobKey(job);
  // What goes without saying stands in no hint.
  const within = [region, namespace === 'default' ? undefined : namespace].filter((part) => part !== undefined);
  const folders = [clusterIdWords(cluster).replace(/[/\\]+/g, '∕'), ...within.map(fileName)];
  const id = allocation.slice(0, 8);
  return `nomad/${folders.join('/')}/${fileName(name.includes(id) ? name : `${name} ${id}`)}`;
}
