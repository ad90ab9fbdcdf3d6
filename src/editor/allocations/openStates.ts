import * as vscode from 'vscode';
import { isCancelled } from '../../base/cancel.ts';
import { Lifetime, type Disposable } from '../../base/lifetime.ts';
import type { Log } from '../../base/log.ts';
import { placeOfFault } from '../../base/log.ts';
import type { Allocation } from '../../nomad/types/allocation.ts';
import { schemes } from '../../platform/contributions.ts';
import { causeForLog, causeOf } from '../../platform/failure.ts';
import type { Cluster } from '../../state/clusters/cluster.ts';
import { clusterIdWords } from '../../state/clusters/clusterId.ts';
import type { CurrentCluster } from '../../state/clusters/current.ts';
import type { OpenClusters } from '../../state/clusters/openClusters.ts';
import { hasTab, isOpen, urisOf } from '../documents/tabs.ts';
import { OpenState } from './openState.ts';
import { StateLenses } from './stateLenses.ts';
import { StateLinks } from './stateLinks.ts';
import { stateOf, stateUri, type StateOf } from './stateUri.ts';

export interface OpenStatesOptions {
  readonly current: CurrentCluster;
  readonly clusters: OpenClusters;
  readonly log: Log;
  /** A moment in full, with its zone. */
  readonly moment: (ms: number) => string;
}

const notOne = 'The address of this document names no allocation. Close it and ask for it again.\n';

/** All documents about allocations. One is followed while a tab has it, and its node is asked while an editor shows it. */
export class OpenStates implements Disposable {
  readonly #options: OpenStatesOptions;
  readonly #life = new Lifetime();
  readonly #states = new Map<string, OpenState>();
  readonly #lenses: StateLenses;

  constructor(options: OpenStatesOptions) {
    this.#options = options;
    const get = (uri: vscode.Uri) => this.get(uri);
    this.#lenses = this.#life.own(new StateLenses(get));
    this.#life.own(new StateLinks(get));
    this.#listen();
    this.#life.onEnd(() => {
      for (const state of this.#states.values()) state.dispose();
    });
  }

  get(uri: vscode.Uri): OpenState | undefined {
    return this.#states.get(uri.toString());
  }

  /** Shows one, with what was read of it just now. */
  async show(of: StateOf, cluster: Cluster, read: Allocation): Promise<void> {
    const uri = stateUri(of);
    this.#make(uri)?.follow(cluster, read);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
    this.get(uri)?.look();
  }

  /** What VS Code reads as it opens a document. */
  text(uri: vscode.Uri): string {
    const state = this.#make(uri);
    return state === undefined ? notOne : [...state.lines().map(({ text }) => text), ''].join('\n');
  }

  dispose(): void {
    this.#life.dispose();
  }

  #make(uri: vscode.Uri): OpenState | undefined {
    const known = this.get(uri);
    const of = stateOf(uri);
    if (known !== undefined || of === undefined) return known;
    const { moment, log } = this.#options;
    const fail = (error: unknown) => {
      log.error(`Following ${of.name} broke off: ${placeOfFault(error)}`);
    };
    const state = new OpenState(uri, of, { moment, fail });
    state.onDidChange(() => {
      this.#lenses.changed(state);
    });
    this.#states.set(uri.toString(), state);
    return state;
  }

  #listen(): void {
    const { workspace, window } = vscode;
    this.#life.own(
      workspace.onDidOpenTextDocument(({ uri }) => {
        this.#opened(uri);
      }),
    );
    this.#life.own(
      workspace.onDidCloseTextDocument(({ uri }) => {
        // Another language closes a document and opens it again.
        if (!isOpen(uri)) this.#end(uri);
      }),
    );
    this.#life.own(
      window.tabGroups.onDidChangeTabs(({ opened, closed }) => {
        // VS Code keeps a document a while longer than its tab: then nothing is read any more.
        for (const uri of closed.flatMap(statesIn)) if (!hasTab(uri)) this.#end(uri);
        for (const uri of opened.flatMap(statesIn)) this.#opened(uri);
      }),
    );
    this.#life.own(
      window.onDidChangeVisibleTextEditors(() => {
        for (const state of this.#states.values()) state.look();
      }),
    );
    this.#life.own(
      this.#options.current.onDidChange((cluster) => {
        this.#connected(cluster);
      }),
    );
  }

  #opened(uri: vscode.Uri): void {
    if (!isOpen(uri)) return;
    const state = this.#make(uri);
    if (state === undefined) return;
    state.look();
    void this.#follow(state);
  }

  async #follow(state: OpenState): Promise<void> {
    if (state.cluster !== undefined) return;
    const { clusters, current, log } = this.#options;
    try {
      const cluster = clusters.get(state.of.cluster) ?? (await current.connect());
      if (this.get(state.uri) === state) this.#lead(state, cluster);
    } catch (error) {
      if (isCancelled(error)) return;
      log.warn(`Could not follow ${state.of.name}: ${causeForLog(error)}`);
      state.leave(`not connected: ${causeOf(error)}`);
    }
  }

  /** An allocation is one of its own cluster: of the same id, there is none on another. */
  #lead(state: OpenState, cluster: Cluster): void {
    if (cluster.id === state.of.cluster) {
      if (state.cluster !== cluster) state.follow(cluster);
      return;
    }
    const [own, other] = [clusterIdWords(state.of.cluster), clusterIdWords(cluster.id)];
    state.leave(`it is of ${own}, and the window is connected to ${other}`);
  }

  #connected(cluster: Cluster | undefined): void {
    for (const state of this.#states.values()) {
      if (cluster !== undefined) {
        if (hasTab(state.uri)) this.#lead(state, this.#options.clusters.get(state.of.cluster) ?? cluster);
      } else if (state.cluster?.signal.aborted === true) {
        state.leave(`the connection to ${clusterIdWords(state.of.cluster)} was closed`);
      }
    }
  }

  #end(uri: vscode.Uri): void {
    this.get(uri)?.dispose();
    this.#states.delete(uri.toString());
  }
}

function statesIn(tab: vscode.Tab): readonly vscode.Uri[] {
  return urisOf(tab).filter(({ scheme }) => scheme === schemes.events);
}
