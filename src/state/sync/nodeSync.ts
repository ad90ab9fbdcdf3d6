import { isAborted, raceSignal } from '../../base/cancel.ts';
import type { Clock } from '../../base/clock.ts';
import type { Disposable } from '../../base/lifetime.ts';
import type { Log } from '../../base/log.ts';
import { isNomadError } from '../../nomad/http/errors.ts';
import type { AllocationStub } from '../../nomad/types/allocation.ts';
import type { EventBatch } from '../../nomad/types/event.ts';
import { allocationFromStub } from '../tables/allocationRecords.ts';
import { Changes } from '../tables/changes.ts';
import type { ChangeSet } from '../tables/changes.ts';
import { nodeFromStub, nodeRecord, roomGiven, serverRecord } from '../tables/nodeRecords.ts';
import type { Room } from '../tables/nodeRecords.ts';
import type { PlacedClient } from '../tables/placedClient.ts';
import type { Store } from '../tables/store.ts';
import { EventStream } from './eventStream.ts';
import { asNomadError, logFailure, logFault } from './failures.ts';
import { Wake } from './wake.ts';

export interface NodeSyncOptions {
  readonly client: PlacedClient;
  /** The one whose allocations are shown; `*` for all. */
  readonly namespace: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** That of the cluster. */
  readonly signal: AbortSignal;
  readonly onChanges: (changes: ChangeSet) => void;
}

/** How often the servers are asked for, and the nodes where no events tell of them. */
const pollMs = 10_000;
/** No event tells that a node was garbage-collected, so the nodes are listed this often even with events. */
const relistMs = 10 * 60_000;
/** A view that is hidden for a moment only need not be read anew. */
const lingerMs = 30_000;
/** As many allocations as one node can sensibly have. */
const perPage = 1000;

/**
 * The nodes and servers of a cluster, kept up while somebody looks at them and read by nobody else. Their events come on a
 * stream of their own: a token that may not read nodes is refused such a stream as a whole.
 */
export class NodeSync {
  readonly #options: NodeSyncOptions;
  readonly #wake: Wake;
  #watchers = 0;
  #running: AbortController | undefined;
  #lingering: Disposable | undefined;
  #first: Promise<void> | undefined;
  #listIndex = 0;
  #round = 0;
  /** Whether events tell of changes at the moment. */
  #told = false;

  constructor(options: NodeSyncOptions) {
    this.#options = options;
    this.#wake = new Wake(options.clock);
    options.signal.addEventListener('abort', () => this.#lingering?.dispose(), { once: true });
  }

  /** Whether the nodes were listed. */
  get loaded(): boolean {
    return this.#listIndex > 0;
  }

  /**
   * The first list of nodes and servers.
   *
   * @throws {NomadError} where the nodes can't be listed; the next call tries again
   */
  load(): Promise<void> {
    this.#first ??= this.list().catch((error: unknown) => {
      this.#first = undefined;
      throw error;
    });
    return this.#first;
  }

  /** Keeps nodes and servers up until all that was returned so far is disposed. */
  watch(): Disposable {
    this.#watchers += 1;
    this.#lingering?.dispose();
    this.#running ??= this.#start();
    let ended = false;
    return {
      dispose: () => {
        if (ended) return;
        ended = true;
        this.#watchers -= 1;
        if (this.#watchers === 0) this.#linger();
      },
    };
  }

  /** Lists everything again now, where somebody looks. */
  refresh(): void {
    this.#wake.fire();
  }

  /**
   * Reads a whole node and what runs there.
   *
   * @throws {NomadError} of kind `notFound` for one that is gone, which is no longer in the store then; the signal's reason
   */
  async loadNode(id: string, signal: AbortSignal): Promise<void> {
    const { client, store, onChanges, namespace } = this.#options;
    const within = AbortSignal.any([signal, this.#options.signal]);
    const filter = `NodeID == ${JSON.stringify(id)}`;
    const place = { namespace: '*', region: undefined };
    try {
      const [node, allocations] = await Promise.all([
        client.nodes.read(id, { signal: within }),
        client.allocations.list({ ...place, filter, resources: true, perPage, signal: within }),
      ]);
      const alive = allocations.value.filter((stub) => isAlive(stub));
      const allocated = sumOf(alive.map(roomGiven));
      const changes = new Changes().add(store.apply('nodes', { ...nodeRecord(node.value), allocated }));
      const shown = allocations.value.filter((stub) => namespace === '*' || stub.Namespace === namespace);
      onChanges(changes.add(store.applyAll('allocations', shown.map(allocationFromStub))));
    } catch (error) {
      if (isNomadError(error, 'notFound')) onChanges(store.remove('nodes', id));
      throw error;
    }
  }

  #start(): AbortController {
    const running = new AbortController();
    const signal = AbortSignal.any([running.signal, this.#options.signal]);
    Promise.all([this.#follow(signal), this.#stream(signal).run()]).catch((error: unknown) => {
      if (!signal.aborted) logFault(this.#options.log, 'Following the nodes broke off', error);
    });
    return running;
  }

  #linger(): void {
    const { clock, signal } = this.#options;
    if (isAborted(signal)) return;
    this.#lingering = clock.timer(lingerMs, () => {
      this.#running?.abort();
      this.#running = undefined;
    });
  }

  /** Lists again whenever that is needed, until the signal aborts. */
  async #follow(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    let listedMs = 0;
    let fresh = false;
    while (!signal.aborted) {
      try {
        if (!fresh) {
          await raceSignal(this.#first === undefined ? this.load() : this.list(), signal);
          listedMs = clock.now();
        } else await raceSignal(this.#servers(), signal);
      } catch (error) {
        if (isAborted(signal)) return;
        logFailure(log, 'debug', 'Could not read the nodes', error);
      }
      const woken = await this.#wake.wait(pollMs, signal);
      fresh = !woken && this.#told && clock.now() - listedMs < relistMs;
    }
  }

  #stream(signal: AbortSignal): EventStream {
    const { client, namespace, clock, log } = this.#options;
    return new EventStream({
      ...{ client, namespace, clock, log, signal, topics: ['Node'] },
      onConnect: () => undefined,
      onJoined: () => undefined,
      onOpen: () => {
        this.#told = true;
        // What happened before that is not among its events.
        this.#wake.fire();
      },
      onHeard: () => undefined,
      onBatch: (batch) => {
        this.#apply(batch);
      },
      onUnreadable: () => {
        this.#wake.fire();
      },
      onEnd: () => {
        this.#told = false;
      },
    });
  }

  #apply(batch: EventBatch): void {
    const { store, onChanges } = this.#options;
    const changes = new Changes();
    for (const { Topic, Type, Payload } of batch.Events) {
      const node = Payload?.Node;
      if (Topic !== 'Node' || typeof node?.ID !== 'string') continue;
      if (Type === 'NodeDeregistration') changes.add(store.remove('nodes', node.ID, batch.Index));
      // What a stream repeats of a time before the list can't bring back what the list no longer has.
      else if (store.records('nodes').has(node.ID) || batch.Index > this.#listIndex) {
        changes.add(store.apply('nodes', nodeRecord(node)));
      }
    }
    onChanges(changes);
  }

  /**
   * Lists nodes and servers now.
   *
   * @throws {NomadError} where the nodes can't be listed
   */
  async list(): Promise<void> {
    const { client, store, onChanges, signal } = this.#options;
    const mark = store.beginSnapshot();
    try {
      const [{ value, meta }] = await Promise.all([client.nodes.list({ signal }), this.#servers()]);
      this.#listIndex = meta.index;
      onChanges(store.replace('nodes', value.map(nodeFromStub), mark, meta.index));
    } finally {
      store.endSnapshot(mark);
    }
  }

  /** The servers, as far as the token may see them; what it may not is left out and logged. */
  async #servers(): Promise<void> {
    const { client, store, onChanges, signal } = this.#options;
    const mark = store.beginSnapshot();
    try {
      const [members, leader, health] = await Promise.all([
        this.#optional('the servers', client.agent.members({ signal })),
        this.#optional('the leader', client.agent.leader({ signal })),
        this.#optional('the health of the servers', client.operator.autopilotHealth({ signal })),
      ]);
      this.#round += 1;
      const signs = { leader: leader?.value ?? '', health: health?.value, round: this.#round };
      const found = members?.value.Members ?? [];
      if (members !== undefined) {
        onChanges(
          store.replace(
            'servers',
            found.map((member) => serverRecord(member, signs)),
            mark,
          ),
        );
      }
    } finally {
      store.endSnapshot(mark);
    }
  }

  async #optional<T>(what: string, reading: Promise<T>): Promise<T | undefined> {
    try {
      return await reading;
    } catch (error) {
      if (!this.#options.signal.aborted)
        logFailure(this.#options.log, 'debug', `Could not read ${what}`, asNomadError(error));
      return undefined;
    }
  }
}

/** Whether it has a part of its node's room. */
function isAlive({ ClientStatus, DesiredStatus }: AllocationStub): boolean {
  return ['running', 'pending', 'unknown'].includes(ClientStatus) || (ClientStatus === '' && DesiredStatus === 'run');
}

function sumOf(rooms: readonly Room[]): Room {
  return rooms.reduce(
    (sum, { cpuMhz, memoryMib }) => ({ cpuMhz: sum.cpuMhz + cpuMhz, memoryMib: sum.memoryMib + memoryMib }),
    { cpuMhz: 0, memoryMib: 0 },
  );
}
