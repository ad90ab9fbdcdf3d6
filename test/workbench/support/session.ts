import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Emitter } from '../../../src/base/events.ts';
import type { Cluster } from '../../../src/state/clusters/cluster.ts';
import type { ClusterState } from '../../../src/state/sync/clusterState.ts';
import { jobKey } from '../../../src/state/tables/keys.ts';
import type { AllocationRecord } from '../../../src/state/tables/records.ts';
import type { Store } from '../../../src/state/tables/store.ts';
import { commands, settingNames, type CommandId, type WelcomeState } from '../../../src/platform/contributions.ts';
import { causeOf } from '../../../src/platform/failure.ts';
import { Report } from '../../../src/platform/report.ts';
import { parseJobspec } from '../../simulator/hcl/parse.ts';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../simulator/simulator.ts';
import { closeEditors, openWorkbench, setSetting, type OpenWorkbench } from './host.ts';
import { Messages } from './messages.ts';
import { ScriptedAsk } from './scriptedAsk.ts';
import { eventually, when, type AnyEvent } from './when.ts';

export interface Request {
  readonly method: string;
  readonly path: string;
}

/** The extension of this host with a person at it whose answers are known. Suites use it one after another. */
export class Session {
  readonly workbench: OpenWorkbench;
  readonly ask = new ScriptedAsk();
  readonly messages = new Messages();
  readonly #before: Pick<OpenWorkbench, 'ask' | 'report' | 'isTrusted'>;

  private constructor(workbench: OpenWorkbench) {
    this.workbench = workbench;
    this.#before = { ask: workbench.ask, report: workbench.report, isTrusted: workbench.isTrusted };
    workbench.ask = this.ask;
    workbench.report = new Report(workbench.log, this.messages.show);
  }

  static async open(): Promise<Session> {
    return new Session(await openWorkbench());
  }

  /** The cluster of the moment. */
  get cluster(): Cluster {
    const cluster = this.workbench.current.get();
    assert.ok(cluster, 'no cluster is open');
    return cluster;
  }

  /** Why there are no rows, or old ones, in the words of the status bar and the log. */
  cause(): string {
    const { current } = this.workbench;
    const state = current.get()?.state;
    return causeOf(state?.kind === 'failed' || state?.kind === 'stale' ? state.error : current.lastError);
  }

  /** Leaves the cluster and its address, whatever state they are in. */
  async leave(): Promise<void> {
    this.workbench.current.disconnect();
    await setSetting('nomad.address', undefined);
    // The change of the setting may have connected again.
    this.workbench.current.disconnect();
  }

  /** Leads the extension to an address and waits for the first rows. */
  async connect(address: string): Promise<Cluster> {
    await setSetting('nomad.address', address);
    const cluster = await this.workbench.current.connect();
    await cluster.ready(AbortSignal.timeout(10_000));
    return this.state('live');
  }

  /** Leads the extension to an address that may have no cluster. */
  async tryToConnect(address: string): Promise<void> {
    await setSetting('nomad.address', address);
    await this.workbench.current.connect().catch(() => undefined);
  }

  /** Waits for a state of the cluster. */
  async state(kind: ClusterState['kind']): Promise<Cluster> {
    const { current } = this.workbench;
    await when(`the cluster is ${kind}`, [this.#changes], () => current.get()?.state.kind === kind);
    return this.cluster;
  }

  /** Waits for the welcome view, or with `ready` for the rows, that a person sees. */
  async welcome(state: WelcomeState): Promise<void> {
    await eventually(`the welcome view ${state}`, () => this.workbench.context.get('nomad.state') === state);
  }

  /** Waits until the store has what is looked for. */
  until<T>(what: string, read: (store: Store) => T | undefined | false): Promise<T> {
    const { cluster } = this;
    const events = [cluster.onDidChange, cluster.onDidChangeState].map(
      (event) => (listener: () => void) => event(listener),
    );
    return when(what, events, () => read(cluster.store));
  }

  /** The running allocations of a job, once there are as many. */
  running(id: string, count = 1): Promise<AllocationRecord[]> {
    return this.until(`${id} has ${String(count)} running`, (store) => {
      const running = store.allocationsOf(jobKey('default', id)).filter((one) => one.clientStatus === 'running');
      return running.length === count && running;
    });
  }

  /** Whatever becomes of the cluster, of this one and of those after it. */
  readonly #changes: AnyEvent = (listener) => {
    const { current } = this.workbench;
    let states = current.get()?.onDidChangeState(listener);
    const others = current.onDidChange((cluster) => {
      states?.dispose();
      states = cluster?.onDidChangeState(listener);
      listener();
    });
    return {
      dispose: () => {
        states?.dispose();
        others.dispose();
      },
    };
  };

  /** Runs one of our commands to its end. */
  async run(command: keyof typeof commands, ...args: unknown[]): Promise<void> {
    const id: CommandId = commands[command];
    await vscode.commands.executeCommand(id, ...args);
  }

  clear(): void {
    this.ask.clear();
    this.messages.clear();
  }

  /** Leaves everything as it was found. */
  async close(): Promise<void> {
    await closeEditors();
    this.workbench.current.disconnect();
    for (const name of settingNames) await setSetting(name, undefined);
    this.workbench.current.disconnect();
    this.workbench.filter.clear();
    Object.assign(this.workbench, this.#before);
  }
}

/** A simulated cluster that remembers what it was asked. */
export interface TestCluster extends Simulator {
  readonly requests: Request[];
  /** Fires with each request. */
  readonly onRequest: Emitter<Request>['event'];
  /** Registers a job as somebody else would, and returns its index. */
  register(source: string, variables?: string): Promise<number>;
}

export async function startCluster(options: SimulatorOptions = {}): Promise<TestCluster> {
  const simulator = await startSimulator({ speed: 20, ...options });
  const requests: Request[] = [];
  const asked = new Emitter<Request>();
  const take = simulator.faults.take.bind(simulator.faults);
  simulator.faults.take = (method, path) => {
    requests.push({ method, path });
    asked.fire({ method, path });
    return take(method, path);
  };
  const register = async (source: string, variables = '') => {
    const parsed = await parseJobspec({ hcl: source, variables, canonicalize: true, version: '2.0' });
    if ('error' in parsed) throw new Error(parsed.error);
    const submission = { Source: source, Format: 'hcl2', VariableFlags: null, Variables: variables };
    return simulator.cluster.jobs.register({ job: parsed.job, submission }).JobModifyIndex;
  };
  return { ...simulator, requests, onRequest: asked.event, register };
}
