import { isNomadError } from '../../nomad/http/errors.ts';
import { placeOf } from '../../state/tables/keys.ts';
import type { AllocationRecord } from '../../state/tables/records.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';
import { readAllocationsOfJob } from '../allocations.ts';
import { LineAssembler } from './lineAssembler.ts';
import type { LinePattern, Range } from './linePattern.ts';
import { verdictOn, wordsOf } from './logErrors.ts';
import { logPieces } from './logPieces.ts';
import { Slots } from '../../base/slots.ts';
import { logsOf } from './taskLife.ts';
import type { LogLine, LogTarget, TaskLog } from './types.ts';

/** So many logs are read at once: a search must not take all connections there are. */
const maxReaders = 4;
/** Lines are looked through so many at a time. */
const batchLines = 2000;
/** Of a line that is longer, the rest is not looked through. */
const maxLineBytes = 64 * 1024;

/** A line in which a pattern was found. */
export interface LogMatch {
  readonly line: LogLine;
  /** Where in its text. */
  readonly ranges: readonly Range[];
}

/** A log that could not be looked through, and why, in Nomad's words. */
export interface UnreadLog {
  readonly source: TaskLog;
  readonly why: string;
}

export interface LogSearch {
  readonly pattern: LinePattern;
  readonly signal: AbortSignal;
  /** Told of the matches of a log in their order, a few at a time; of several logs by turns. */
  readonly onMatches: (matches: readonly LogMatch[]) => unknown;
  /** How many of the logs are done. */
  readonly onProgress?: ((done: number, all: number) => unknown) | undefined;
  /** Ends the search; 10,000 where undefined. */
  readonly maxMatches?: number | undefined;
}

export interface SearchResult {
  readonly logs: number;
  readonly lines: number;
  readonly bytes: number;
  readonly matches: number;
  /** There may be more: the search ended with as many matches as were asked for. */
  readonly truncated: boolean;
  readonly unread: readonly UnreadLog[];
}

/**
 * Looks through the logs of a job, a group, an allocation or a task: of all allocations that Nomad still knows, the dead
 * ones too, and all files of each log. What can't be read is told in the result.
 *
 * @throws {NomadError} where the allocations can't be listed, or no log may be read; {@link UserError} of the pattern; the
 *   signal's reason
 */
export async function searchLogs(client: PlacedClient, target: LogTarget, search: LogSearch): Promise<SearchResult> {
  const sources = await sourcesOf(client, target, search.signal);
  return new Search(client, sources, search).run();
}

async function sourcesOf(client: PlacedClient, target: LogTarget, signal: AbortSignal): Promise<readonly TaskLog[]> {
  const { job, region, group, allocation, task, streams = ['stdout', 'stderr'] } = target;
  const place = placeOf(job, region);
  const all = await readAllocationsOfJob(client, job.slice(place.namespace.length + 1), place, signal);
  const isMeant = (one: AllocationRecord) => (group ?? one.group) === one.group && (allocation ?? one.id) === one.id;
  return all.filter(isMeant).flatMap((one) => {
    const tasks = (one.tasks ?? []).map(({ name }) => name).filter((name) => (task ?? name) === name);
    return logsOf(one, { region, tasks }, streams);
  });
}

class Search {
  readonly #client: PlacedClient;
  readonly #sources: readonly TaskLog[];
  readonly #search: LogSearch;
  readonly #max: number;
  /** Aborts with the first failure, and when enough was found. */
  readonly #enough = new AbortController();
  #done = 0;
  #lines = 0;
  #bytes = 0;
  #matches = 0;
  readonly #unread: UnreadLog[] = [];

  constructor(client: PlacedClient, sources: readonly TaskLog[], search: LogSearch) {
    this.#client = client;
    this.#sources = sources;
    this.#search = search;
    this.#max = search.maxMatches ?? 10_000;
  }

  async run(): Promise<SearchResult> {
    const { signal } = this.#search;
    const both = AbortSignal.any([signal, this.#enough.signal]);
    const slots = new Slots(maxReaders);
    const reading = this.#sources.map((source) =>
      slots
        .use(both, 'soon', () => this.#read(source, both))
        .catch((error: unknown) => {
          if (both.aborted) return;
          this.#enough.abort(error);
        }),
    );
    await Promise.all(reading);
    signal.throwIfAborted();
    const truncated = this.#matches >= this.#max;
    if (!truncated) this.#enough.signal.throwIfAborted();
    const { length: logs } = this.#sources;
    return { logs, lines: this.#lines, bytes: this.#bytes, matches: this.#matches, truncated, unread: this.#unread };
  }

  async #read(source: TaskLog, signal: AbortSignal): Promise<void> {
    try {
      await this.#through(source, signal);
    } catch (error) {
      if (!isNomadError(error)) throw error;
      const verdict = verdictOn(error, { phase: 'over', restarts: 0 });
      // What may not be read here may be read nowhere: all are in one namespace.
      if (verdict === 'denied') throw error;
      if (verdict !== 'none') this.#unread.push({ source, why: wordsOf(error) });
    }
    this.#done += 1;
    if (!signal.aborted) this.#search.onProgress?.(this.#done, this.#sources.length);
  }

  async #through(source: TaskLog, signal: AbortSignal): Promise<void> {
    const assembler = new LineAssembler(source, maxLineBytes);
    let batch: LogLine[] = [];
    for await (const piece of logPieces(this.#client, source, 'start', { follow: false, signal })) {
      if (piece.kind !== 'data') continue;
      this.#bytes += piece.data.byteLength;
      batch.push(...assembler.push(piece.position, piece.data, Date.now()));
      if (batch.length < batchLines) continue;
      await this.#lookThrough(batch);
      batch = [];
    }
    const rest = assembler.flush(Date.now(), true);
    if (rest !== undefined) batch.push(rest);
    if (!signal.aborted) await this.#lookThrough(batch);
  }

  async #lookThrough(batch: readonly LogLine[]): Promise<void> {
    this.#lines += batch.length;
    const found = this.#search.pattern.find(batch.map(({ text }) => text));
    const matches = batch.flatMap((line, at): LogMatch[] => {
      const ranges = found[at] ?? [];
      // A copy, since a line is a part of the text that it came with, all of which it would hold on to.
      return ranges.length > 0 ? [{ line: { ...line, text: Buffer.from(line.text).toString() }, ranges }] : [];
    });
    const fitting = matches.slice(0, Math.max(0, this.#max - this.#matches));
    this.#matches += fitting.length;
    if (fitting.length > 0) await this.#search.onMatches(fitting);
    if (this.#matches >= this.#max) this.#enough.abort();
  }
}
