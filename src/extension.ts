import * as path from 'node:path';
import * as vscode from 'vscode';
import { isCancelled } from './base/cancel.ts';
import { systemClock } from './base/clock.ts';
import { onListenerFailure } from './base/events.ts';
import { Lifetime, type Disposable } from './base/lifetime.ts';
import { placeOfFault } from './base/log.ts';
import { VariableValues } from './editor/jobspecs/variableValues.ts';
import { WithheldTokens } from './features/clusters/withheldTokens.ts';
import { registerCommands } from './commands/register.ts';
import { features } from './features/features.ts';
import type { Opening } from './features/clusters/openCluster.ts';
import type { Workbench } from './commands/workbench.ts';
import { AllocationLinks } from './editor/links/allocationLinks.ts';
import { StateDocuments } from './editor/allocations/stateDocuments.ts';
import { AllocationFiles } from './editor/files/allocationFiles.ts';
import { LogDocuments } from './editor/logs/logDocuments.ts';
import { OutputDocuments } from './editor/outputs/outputDocuments.ts';
import { Plans } from './editor/plans/plans.ts';
import { ReadOnlyDocuments } from './editor/documents/readOnlyDocuments.ts';
import { schemes } from './platform/contributions.ts';
import { SourceDocuments } from './editor/documents/sourceDocuments.ts';
import { Jobspecs } from './editor/jobspecs/jobspecs.ts';
import { TaskShellProfile } from './features/exec/taskShellProfile.ts';
import { JobLenses } from './features/jobspec/lenses.ts';
import { JobspecProblems } from './editor/jobspecs/problems.ts';
import { TypedProblems } from './features/jobspec/typedProblems.ts';
import type { Cluster } from './state/clusters/cluster.ts';
import { CurrentCluster } from './state/clusters/current.ts';
import { OpenClusters } from './state/clusters/openClusters.ts';
import { windowAsk } from './platform/ask.ts';
import { connectionSettings, type ConnectionSettings } from './platform/connectionSettings.ts';
import { Context } from './platform/context.ts';
import { causeForLog } from './platform/failure.ts';
import { Report } from './platform/report.ts';
import { onDidChangeConnectionSettings, readProxySettings, readSetting } from './platform/settings.ts';
import { Tokens } from './platform/tokens.ts';
import { OpenSessions } from './editor/terminals/openSessions.ts';
import { JobFilter } from './tree/filter.ts';
import { exactTime } from './tree/times.ts';
import { Views } from './tree/views.ts';

/** Module state, since VS Code calls `deactivate` without arguments. */
let openSessions: OpenSessions | undefined;

/** What is there for as long as the window is. */
const parts = [listenerFailures, lensesOf, typedProblemsOf, filesOf, taskShellOf, linksOf, commandsOf, followSettings];

/** Builds the workbench from its rooms. Nothing is sent before a Nomad view or command is used. */
export function activate(extension: vscode.ExtensionContext): Workbench | undefined {
  const life = new Lifetime();
  extension.subscriptions.push(life);
  const log = life.own(vscode.window.createOutputChannel('Nomad', { log: true }));
  const tokens = new Tokens(extension.secrets);
  const withheld = new WithheldTokens(extension.workspaceState);
  const clusters = new OpenClusters();
  const current = life.own(currentCluster({ tokens, log, withheld }, clusters));
  const jobspecs = new Jobspecs(path.join(extension.extensionPath, 'dist'), life);
  const filter = life.own(new JobFilter());
  const context = new Context();
  openSessions = new OpenSessions();
  const workbench: Workbench = {
    clusters,
    current,
    filter,
    views: life.own(
      new Views({ current, filter, setContext: context.set, log, clock: systemClock, hasToken: () => tokens.offered }),
    ),
    jobspecs,
    problems: life.own(new JobspecProblems()),
    plans: life.own(new Plans(extension.workspaceState, current, clusters)),
    logs: life.own(new LogDocuments({ current, clusters, state: extension.workspaceState, context, log })),
    events: life.own(new StateDocuments({ current, clusters, log, moment: (ms) => exactTime(ms) })),
    ...textDocuments(life),
    sessions: openSessions,
    variables: new VariableValues(extension.secrets),
    tokens,
    ask: { ...windowAsk },
    report: new Report(log),
    log,
    context,
    isTrusted: () => vscode.workspace.isTrusted,
    connection,
    extension,
  };
  for (const part of [...parts, withheld.follow]) life.own(part(workbench));
  // Tests of the real extension host answer the questions that a person would.
  return extension.extensionMode === vscode.ExtensionMode.Test ? workbench : undefined;
}

/** Documents that are written once. */
function textDocuments(life: Lifetime): Pick<Workbench, 'sources' | 'outputs' | 'nodes'> {
  return {
    sources: life.own(new SourceDocuments()),
    outputs: life.own(new OutputDocuments()),
    nodes: life.own(new ReadOnlyDocuments(schemes.node)),
  };
}

/** What goes wrong in one listener is for the log; the others are told all the same. */
function listenerFailures({ log }: Workbench): Disposable {
  return onListenerFailure((error) => {
    log.error(`A listener failed: ${placeOfFault(error)}`);
  });
}

function typedProblemsOf({ jobspecs, problems }: Workbench): TypedProblems {
  return new TypedProblems(jobspecs, problems);
}

/** Files of allocations are there after a reload, too, whoever asks for them. */
function filesOf(clusters: Workbench): AllocationFiles {
  return new AllocationFiles(clusters);
}

/** Ids of allocations, wherever they are read. */
function linksOf({ clusters }: Workbench): AllocationLinks {
  return new AllocationLinks(clusters);
}

/** A shell in a task among the terminals that VS Code offers. */
function taskShellOf(workbench: Workbench): TaskShellProfile {
  return new TaskShellProfile(workbench);
}

/** The connection as settings and environment have it now. */
function connection(): ConnectionSettings {
  return connectionSettings(readSetting, process.env);
}

/** What speaks to a cluster, and what follows it, is read from disk when one is opened. */
function currentCluster(opening: Opening, clusters: OpenClusters): CurrentCluster {
  const open = async () => {
    const settings = connection();
    const { openCluster } = await import('./features/clusters/openCluster.ts');
    return openCluster(settings, opening);
  };
  const settings = () => {
    const now = connection();
    // The workspace may come to decide of the trust with a value that is the person's own.
    return JSON.stringify([now, readProxySettings(), opening.withheld.isWithheld(now)]);
  };
  return new CurrentCluster(open, settings, clusters);
}

function commandsOf(workbench: Workbench): Lifetime {
  return registerCommands(workbench, features);
}

function lensesOf({ jobspecs, plans }: Workbench): JobLenses {
  const isPlanned = (document: vscode.TextDocument) => plans.ticketOf(document.uri) !== undefined;
  return new JobLenses(jobspecs, { isPlanned, onDidChange: plans.onDidChange });
}

/** VS Code waits a few seconds for this when a window closes or reloads, and doesn't close terminals before. */
export function deactivate(): Promise<void> | undefined {
  return openSessions?.end();
}

/** Connects anew when the address, the namespace or the TLS files change, if there was a connection at all. */
function followSettings({ current, log }: Workbench): Lifetime {
  const life = new Lifetime();
  const follow = (connect: () => Promise<Cluster>) => () => {
    if (current.get() === undefined && current.lastError === undefined) return;
    connect().catch((error: unknown) => {
      if (!isCancelled(error)) log.warn(`Could not connect anew: ${causeForLog(error)}`);
    });
  };
  life.own(onDidChangeConnectionSettings(follow(() => current.reconnectIfChanged())));
  life.own(vscode.workspace.onDidGrantWorkspaceTrust(follow(() => current.reconnect())));
  return life;
}
