import type * as vscode from 'vscode';
import type { Log } from '../base/log.ts';
import type { Plans } from '../editor/plans/plans.ts';
import type { StateDocuments } from '../editor/allocations/stateDocuments.ts';
import type { LogDocuments } from '../editor/logs/logDocuments.ts';
import type { OutputDocuments } from '../editor/outputs/outputDocuments.ts';
import type { ReadOnlyDocuments } from '../editor/documents/readOnlyDocuments.ts';
import type { SourceDocuments } from '../editor/documents/sourceDocuments.ts';
import type { Jobspecs } from '../editor/jobspecs/jobspecs.ts';
import type { JobspecProblems } from '../editor/jobspecs/problems.ts';
import type { Cluster } from '../state/clusters/cluster.ts';
import type { CurrentCluster } from '../state/clusters/current.ts';
import type { OpenClusters } from '../state/clusters/openClusters.ts';
import type { Ask } from '../platform/ask.ts';
import type { ConnectionSettings } from '../platform/connectionSettings.ts';
import type { Context } from '../platform/context.ts';
import type { Report } from '../platform/report.ts';
import type { Tokens } from '../platform/tokens.ts';
import type { OpenSessions } from '../editor/terminals/openSessions.ts';
import type { JobFilter } from '../tree/filter.ts';
import type { Views } from '../tree/views.ts';
import type { VariableValues } from '../editor/jobspecs/variableValues.ts';

/** What every command is given. */
export interface Workbench {
  readonly clusters: OpenClusters;
  /** The one of them that is looked at. */
  readonly current: CurrentCluster;
  readonly filter: JobFilter;
  readonly views: Views;
  readonly jobspecs: Jobspecs;
  readonly problems: JobspecProblems;
  readonly plans: Plans;
  readonly sources: SourceDocuments;
  readonly events: StateDocuments;
  readonly logs: LogDocuments;
  readonly outputs: OutputDocuments;
  readonly nodes: ReadOnlyDocuments;
  readonly sessions: OpenSessions;
  readonly variables: VariableValues;
  readonly tokens: Tokens;
  readonly ask: Ask;
  readonly report: Report;
  readonly log: Log & { show(): void };
  readonly context: Context;
  /** Whether commands that change a cluster are allowed here. */
  readonly isTrusted: () => boolean;
  /** The connection as settings and environment have it now. */
  readonly connection: () => ConnectionSettings;
  readonly extension: vscode.ExtensionContext;
}

/** What a command is given that needs a cluster: the one that its argument is of, else the one that is looked at. */
export interface Connected extends Workbench {
  readonly cluster: Cluster;
}
