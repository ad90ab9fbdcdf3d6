import type * as vscode from 'vscode';
import type { Ask } from '../../platform/ask.ts';
import type { Cluster } from '../../state/clusters/cluster.ts';
import type { CurrentCluster } from '../../state/clusters/current.ts';
import type { Jobspecs } from './jobspecs.ts';
import type { VariableValues } from './variableValues.ts';

/** What it takes to read a jobspec with its variables. */
export interface JobspecServices {
  readonly ask: Ask;
  readonly jobspecs: Jobspecs;
  /** The cluster that a jobspec is read for: what is given for its variables may be another thing on each. */
  readonly cluster?: Pick<Cluster, 'id' | 'label'>;
  /** Else the one that is looked at, if any. */
  readonly current: Pick<CurrentCluster, 'get'>;
  /** What was typed for the variables of each file. */
  readonly variables: VariableValues;
  readonly extension: Pick<vscode.ExtensionContext, 'workspaceState'>;
}

/** The cluster that a jobspec is read for. */
export function readFor({ cluster, current }: JobspecServices): Pick<Cluster, 'id' | 'label'> | undefined {
  return cluster ?? current.get();
}

/** The same for the title of a question that is asked anew because of the cluster. */
export function onCluster(services: JobspecServices): string {
  const cluster = readFor(services);
  return cluster === undefined ? '' : ` on ${cluster.label}`;
}
