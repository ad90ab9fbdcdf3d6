import type * as vscode from 'vscode';
import type { Log } from '../base/log.ts';
import type { PlanDocuments } from '../documents/planDocuments.ts';
import type { EventsDocuments } from '../documents/eventsDocuments.ts';
import type { SourceDocuments } from '../documents/sourceDocuments.ts';
import type { Jobspecs } from '../jobspec/jobspecs.ts';
import type { JobspecProblems } from '../jobspec/problems.ts';
import type { Cluster } from '../model/cluster.ts';
import type { CurrentCluster } from '../model/current.ts';
import type { Ask } from '../platform/ask.ts';
import type { ConnectionSettings } from '../platform/connectionSettings.ts';
import type { Context } from '../platform/context.ts';
import type { Report } from '../platform/report.ts';
import type { Tokens } from '../platform/tokens.ts';
import type { OpenSessions } from '../terminal/openSessions.ts';
import type { JobFilter } from '../views/filter.ts';
import type { Views } from '../views/views.ts';
import type { Tickets } from './tickets.ts';
import type { VariableValues } from './variableValues.ts';

/** What every command is given. */
export interface Workbench {
  readonly current: CurrentCluster;
  readonly filter: JobFilter;
  readonly views: Views;
  readonly jobspecs: Jobspecs;
  readonly problems: JobspecProblems;
  readonly plans: PlanDocuments;
  readonly sources: SourceDocuments;
  readonly events: EventsDocuments;
  readonly sessions: OpenSessions;
  readonly tickets: Tickets;
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

/** What a command is given that needs a cluster. */
export interface Connected extends Workbench {
  readonly cluster: Cluster;
}
