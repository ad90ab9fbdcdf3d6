import * as vscode from 'vscode';
import { schemes } from '../platform/contributions.ts';
import { documentOf } from '../platform/documentUri.ts';
import { placeOf, type JobKey } from '../state/tables/keys.ts';
import type { Place } from '../state/tables/place.ts';
import type { Store } from '../state/tables/store.ts';

/**
 * What a command may be called on: a row of a tree, or an object with the same fields, as buttons and other extensions
 * pass it. What it names may be gone by now.
 */
interface Target {
  /** Id of the cluster that it is of; the one that is looked at where it doesn't say. */
  readonly cluster?: string;
  readonly job?: string;
  readonly deployment?: string;
  readonly allocation?: string;
  readonly task?: string;
  readonly node?: string;
  readonly group?: string;
  /** Label of a port in it. */
  readonly port?: string;
  /** Where it is, when that is another region than the one that is shown. */
  readonly region?: string;
}

/** The fields of `argument` that are texts; an empty target for anything else. */
function targetOf(argument: unknown): Target {
  if (typeof argument !== 'object' || argument === null) return {};
  const fields = ['cluster', 'job', 'deployment', 'allocation', 'task', 'node', 'group', 'port', 'region'] as const;
  const named = fields.flatMap((field) => {
    const value = (argument as Record<string, unknown>)[field];
    return typeof value === 'string' && value !== '' ? [[field, value] as const] : [];
  });
  return Object.fromEntries(named);
}

/** Every selected row, when the command was called on one of them; else the one that it was called on. */
export function targetsOf(argument: unknown, selection: unknown): readonly unknown[] {
  const selected: readonly unknown[] = Array.isArray(selection) ? selection : [];
  return selected.includes(argument) ? selected : [argument];
}

/** The id of the cluster that `argument` is of, where it says so. */
export function clusterTarget(argument: unknown): string | undefined {
  if (!(argument instanceof vscode.Uri)) return targetOf(argument).cluster;
  // A plan belongs to the cluster that it was made on, a file to the one that it is on. A jobspec belongs to none, even one that was read from a
  // cluster.
  const { cluster } = documentOf(argument);
  return argument.scheme === schemes.plan || argument.scheme === schemes.files ? cluster : undefined;
}

/** The job of whatever `argument` names. */
export function jobTarget(store: Store, argument: unknown): JobKey | undefined {
  const target = targetOf(argument);
  if (target.job !== undefined) return target.job as JobKey;
  if (target.deployment !== undefined) return store.deployments.get(target.deployment)?.jobKey;
  return target.allocation === undefined ? undefined : store.allocations.get(target.allocation)?.jobKey;
}

/** The id of the deployment that `argument` is itself. */
export function deploymentIdOf(argument: unknown): string | undefined {
  return targetOf(argument).deployment;
}

/** The deployment that `argument` is, or the active one of the job that it names. */
export function deploymentTarget(store: Store, argument: unknown): string | undefined {
  const target = targetOf(argument);
  if (target.deployment !== undefined) return target.deployment;
  return target.job === undefined ? undefined : store.activeDeploymentOf(target.job as JobKey)?.id;
}

/** Where to look for a deployment; one that nobody knows the namespace of is found by its id in any. */
export function deploymentPlace(store: Store, argument: unknown, id: string): Place {
  const region = regionTarget(argument);
  const { job } = targetOf(argument);
  const key = region === undefined ? (store.deployments.get(id)?.jobKey ?? job) : job;
  return key === undefined ? { namespace: '*', region } : placeOf(key as JobKey, region);
}

/** The region of what `argument` names, when that is another than the one that is shown. */
export function regionTarget(argument: unknown): string | undefined {
  return targetOf(argument).region;
}

/** The id of the allocation that `argument` is, or whose task it is. */
export function allocationTarget(argument: unknown): string | undefined {
  return targetOf(argument).allocation;
}

/** The id of the node that `argument` is, or whose driver it is. */
export function nodeTarget(argument: unknown): string | undefined {
  return targetOf(argument).node;
}

/** The name of the group that `argument` is, or that it is in. */
export function groupTarget(argument: unknown): string | undefined {
  return targetOf(argument).group;
}

/** The label of the port that `argument` names. */
export function portTarget(argument: unknown): string | undefined {
  return targetOf(argument).port;
}

/** What `argument` says of a task: all of it, its allocation, or only the job that it is somewhere in. */
export function taskTarget(store: Store, argument: unknown): { allocation?: string; task?: string; job?: JobKey } {
  const { allocation, task } = targetOf(argument);
  if (allocation !== undefined) return task === undefined ? { allocation } : { allocation, task };
  const job = jobTarget(store, argument);
  return job === undefined ? {} : { job };
}
