import type * as vscode from 'vscode';
import { schemes } from '../../platform/contributions.ts';
import {
  agentLevels,
  isOfAgent,
  type AgentLevel,
  type AgentTarget,
  type LogStream,
  type LogTarget,
} from '../../operations/logs/types.ts';
import { documentOf, documentUri } from '../../platform/documentUri.ts';
import { clusterIdWords, type ClusterId } from '../../state/clusters/clusterId.ts';
import { parseJobKey, type JobKey } from '../../state/tables/keys.ts';
import { fileName } from '../../base/plain.ts';

/** In the address of a document that took the place of another: how many there were before. */
const again = 'again';

/** What a document of logs is of. Its address says all of it, so that it goes on after a reload of the window. */
export interface LogsOf {
  readonly cluster: ClusterId;
  readonly target: LogTarget | AgentTarget;
  /** For the tab: `web`, `web.app[0]`, `server` of an allocation, the name of a node or a server. */
  readonly name: string;
}

/**
 * `web logs`, in a folder of its cluster: that is what the hint of the tab and the path over the editor say. A file stands in
 * those of its allocation, as `app.log following`.
 */
export function logUri({ cluster, target, name }: LogsOf): vscode.Uri {
  if (isOfAgent(target)) return agentUri({ cluster, target, name });
  const { job, region, group, allocation, task, file, streams } = target;
  const { namespace } = parseJobKey(job);
  // What goes without saying stands in no hint.
  const within = [region, namespace === 'default' ? undefined : namespace].filter((part) => part !== undefined);
  const folders = [clusterFolder(cluster), ...within.map(fileName)];
  const last = file === undefined ? [`${fileName(name)} logs`] : [(allocation ?? '').slice(0, 8), ...fileNames(file)];
  const path = `nomad/${[...folders, ...last].join('/')}`;
  return documentUri(schemes.logs, path, {
    ...{ cluster, name, job, region, group, allocation, task, file },
    streams: streams?.join(),
  });
}

/** `node-1 agent log debug`: each level is a log of its own. */
function agentUri({ cluster, target, name }: LogsOf & { readonly target: AgentTarget }): vscode.Uri {
  const { agent, level, region } = target;
  const folders = [clusterFolder(cluster), ...(region === undefined ? [] : [fileName(region)])];
  const path = `nomad/${[...folders, `${fileName(name)} agent log ${level}`].join('/')}`;
  const of = typeof agent === 'string' ? {} : agent;
  return documentUri(schemes.logs, path, { cluster, name, agent: level, region, ...of });
}

function clusterFolder(cluster: ClusterId): string {
  return clusterIdWords(cluster).replace(/[/\\]+/g, '∕');
}

/** What an address is of; nothing where it isn't one of {@link logUri}. */
export function logsOf(uri: vscode.Uri): LogsOf | undefined {
  if (uri.scheme !== schemes.logs) return undefined;
  const fields = documentOf(uri);
  const { cluster, name, job, region, group, allocation, task, file, streams } = fields;
  if (cluster !== undefined && name !== undefined && fields['agent'] !== undefined) {
    return { cluster: cluster as ClusterId, target: agentOf(fields), name };
  }
  if (cluster === undefined || name === undefined || job?.includes('/') !== true) return undefined;
  const chosen = streams?.split(',').filter(isStream) ?? [];
  const target: LogTarget = {
    job: job as JobKey,
    ...{ region, group, allocation, task, file },
    ...(chosen.length === 0 ? {} : { streams: chosen }),
  };
  return { cluster: cluster as ClusterId, target, name };
}

function agentOf(fields: ReturnType<typeof documentOf>): AgentTarget {
  const { agent: level = '', region, nodeId, serverId } = fields;
  const of = nodeId === undefined ? (serverId === undefined ? ('connected' as const) : { serverId }) : { nodeId };
  return { agent: of, level: isLevel(level) ? level : 'info', region };
}

function isLevel(text: string): text is AgentLevel {
  return agentLevels.some((level) => level === text);
}

/** The same for every address of a log, however often its document was renewed. */
export function logKey(uri: vscode.Uri): string {
  const { [again]: times, ...of } = documentOf(uri);
  return times === undefined ? uri.toString() : withFields(uri, of).toString();
}

/** Another address of the same log, for a document that takes the place of this one. */
export function nextUri(uri: vscode.Uri): vscode.Uri {
  const { [again]: times, ...of } = documentOf(uri);
  return withFields(uri, { ...of, [again]: String(Number(times ?? 0) + 1) });
}

function withFields(uri: vscode.Uri, of: ReturnType<typeof documentOf>): vscode.Uri {
  const fields = Object.entries(of).filter((field): field is [string, string] => field[1] !== undefined);
  return uri.with({ query: new URLSearchParams(fields).toString() });
}

/** `main/local/app.log` as `main`, `local`, `app.log following` */
function fileNames(file: string): readonly string[] {
  const parts = file.split('/').map(fileName);
  return [...parts.slice(0, -1), `${parts.at(-1) ?? ''} following`];
}

function isStream(text: string): text is LogStream {
  return text === 'stdout' || text === 'stderr';
}
