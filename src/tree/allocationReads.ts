import { isCancelled, raceSignal } from '../base/cancel.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { allocated } from '../wording/allocated.ts';
import type { Allocated } from '../wording/allocated.ts';
import type { Cluster } from '../state/clusters/cluster.ts';
import { placeOf } from '../state/tables/keys.ts';
import { readAllocation } from '../operations/allocations.ts';
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
    const limit = new AbortController();
    const timer = this.#clock.timer(patienceMs, () => {
      limit.abort();
    });
    try {
      const found = await this.#ask(row, AbortSignal.any([signal, limit.signal]));
      this.#keep(key, found);
      return found;
    } catch (error) {
      if (!isCancelled(error)) this.#log.debug(`Could not read allocation ${row.allocation}: ${causeForLog(error)}`);
      return undefined;
    } finally {
      timer.dispose();
    }
  }

  async #ask(row: AllocationRow | TaskRow, signal: AbortSignal): Promise<Allocated> {
    const reading = readAllocation(this.#cluster.client, row.allocation, placeOf(row.job), signal);
    return allocated(await raceSignal(reading, signal));
  }

  #keep(key: string, found: Allocated): void {
    this.#known.set(key, found);
    const [oldest] = this.#known.keys();
    if (this.#known.size > most && oldest !== undefined) this.#known.delete(oldest);
  }
}
