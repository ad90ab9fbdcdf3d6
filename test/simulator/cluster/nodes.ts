import { Lifetime, type Disposable } from '../../../src/base/lifetime.ts';
import {
  type DrainStrategy,
  type EvaluationRecord,
  type NodeRecord,
  isTerminal,
  keyOf,
  wireTime,
} from '../state/records.ts';
import type { Random } from '../state/random.ts';
import type { Store } from '../state/store.ts';
import type { Transaction } from '../state/transaction.ts';
import { Refusal } from './refusal.ts';

export interface NodeOptions {
  readonly name?: string;
  readonly datacenter?: string;
  readonly pool?: string;
  readonly drivers?: readonly string[];
  readonly cpu?: number;
  readonly memoryMb?: number;
}

export interface DrainSpec {
  /** Nanoseconds; 0 for none, negative for at once. */
  readonly Deadline?: number;
  readonly IgnoreSystemJobs?: boolean;
}

export interface NodeWrite {
  readonly NodeModifyIndex: number;
  readonly EvalIDs: readonly string[] | null;
  readonly EvalCreateIndex: number;
  readonly Index: number;
}

const signals =
  'SIGABRT,SIGALRM,SIGBUS,SIGCHLD,SIGCONT,SIGFPE,SIGHUP,SIGILL,SIGINT,SIGIO,SIGKILL,SIGPIPE,SIGPROF,SIGQUIT,SIGSEGV,' +
  'SIGSTOP,SIGSYS,SIGTERM,SIGTRAP,SIGTSTP,SIGTTIN,SIGTTOU,SIGUSR1,SIGUSR2,SIGWINCH,SIGXCPU,SIGXFSZ';

/** What can be done to, and happen to, nodes. */
export class NodeVerbs implements Disposable {
  readonly #store: Store;
  readonly #random: Random;
  readonly #version: string;
  readonly #lifetime = new Lifetime();

  constructor(store: Store, random: Random, version: string) {
    this.#store = store;
    this.#random = random;
    this.#version = version;
    this.#lifetime.own(
      store.onApplied((applied) => {
        if (applied.allocations.some(isTerminal)) this.#finishDrains();
      }),
    );
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  add(options: NodeOptions = {}): NodeRecord {
    const number = this.#store.nodes.size + 1;
    const name = options.name ?? `node-${String(number)}`;
    const node: NodeRecord = {
      ID: this.#random.uuid(),
      Name: name,
      Address: '127.0.0.1',
      HTTPAddr: '127.0.0.1:4646',
      Datacenter: options.datacenter ?? 'dc1',
      NodeClass: '',
      NodePool: options.pool ?? 'default',
      Version: this.#version,
      Status: 'ready',
      SchedulingEligibility: 'eligible',
      DrainStrategy: null,
      LastDrain: null,
      Attributes: {
        'kernel.name': 'linux',
        'cpu.arch': 'amd64',
        'cpu.numcores': '4',
        'os.name': 'debian',
        'nomad.version': this.#version,
        'nomad.service_discovery': 'true',
        'os.signals': signals,
        'unique.hostname': name,
      },
      Meta: {},
      cpu: options.cpu ?? 8000,
      memoryMb: options.memoryMb ?? 16384,
      diskMb: 100_000,
      drivers: options.drivers ?? ['docker', 'exec', 'java', 'mock_driver', 'raw_exec'],
      Events: [this.#event('Node registered', 'Cluster')],
      StatusUpdatedAt: Math.floor(this.#store.clock.now() / 1000),
      CreateIndex: 0,
      ModifyIndex: 0,
    };
    this.#store.apply('NodeRegistration', (tx) => tx.putNode(node));
    return node;
  }

  setEligibility(id: string, eligibility: string): NodeWrite {
    const node = this.#existing(id);
    if (eligibility !== 'eligible' && eligibility !== 'ineligible') {
      throw new Refusal(500, `invalid scheduling eligibility "${eligibility}"`);
    }
    if (eligibility === 'eligible' && node.DrainStrategy !== null) {
      throw new Refusal(500, "can not set node's scheduling eligibility to eligible while it is draining");
    }
    const message = `Node marked as ${eligibility} for scheduling`;
    const change = (tx: Transaction) =>
      tx.putNode(this.#withEvent({ ...node, SchedulingEligibility: eligibility }, message, 'Cluster'));
    return this.#write('NodeEligibility', change, eligibility === 'eligible' ? this.#systemJobs() : [], node.ID);
  }

  drain(id: string, spec: DrainSpec | null, markEligible: boolean): NodeWrite {
    const node = this.#existing(id);
    if (spec === null) return this.#stopDrain(node, markEligible);
    const startedAt = wireTime(this.#store.clock.now());
    const deadlineMs = (spec.Deadline ?? 0) / 1e6;
    const strategy: DrainStrategy = {
      Deadline: spec.Deadline ?? 0,
      IgnoreSystemJobs: spec.IgnoreSystemJobs ?? false,
      ForceDeadline: deadlineMs > 0 ? wireTime(this.#store.clock.now() + deadlineMs) : null,
      StartedAt: startedAt,
    };
    const keys = new Set<string>();
    const written = this.#write(
      'NodeDrain',
      (tx) => {
        const LastDrain = {
          StartedAt: startedAt,
          UpdatedAt: startedAt,
          Status: 'draining',
          AccessorID: '',
          Meta: null,
        };
        const drained = { ...node, DrainStrategy: strategy, SchedulingEligibility: 'ineligible', LastDrain };
        tx.putNode(this.#withEvent(drained, 'Node drain strategy set', 'Drain'));
        for (const allocation of this.#store.allocationsOn(id)) {
          const system = allocation.Job.Type === 'system' || allocation.Job.Type === 'sysbatch';
          if (isTerminal(allocation) || (system && strategy.IgnoreSystemJobs)) continue;
          tx.putAllocation({ ...allocation, DesiredTransition: { ...allocation.DesiredTransition, Migrate: true } });
          keys.add(keyOf(allocation));
        }
      },
      keys,
      id,
      'node-drain',
    );
    this.#finishDrains();
    return written;
  }

  /** The node misses its heartbeats: its allocations are lost. */
  fail(id: string): NodeWrite {
    return this.#setStatus(this.#existing(id), 'down', 'Node heartbeat missed');
  }

  recover(id: string): NodeWrite {
    return this.#setStatus(this.#existing(id), 'ready', 'Node re-registered');
  }

  /** Makes every job be evaluated that has to do with the node. */
  evaluate(id: string): NodeWrite {
    return this.#write('EvaluationUpdated', () => undefined, this.#jobsOn(this.#existing(id).ID), id);
  }

  #setStatus(node: NodeRecord, status: string, message: string): NodeWrite {
    const StatusUpdatedAt = Math.floor(this.#store.clock.now() / 1000);
    const changed = this.#withEvent({ ...node, Status: status, StatusUpdatedAt }, message, 'Cluster');
    const keys = new Set([...this.#jobsOn(node.ID), ...this.#systemJobs()]);
    return this.#write('NodeRegistration', (tx) => tx.putNode(changed), keys, node.ID);
  }

  #stopDrain(node: NodeRecord, markEligible: boolean): NodeWrite {
    const last = node.LastDrain === null ? null : { ...node.LastDrain, Status: 'canceled' };
    const changed = {
      ...node,
      DrainStrategy: null,
      LastDrain: node.DrainStrategy === null ? node.LastDrain : last,
      SchedulingEligibility: markEligible ? 'eligible' : node.SchedulingEligibility,
    };
    const change = (tx: Transaction) => tx.putNode(this.#withEvent(changed, 'Node drain disabled', 'Drain'));
    return this.#write('NodeDrain', change, markEligible ? this.#systemJobs() : [], node.ID);
  }

  #finishDrains(): void {
    for (const node of this.#store.nodes.values()) {
      if (node.DrainStrategy === null) continue;
      const ignoreSystem = node.DrainStrategy.IgnoreSystemJobs;
      const busy = this.#store
        .allocationsOn(node.ID)
        .some((item) => !isTerminal(item) && !(ignoreSystem && item.Job.Type === 'system'));
      if (busy) continue;
      const LastDrain = { ...node.LastDrain, Status: 'complete', UpdatedAt: wireTime(this.#store.clock.now()) };
      const done = this.#withEvent({ ...node, DrainStrategy: null, LastDrain }, 'Node drain complete', 'Drain');
      this.#store.apply('NodeDrain', (tx) => tx.putNode(done));
    }
  }

  #jobsOn(id: string): Set<string> {
    return new Set(
      this.#store
        .allocationsOn(id)
        .filter((allocation) => !isTerminal(allocation))
        .map(keyOf),
    );
  }

  #systemJobs(): string[] {
    return [...this.#store.jobs].filter(([, job]) => job.Type === 'system' && !job.Stop).map(([key]) => key);
  }

  #existing(id: string): NodeRecord {
    const node = this.#store.nodes.get(id);
    if (node === undefined) throw new Refusal(500, 'node not found');
    return node;
  }

  #write(
    type: string,
    change: (tx: Transaction) => void,
    keys: Iterable<string>,
    nodeId: string,
    triggeredBy = 'node-update',
  ): NodeWrite {
    const ids: string[] = [];
    const Index = this.#store.apply(type, (tx) => {
      change(tx);
      for (const key of keys) {
        const evaluation = this.#evaluation(key, nodeId, triggeredBy);
        if (evaluation !== undefined) ids.push(tx.putEvaluation(evaluation).ID);
      }
    });
    const made = ids.length > 0;
    return { NodeModifyIndex: Index, EvalIDs: made ? ids : null, EvalCreateIndex: made ? Index : 0, Index };
  }

  #evaluation(key: string, nodeId: string, triggeredBy: string): EvaluationRecord | undefined {
    const job = this.#store.jobs.get(key);
    if (job === undefined) return undefined;
    return {
      ID: this.#random.uuid(),
      Namespace: job.Namespace ?? 'default',
      Priority: job.Priority,
      Type: job.Type,
      TriggeredBy: triggeredBy,
      JobID: job.ID,
      NodeID: nodeId,
      Status: 'pending',
      CreateIndex: 0,
      ModifyIndex: 0,
    };
  }

  #event(Message: string, Subsystem: string) {
    const Timestamp = wireTime(this.#store.clock.now());
    return { Message, Subsystem, Details: null, Timestamp, CreateIndex: this.#store.index };
  }

  #withEvent(node: NodeRecord, message: string, subsystem: string): NodeRecord {
    return { ...node, Events: [...node.Events, this.#event(message, subsystem)].slice(-10) };
  }
}
