import type { Clock } from '../../../src/base/clock.ts';
import { Lifetime, type Disposable } from '../../../src/base/lifetime.ts';
import { Client } from '../client/client.ts';
import type { Outside } from '../runtime/outside.ts';
import { Runtime } from '../runtime/runtime.ts';
import { Scheduler } from '../scheduler/scheduler.ts';
import { isClientTerminal } from '../state/records.ts';
import { Random } from '../state/random.ts';
import { Store } from '../state/store.ts';
import { AgentLog } from './agentLog.ts';
import { AllocationVerbs } from './allocations.ts';
import { Children } from './children.ts';
import { DeploymentVerbs } from './deployments.ts';
import { DeploymentWatcher } from './deploymentWatcher.ts';
import { Drainer } from './drainer.ts';
import { Heartbeats } from './heartbeats.ts';
import { JobVerbs } from './jobs.ts';
import { NodeVerbs, type NodeWrite } from './nodes.ts';
import { type Scaling, scale } from './scaling.ts';
import { ServiceRegistry } from './services.ts';
import { VariableVerbs } from './variables.ts';

export interface ClusterOptions {
  readonly clock: Clock;
  readonly seed: number;
  readonly rawExec: boolean;
  /** Divides every delay, deadline and wait of jobs. */
  readonly speed: number;
  readonly nomad: '2.0' | '1.6';
  /** Jobs that share a ModifyIndex hide one another in the list of statuses, as up to 2.0.3. */
  readonly hidesTies?: boolean;
  readonly nodes: number;
  /** `global` by default. */
  readonly region?: string;
  readonly outside?: Outside | undefined;
}

export const versionTexts = { '2.0': '2.0.5', '1.6': '1.6.10' } as const;

/** How often a node says that it is there. */
const heartbeatMs = 15_000;

/** A whole cluster in memory: its state, its servers and its clients. */
export class Cluster {
  readonly options: ClusterOptions;
  /** Divides every delay, deadline and wait of jobs; may change at any time. */
  speed: number;
  readonly random: Random;
  readonly store: Store;
  readonly runtime: Runtime;
  readonly scheduler: Scheduler;
  readonly client: Client;
  readonly jobs: JobVerbs;
  readonly children: Children;
  readonly deployments: DeploymentVerbs;
  readonly allocations: AllocationVerbs;
  readonly nodes: NodeVerbs;
  readonly services: ServiceRegistry;
  readonly variables: VariableVerbs;
  readonly agentLog: AgentLog;
  readonly #lifetime = new Lifetime();
  /** When the cluster began. */
  readonly startedMs: number;
  readonly #purges = new Set<Disposable>();

  constructor(options: ClusterOptions) {
    this.options = options;
    this.speed = options.speed;
    this.startedMs = options.clock.now();
    this.random = new Random(options.seed);
    this.store = new Store(options.clock, options.nomad, options.region ?? 'global');
    const { rawExec, clock, outside } = options;
    this.runtime = new Runtime({ rawExec, clock, random: this.random.next, outside });
    const paceMs = this.paceMs;
    this.scheduler = this.#lifetime.own(new Scheduler(this.store, this.random, paceMs));
    this.client = this.#lifetime.own(new Client(this.store, this.runtime, this.random, paceMs, outside));
    this.jobs = new JobVerbs(this.store, this.random);
    this.children = this.#lifetime.own(new Children(this.store, this.jobs, this.random));
    this.deployments = new DeploymentVerbs(this.store, this.random);
    this.#lifetime.own(new DeploymentWatcher(this.store, this.deployments, paceMs));
    this.allocations = new AllocationVerbs(this.store, this.client, this.random);
    this.nodes = new NodeVerbs(this.store, this.random, this.version, paceMs);
    this.#lifetime.own(new Heartbeats(this.store, this.nodes, paceMs));
    this.#lifetime.own(new Drainer(this.store, this.random, paceMs));
    this.services = this.#lifetime.own(new ServiceRegistry(this.store));
    this.variables = this.#lifetime.own(new VariableVerbs(this.store, this.random, options.nomad === '1.6'));
    this.agentLog = this.#lifetime.own(new AgentLog(this.store));
    this.store.apply('NamespaceUpserted', (tx) => {
      const index = { CreateIndex: 0, ModifyIndex: 0 };
      tx.putNamespace({ Name: 'default', Description: 'Default shared namespace', Meta: null, ...index });
    });
    for (let count = 0; count < options.nodes; count += 1) this.nodes.add();
  }

  get region(): string {
    return this.store.region;
  }

  get version(): string {
    return this.options.hidesTies === true ? '2.0.3' : versionTexts[this.options.nomad];
  }

  /** A job's own milliseconds in the simulator's time. */
  readonly paceMs = (ms: number): number => ms / this.speed;

  scale(namespace: string, id: string, scaling: Scaling) {
    const { store, jobs } = this;
    return scale({ store, jobs, isOld: this.options.nomad === '1.6' }, namespace, id, scaling);
  }

  /** Removes a job, and its allocations as soon as their tasks have ended. */
  purge(namespace: string, id: string, priority?: number) {
    const ids = this.store.allocationsByJob.get(`${namespace}\0${id}`) ?? new Set<string>();
    const remembered = [...ids];
    const written = this.jobs.deregister(namespace, id, {
      purge: true,
      ...(priority === undefined ? {} : { priority }),
    });
    this.#removeSoon(remembered, 50);
    return written;
  }

  /** Removes what nothing refers to any more, as Nomad's garbage collection does when forced. */
  collectGarbage(): void {
    const done = [...this.store.jobs.values()].filter((job) => job.Status === 'dead');
    for (const job of done) {
      const key = `${job.Namespace ?? 'default'}\0${job.ID}`;
      const allocations = this.store.allocationsOf(key);
      if (!allocations.every(isClientTerminal)) continue;
      this.store.apply('JobBatchDeregistered', (tx) => {
        for (const allocation of allocations) tx.deleteAllocation(allocation);
        for (const evaluation of this.store.evaluationsOf(key)) this.store.evaluations.delete(evaluation.ID);
        tx.deleteJob(job);
      });
      for (const { ID } of allocations) this.client.forget(ID);
    }
  }

  async dispose(): Promise<void> {
    for (const timer of this.#purges) timer.dispose();
    this.#lifetime.dispose();
    await this.runtime.dispose();
  }

  /** Forgets a node. It is still there, so it registers again at its next heartbeat. */
  purgeNode(id: string): NodeWrite {
    const node = this.store.nodes.get(id);
    const answer = this.nodes.purge(id);
    if (node === undefined || node.Status === 'down') return answer;
    const timer = this.store.clock.timer(this.paceMs(heartbeatMs), () => {
      this.#purges.delete(timer);
      this.nodes.register(node);
    });
    this.#purges.add(timer);
    return answer;
  }

  #removeSoon(ids: readonly string[], rounds: number): void {
    if (ids.length === 0 || rounds === 0) return;
    const timer = this.store.clock.timer(this.paceMs(200), () => {
      this.#purges.delete(timer);
      const left = ids.filter((id) => {
        const allocation = this.store.allocations.get(id);
        return allocation !== undefined && !isClientTerminal(allocation);
      });
      const gone = ids.filter((id) => !left.includes(id)).flatMap((id) => this.store.allocations.get(id) ?? []);
      if (gone.length > 0) {
        this.store.apply('AllocationDeleted', (tx) => {
          for (const allocation of gone) tx.deleteAllocation(allocation);
        });
        for (const { ID } of gone) this.client.forget(ID);
      }
      this.#removeSoon(left, rounds - 1);
    });
    this.#purges.add(timer);
  }
}
