import { Emitter } from '../../../src/base/events.ts';
import type { NomadEvent } from '../../../src/nomad/types/event.ts';

/** One raft entry: its events, in lines that share the index. */
export interface EventEntry {
  readonly index: number;
  readonly lines: readonly (readonly NomadEvent[])[];
}

const maxEntries = 100;

/** The last raft entries, for streams that start in the past. */
export class EventBuffer {
  #entries: EventEntry[] = [];
  readonly #added = new Emitter<EventEntry>();

  readonly onAdded = this.#added.event;

  add(entry: EventEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length > maxEntries) this.#entries.shift();
    this.#added.fire(entry);
  }

  /**
   * Where a stream starts: with 0 the whole buffer, else at `index` or the nearest newer entry; an index in the future
   * means the newest entry.
   */
  since(index: number): readonly EventEntry[] {
    const from = this.#entries.findIndex((entry) => entry.index >= index);
    return from === -1 ? this.#entries.slice(-1) : this.#entries.slice(from);
  }

  /** Forgets what happened so far, as after a restart of the server. */
  drop(): void {
    this.#entries = [];
  }
}
