import { type DrainStrategy, type NodeRecord, wireTime } from '../state/records.ts';
import type { Random } from '../state/random.ts';
import type { Store } from '../state/store.ts';
import type { Transaction } from '../state/transaction.ts';
import { canDisconnect } from '../scheduler/away.ts';
import { evaluateJobs, jobsOf } from './nodeEvaluation.ts';
import { nodeEvent, secondsTime, withEvent } from './nodeEvents.ts';
import { ensurePool } from './nodePools.ts';
import { Refusal } from './refusal.ts';

export interface NodeOptions {
  readonly name?: string;
  readonly datacenter?: string;
  readonly pool?: string;
  readonly nodeClass?: string;
  readonly meta?: Readonly<Record<string, string>>;
  readonly drivers?: readonly string[];
  readonly cpu?: number;
  readonly memoryMb?: number;
}

export interface DrainSpec {
  /** Nanoseconds; 0 for none, negative for at once. */
  readonly Deadline?: number;
  readonly IgnoreSystemJobs?: boolean;
}

/** Who asks for a drain, and what is to be kept with it. */
export interface DrainCause {
  readonly accessor?: string;
  readonly meta?: Readonly<Record<string, string>> | null;
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
export class NodeVerbs {
  readonly #store: Store;
  readonly #random: Random;
  readonly #version: string;
  readonly #paceMs: (ms: number) => number;
  #added = 0;

  constructor(store: Store, random: Random, version: string, paceMs: (ms: number) => number) {
    this.#store = store;
    this.#random = random;
    this.#version = version;
    this.#paceMs = paceMs;
  }

  add(options: NodeOptions = {}): NodeRecord {
    this.#added += 1;
    const name = options.name ?? `node-${String(this.#added)}`;
    const node: NodeRecord = {
      ID: this.#random.uuid(),
      Name: name,
      Address: '127.0.0.1',
      HTTPAddr: '127.0.0.1:4646',
      region: this.#store.region,
      Datacenter: options.datacenter ?? 'dc1',
      NodeClass: options.nodeClass ?? '',
      NodePool: options.pool ?? 'default',
      Version: this.#version,
      Status: 'ready',
      SchedulingEligibility: 'eligible',
      DrainStrategy: null,
      LastDrain: null,
      Attributes: attributesOf(name, this.#version),
      Meta: options.meta ?? {},
      cpu: options.cpu ?? 8000,
      memoryMb: options.memoryMb ?? 16384,
      diskMb: 100_000,
      drivers: options.drivers ?? ['docker', 'exec', 'java', 'mock_driver', 'raw_exec'],
      Events: [{ ...nodeEvent(this.#store, 'Node registered', 'Cluster'), CreateIndex: 0 }],
      StatusUpdatedAt: Math.floor(this.#store.clock.now() / 1000),
      CreateIndex: 0,
      ModifyIndex: 0,
    };
    this.#store.apply('NodeRegistration', (tx) => {
      ensurePool(tx, node.NodePool);
      tx.putNode(node);
    });
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
    const unchanged = { NodeModifyIndex: 0, EvalIDs: null, EvalCreateIndex: 0, Index: 0 };
    if (node.SchedulingEligibility === eligibility) return unchanged;
    const event = nodeEvent(this.#store, `Node marked as ${eligibility} for scheduling`, 'Cluster');
    const change = (tx: Transaction) => tx.putNode(withEvent({ ...node, SchedulingEligibility: eligibility }, event));
    return {
      ...this.#write(
        this.#store.nomad === '1.6' ? 'NodeDrain' : 'NodeEligibility',
        change,
        node.ID,
        eligibility === 'eligible',
      ),
      NodeModifyIndex: 0,
    };
  }

  /** Starts a drain, changes one that goes on, or with null for `spec` ends it. */
  drain(id: string, spec: DrainSpec | null, markEligible: boolean, cause: DrainCause = {}): NodeWrite {
    const node = this.#existing(id);
    const nowMs = this.#store.clock.now();
    const DrainStrategy = spec === null ? null : this.#strategy(node, spec, nowMs);
    const SchedulingEligibility = spec === null ? afterDrain(node, markEligible) : 'ineligible';
    const LastDrain = lastDrain(node, DrainStrategy, cause, nowMs);
    const changed = { ...node, DrainStrategy, SchedulingEligibility, LastDrain, StatusUpdatedAt: seconds(nowMs) };
    const message = drainMessage(node.DrainStrategy !== null, DrainStrategy !== null);
    const eventful = message === undefined ? changed : withEvent(changed, nodeEvent(this.#store, message, 'Drain'));
    const evaluates = node.SchedulingEligibility === 'ineligible' && markEligible && spec === null;
    return this.#write('NodeDrain', (tx) => tx.putNode(eventful), id, evaluates);
  }

  #strategy(node: NodeRecord, spec: DrainSpec, nowMs: number): DrainStrategy {
    const deadlineMs = (spec.Deadline ?? 0) / 1e6;
    return {
      Deadline: spec.Deadline ?? 0,
      IgnoreSystemJobs: spec.IgnoreSystemJobs ?? false,
      ForceDeadline: deadlineMs > 0 ? wireTime(nowMs + this.#paceMs(deadlineMs)) : null,
      StartedAt: node.DrainStrategy?.StartedAt ?? wireTime(nowMs),
    };
  }

  /** The node misses its heartbeats: its allocations are lost, except those that may be away for a while. */
  fail(id: string): NodeWrite {
    const node = this.#existing(id);
    const { nomad, clock } = this.#store;
    const times = { nomad, nowMs: clock.now(), paceMs: this.#paceMs };
    const isWaited = node.Status !== 'down' && canDisconnect(this.#store.allocationsOn(id), times);
    return this.#setStatus(
      { ...node, lastMissedHeartbeatIndex: this.#store.index + 1 },
      isWaited ? 'disconnected' : 'down',
      'Node heartbeat missed',
    );
  }

  recover(id: string): NodeWrite {
    return this.#setStatus(this.#existing(id), 'ready', 'Node re-registered');
  }

  /** Makes every job be evaluated that has to do with the node. */
  evaluate(id: string): NodeWrite {
    const node = this.#existing(id);
    let ids: string[] = [];
    const Index = this.#store.apply('EvaluationUpdated', (tx) => {
      ids = evaluateJobs(tx, this.#random, jobsOf(this.#store, node.ID), { nodeId: id, triggeredBy: 'node-update' });
    });
    const made = ids.length > 0;
    return { NodeModifyIndex: 0, EvalIDs: made ? ids : null, EvalCreateIndex: made ? Index : 0, Index };
  }

  /** Forgets a node; what runs there is lost to the servers. */
  purge(id: string): NodeWrite {
    const node = this.#existing(id);
    return this.#write(
      'NodeDeregistration',
      (tx) => {
        tx.deleteNode(node);
      },
      id,
      true,
    );
  }

  /** Takes a node in that was forgotten. */
  register(node: NodeRecord): NodeWrite {
    const fresh: NodeRecord = { ...node, DrainStrategy: null, LastDrain: null, SchedulingEligibility: 'eligible' };
    return this.#setStatus(fresh, 'ready', 'Node registered');
  }

  #setStatus(node: NodeRecord, status: string, message: string): NodeWrite {
    const StatusUpdatedAt = seconds(this.#store.clock.now());
    const event = nodeEvent(this.#store, message, 'Cluster');
    const changed = withEvent({ ...node, Status: status, StatusUpdatedAt }, event);
    return this.#write('NodeRegistration', (tx) => tx.putNode(changed), node.ID, true);
  }

  #existing(id: string): NodeRecord {
    const node = this.#store.nodes.get(id);
    if (node === undefined) throw new Refusal(500, 'node not found');
    return node;
  }

  /** One entry for the node and, where the scheduler has to look at its jobs again, one more for that. */
  #write(type: string, change: (tx: Transaction) => void, nodeId: string, evaluates: boolean): NodeWrite {
    const Index = this.#store.apply(type, change);
    const keys = evaluates ? jobsOf(this.#store, nodeId) : new Set<string>();
    let ids: string[] = [];
    if (keys.size > 0) {
      this.#store.apply('EvaluationUpdated', (tx) => {
        ids = evaluateJobs(tx, this.#random, keys, { nodeId, triggeredBy: 'node-update' });
      });
    }
    const made = ids.length > 0;
    const EvalCreateIndex = made ? (this.#store.evaluations.get(ids[0] ?? '')?.CreateIndex ?? 0) : 0;
    return { NodeModifyIndex: Index, EvalIDs: made ? ids : null, EvalCreateIndex, Index };
  }
}

function attributesOf(name: string, version: string): Record<string, string> {
  return {
    'kernel.name': 'linux',
    'cpu.arch': 'amd64',
    'cpu.numcores': '4',
    'os.name': 'debian',
    'nomad.version': version,
    'nomad.service_discovery': 'true',
    'os.signals': signals,
    'unique.hostname': name,
    'unique.storage.volume': '/dev/sda',
  };
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}

function afterDrain(node: NodeRecord, markEligible: boolean): string {
  return markEligible ? 'eligible' : node.SchedulingEligibility;
}

function drainMessage(was: boolean, is: boolean): string | undefined {
  if (is) return was ? 'Node drain strategy updated' : 'Node drain strategy set';
  return was ? 'Node drain disabled' : undefined;
}

function lastDrain(
  node: NodeRecord,
  strategy: DrainStrategy | null,
  { accessor = 'token:acls-disabled', meta = null }: DrainCause,
  nowMs: number,
): Record<string, unknown> | null {
  const UpdatedAt = secondsTime(nowMs);
  const before = node.DrainStrategy === null ? undefined : (node.LastDrain ?? undefined);
  if (strategy === null) {
    if (before === undefined) return node.LastDrain;
    return { ...before, UpdatedAt, Status: 'canceled', AccessorID: accessor, ...(meta === null ? {} : { Meta: meta }) };
  }
  const StartedAt = before?.['StartedAt'] ?? UpdatedAt;
  return { StartedAt, UpdatedAt, Status: 'draining', AccessorID: accessor, Meta: meta ?? before?.['Meta'] ?? null };
}
