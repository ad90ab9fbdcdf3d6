import { isCancelled, raceSignal } from '../base/cancel.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { allocated } from '../wording/allocated.ts';
import type { Allocated } from '../wording/allocated.ts';
import type { Cluster } from '../state/clusters/cluster.ts';
import { placeOf } from '../state/tables/keys.ts';
import { readAllocation } from '../operations/allocations.ts';
import { readUsage } from '../operations/allocationState/readUsage.ts';
import { causeForLog } from '../platform/failure.ts';
import type { AllocationRow, TaskRow } from './rows.ts';

/** How long a tooltip waits for what the store doesn't have. */
const patienceMs = 2000;

/** How many allocations are remembered: the last ones that were looked at. */
const most = 100;

/** Reads what allocations were given, when somebody asks: for all of them it would be a lot to keep. */
export class AllocationReads {
  readonly #cluster: Cluster;
  readonly #clock: Clock;
  readonly #log: Log;
  /** By id and modify index. Nothing else of an allocation is kept: its job may hold secrets. */
  readonly #known = new Map<string, Allocated>();

  constructor(cluster: Cluster, { clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#cluster = cluster;
    this.#clock = clock;
    this.#log = log;
  }

  /**
   * What the allocation of a row was given; undefined if that can't be read soon enough, or the signal aborted. Never
   * rejects.
   */
  async read(row: AllocationRow | TaskRow, signal: AbortSignal): Promise<Allocated | undefined> {
    const { store, state } = this.#cluster;
    const record = store.allocations.get(row.allocation);
    if (record === undefined) return undefined;
    const key = `${record.id} ${String(record.modifyIndex)}`;
    const known = this.#known.get(key);
    if (known !== undefined || (state.kind !== 'live' && state.kind !== 'polling')) return known;
    return this.#within(signal, `allocation ${record.id}`, async (limited) => {
      const found = allocated(await readAllocation(this.#cluster.client, record.id, placeOf(row.job), limited));
      this.#keep(key, found);
      return found;
    });
  }

  /**
   * What the tasks of a row's allocation use now, asked of its node each time; undefined where nothing of it runs, and as in
   * {@link read}. Never rejects.
   */
  async used(row: AllocationRow | TaskRow, signal: AbortSignal): Promise<Allocated['used']> {
    const { store, state, client } = this.#cluster;
    const record = store.allocations.get(row.allocation);
    if (record?.clientStatus !== 'running' || (state.kind !== 'live' && state.kind !== 'polling')) return undefined;
    return this.#within(signal, `what ${record.id} uses`, async (limited) => {
      const { tasks } = await readUsage(client, record.id, placeOf(row.job), limited);
      return tasks;
    });
  }

  async #within<T>(
    signal: AbortSignal,
    what: string,
    work: (limited: AbortSignal) => Promise<T>,
  ): Promise<T | undefined> {
    const limit = new AbortController();
    const timer = this.#clock.timer(patienceMs, () => {
      limit.abort();
    });
    const limited = AbortSignal.any([signal, limit.signal]);
    try {
      return await raceSignal(work(limited), limited);
    } catch (error) {
      if (!isCancelled(error)) this.#log.debug(`Could not read ${what}: ${causeForLog(error)}`);
      return undefined;
    } finally {
      timer.dispose();
    }
  }

  #keep(key: string, found: Allocated): void {
    this.#known.set(key, found);
    const [oldest] = this.#known.keys();
    if (this.#known.size > most && oldest !== undefined) this.#known.delete(oldest);
  }
}
