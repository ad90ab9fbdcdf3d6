import * as vscode from 'vscode';
import { isCancelled } from '../../base/cancel.ts';
import { Lifetime, type Disposable } from '../../base/lifetime.ts';
import type { Log } from '../../base/log.ts';
import type { Context } from '../../platform/context.ts';
import { schemes } from '../../platform/contributions.ts';
import { causeForLog, causeOf } from '../../platform/failure.ts';
import type { Cluster } from '../../state/clusters/cluster.ts';
import { clusterIdWords } from '../../state/clusters/clusterId.ts';
import type { CurrentCluster } from '../../state/clusters/current.ts';
import type { OpenClusters } from '../../state/clusters/openClusters.ts';
import { hasTab, isOpen, urisOf } from '../documents/tabs.ts';
import { KeptLogs } from './keptLogs.ts';
import { LogColours } from './logColours.ts';
import { LogHovers } from './logHovers.ts';
import { LogLinks } from './logLinks.ts';
import { logKey, logsOf } from './logUri.ts';
import { OpenLog } from './openLog.ts';
import { leadOn, renew } from './renewal.ts';

export interface OpenLogsOptions {
  readonly current: CurrentCluster;
  readonly clusters: OpenClusters;
  readonly state: vscode.Memento;
  readonly context: Context;
  readonly log: Log;
}

const notKept = 'What was found is not kept any longer. Close this and search again.\n';

const notALog = 'The address of this document names no log. Close it and ask for the logs again.\n';

const goesOnElsewhere = 'These logs go on in another tab. Close this one.\n';

/**
 * All documents of logs. One is followed while a tab has it, be it hidden. VS Code keeps a document a while longer than its
 * tab: then nothing is read any more.
 */
export class OpenLogs implements Disposable {
  readonly #options: OpenLogsOptions;
  readonly #life = new Lifetime();
  readonly #logs = new Map<string, OpenLog>();
  /** Texts of documents that nothing is added to. */
  readonly #results = new Map<string, string>();
  #searches = 0;
  readonly #kept: KeptLogs;
  readonly #colours: LogColours;

  constructor(options: OpenLogsOptions) {
    this.#options = options;
    this.#kept = new KeptLogs(options.state);
    this.#colours = this.#life.own(new LogColours());
    this.#life.own(new LogHovers((uri) => this.get(uri)));
    this.#life.own(new LogLinks((uri) => this.get(uri)));
    this.#listen();
    this.#life.onEnd(() => {
      for (const log of this.#logs.values()) log.dispose();
    });
  }

  get(uri: vscode.Uri): OpenLog | undefined {
    return isResult(uri) ? undefined : this.#logs.get(logKey(uri));
  }

  /** Where a log is shown that may be open already: under the address of the document that it has now. */
  addressOf(uri: vscode.Uri): vscode.Uri {
    return this.get(uri)?.uri ?? uri;
  }

  /** The one that `argument` names by its address, else the one in the editor that has the focus, or had it last. */
  named(argument: unknown): OpenLog | undefined {
    if (argument instanceof vscode.Uri) return this.get(argument);
    if (typeof argument === 'string') return this.get(vscode.Uri.parse(argument));
    const uri = vscode.window.activeTextEditor?.document.uri;
    return uri === undefined ? undefined : this.get(uri);
  }

  get all(): readonly OpenLog[] {
    return [...this.#logs.values()];
  }

  /** What VS Code reads as it opens a document. Its logs are followed once that is open. */
  text(uri: vscode.Uri): string {
    const result = this.#results.get(uri.toString());
    if (result !== undefined) return result;
    if (isResult(uri)) return notKept;
    const log = this.#make(uri);
    if (log === undefined) return notALog;
    return isAt(log, uri) ? log.painter.text() : goesOnElsewhere;
  }

  /**
   * Keeps a text that was made of logs, and to which nothing is added.
   *
   * @param of the address of those logs
   * @returns the address of its document
   */
  addResult(of: vscode.Uri, text: string): vscode.Uri {
    this.#searches += 1;
    const uri = of.with({ fragment: String(this.#searches) });
    this.#results.set(uri.toString(), text);
    return uri;
  }

  dispose(): void {
    this.#life.dispose();
  }

  #make(uri: vscode.Uri): OpenLog | undefined {
    const known = this.get(uri);
    const of = logsOf(uri);
    if (known !== undefined || of === undefined || isResult(uri)) return known;
    const log = new OpenLog(uri, of, this.#kept.get(uri));
    log.onDidChange(() => {
      this.#draw(log);
    });
    this.#logs.set(logKey(uri), log);
    return log;
  }

  #listen(): void {
    const { workspace } = vscode;
    this.#life.own(
      workspace.onDidOpenTextDocument((document) => {
        this.#opened(document.uri);
      }),
    );
    this.#life.own(
      workspace.onDidCloseTextDocument(({ uri }) => {
        // Another language closes a document and opens it again.
        if (!isOpen(uri)) this.#end(uri);
      }),
    );
    this.#life.own(
      this.#options.current.onDidChange((cluster) => {
        this.#connected(cluster);
      }),
    );
    this.#listenToWindow();
  }

  #listenToWindow(): void {
    const { window } = vscode;
    this.#life.own(
      window.tabGroups.onDidChangeTabs(({ opened, closed }) => {
        for (const uri of closed.flatMap(logsIn)) if (!hasTab(uri)) this.#end(uri);
        for (const uri of opened.flatMap(logsIn)) this.#opened(uri);
      }),
    );
    this.#life.own(
      window.onDidChangeVisibleTextEditors(() => {
        for (const log of this.#logs.values()) {
          void log.look();
          this.#draw(log);
        }
      }),
    );
    this.#life.own(
      window.onDidChangeActiveTextEditor(() => {
        this.#tellActive();
      }),
    );
    this.#life.own(
      window.onDidChangeTextEditorVisibleRanges((event) => {
        const log = this.get(event.textEditor.document.uri);
        if (log === undefined) return;
        log.scrolled(event);
        this.#colours.draw(log, [event.textEditor]);
      }),
    );
  }

  /** A document was opened, or a tab of one that VS Code had kept. */
  #opened(uri: vscode.Uri): void {
    if (!isOpen(uri)) return;
    const log = this.#make(uri);
    if (log === undefined) return;
    if (!isAt(log, uri)) {
      leadOn(log, uri).catch((error: unknown) => {
        this.#options.log.warn(`Could not show ${log.of.name}: ${causeForLog(error)}`);
      });
      return;
    }
    void log.look();
    void this.#follow(log);
  }

  async #follow(log: OpenLog): Promise<void> {
    if (log.cluster !== undefined) return;
    const { clusters, current, log: said } = this.#options;
    try {
      const cluster = clusters.get(log.of.cluster) ?? (await current.connect());
      if (this.get(log.uri) === log) this.#lead(log, cluster);
    } catch (error) {
      if (isCancelled(error)) return;
      said.warn(`Could not follow ${log.of.name}: ${causeForLog(error)}`);
      log.say('lost', `Not connected: ${causeOf(error)}`);
    }
  }

  /** A document shows lines of its own cluster, and of no other that the window is led to. */
  #lead(log: OpenLog, cluster: Cluster): void {
    if (cluster.id === log.of.cluster) {
      log.follow(cluster);
      return;
    }
    log.leave();
    log.say(
      'lost',
      `Of ${clusterIdWords(log.of.cluster)}: the window is connected to ${clusterIdWords(cluster.id)}, so nothing more is read`,
    );
  }

  #connected(cluster: Cluster | undefined): void {
    for (const log of this.#logs.values()) {
      if (cluster !== undefined) {
        if (isWanted(log)) this.#lead(log, this.#options.clusters.get(log.of.cluster) ?? cluster);
      } else if (log.cluster?.signal.aborted === true) {
        log.leave();
        log.say('lost', `The connection to ${clusterIdWords(log.of.cluster)} was closed`);
      }
    }
  }

  /** Nothing more is read, and nothing is kept: whoever opens it again sees it as for the first time. */
  #end(uri: vscode.Uri): void {
    this.#results.delete(uri.toString());
    const log = this.get(uri);
    // It has another document by now.
    if (log !== undefined && !isAt(log, uri)) return;
    log?.dispose();
    this.#logs.delete(logKey(uri));
    if (!hasTab(uri)) this.#kept.drop(uri);
  }

  /** After a change: how it looks, what is kept of it, and whether it needs another document. */
  #draw(log: OpenLog): void {
    this.#colours.draw(log, log.editors);
    this.#kept.set(log);
    this.#tellActive();
    void this.#keepSmall(log);
  }

  /** Never rejects. */
  async #keepSmall(log: OpenLog): Promise<void> {
    try {
      if (!(await renew(log))) this.#end(log.uri);
    } catch (error) {
      this.#options.log.warn(`Could not go on with ${log.of.name} in another document: ${causeForLog(error)}`);
    }
  }

  /** What the buttons over the editor depend on. */
  #tellActive(): void {
    const { context } = this.#options;
    const uri = vscode.window.activeTextEditor?.document.uri;
    if (uri?.scheme !== schemes.logs) return;
    const log = this.get(uri);
    context.set('nomad.logsPaused', log?.isPaused === true);
    context.set('nomad.logsFollow', log?.follows !== false);
  }
}

/** Only the address of a text that nothing is added to has a number. */
function isResult({ fragment }: vscode.Uri): boolean {
  return fragment !== '';
}

function isAt(log: OpenLog, uri: vscode.Uri): boolean {
  return log.uri.toString() === uri.toString();
}

function isWanted(log: OpenLog): boolean {
  return hasTab(log.uri) || log.cluster !== undefined;
}

function logsIn(tab: vscode.Tab): readonly vscode.Uri[] {
  return urisOf(tab).filter(({ scheme }) => scheme === schemes.logs);
}
