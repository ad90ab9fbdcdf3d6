import { isLogLine } from './types.ts';
import type { LogEntry, LogPosition } from './types.ts';

/** What is kept of logs that are followed, where nothing else is asked for. */
export const ringLimits = { entries: 100_000, bytes: 64 * 1024 * 1024 } as const;

/** What an entry takes beside its text. */
const overheadBytes = 200;

export interface RingLimits {
  readonly entries: number;
  /** Of memory, about. */
  readonly bytes: number;
}

/**
 * The newest entries of logs that are followed, up to a number and a size. Each has a number of its own, counted from 0
 * since the start; what was dropped is known by number, and by where each log goes on in what is kept.
 */
export class LogRing implements Iterable<LogEntry> {
  readonly limits: RingLimits;
  #entries: LogEntry[] = [];
  /** In the list, of the oldest that is kept. */
  #head = 0;
  #first = 0;
  #bytes = 0;
  #droppedLines = 0;
  readonly #oldest = new Map<string, LogPosition>();

  constructor(limits: RingLimits = ringLimits) {
    this.limits = limits;
  }

  /** How many there are. */
  get size(): number {
    return this.#entries.length - this.#head;
  }

  /** The number of the oldest. */
  get first(): number {
    return this.#first;
  }

  /** The number of the one that comes next. */
  get next(): number {
    return this.#first + this.size;
  }

  /** What they take, about. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Lines that are no longer kept. */
  get droppedLines(): number {
    return this.#droppedLines;
  }

  /** Takes what is newer than all it has. Returns how many it dropped for it. */
  push(entries: readonly LogEntry[]): number {
    for (const entry of entries) {
      this.#entries.push(entry);
      this.#bytes += sizeOf(entry);
      if (isLogLine(entry) && !this.#oldest.has(entry.source.key)) this.#oldest.set(entry.source.key, entry.position);
    }
    const before = this.#first;
    while (this.size > this.limits.entries || (this.#bytes > this.limits.bytes && this.size > 1)) this.#drop();
    if (this.#head > 1024 && this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
    return this.#first - before;
  }

  /** The entry of a number, if it is kept. */
  at(number: number): LogEntry | undefined {
    return number < this.#first ? undefined : this.#entries[this.#head + number - this.#first];
  }

  /** Those from a number on. */
  from(number: number): readonly LogEntry[] {
    return this.#entries.slice(this.#head + Math.max(0, number - this.#first));
  }

  /** Where what is kept of a log begins, by its key: older lines are before that. */
  beginningOf(key: string): LogPosition | undefined {
    return this.#oldest.get(key);
  }

  /** Drops all. The numbers go on, and what was before is older than what comes. */
  clear(): void {
    while (this.size > 0) this.#drop();
    this.#entries = [];
    this.#head = 0;
  }

  *[Symbol.iterator](): Iterator<LogEntry> {
    yield* this.from(this.#first);
  }

  #drop(): void {
    const entry = this.#entries[this.#head];
    if (entry === undefined) return;
    // The list keeps its length for a while, but not what was in it.
    this.#entries[this.#head] = undefined as unknown as LogEntry;
    this.#head += 1;
    this.#first += 1;
    this.#bytes -= sizeOf(entry);
    if (!isLogLine(entry)) return;
    this.#droppedLines += 1;
    this.#oldest.set(entry.source.key, entry.next);
  }
}

function sizeOf(entry: LogEntry): number {
  return entry.text.length * 2 + overheadBytes;
}
