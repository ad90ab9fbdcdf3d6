import * as vscode from 'vscode';
import { systemClock } from '../../base/clock.ts';
import { Emitter } from '../../base/events.ts';
import { Lifetime, type Disposable } from '../../base/lifetime.ts';
import {
  isLogLine,
  isOfAgent,
  type FollowedLog,
  type LogEntry,
  type LogFollower,
  type LogNoteKind,
  type LogPosition,
  type LogSource,
  type LogStream,
  type LogTarget,
} from '../../operations/logs/types.ts';
import type { Cluster } from '../../state/clusters/cluster.ts';
import type { LineRule } from '../../wording/logs/lineFilter.ts';
import { AtEnd } from './atEnd.ts';
import { followWhat, readOlder } from './following.ts';
import { LogLines, type LogView } from './logLines.ts';
import type { LogsOf } from './logUri.ts';
import { Painter } from './painter.ts';

/** How a person wants to see it; kept over a reload. */
export interface LogOptions {
  readonly streams: readonly LogStream[];
  /** Ids of allocations whose lines are left out. */
  readonly leftOut: readonly string[];
  readonly timestamps: boolean;
  readonly foldsJson: boolean;
  readonly rule: LineRule | undefined;
}

export const usualOptions: LogOptions = {
  streams: ['stdout', 'stderr'],
  leftOut: [],
  timestamps: false,
  foldsJson: true,
  rule: undefined,
};

/** Lines of one agent have no names before them, and come in one stream. */
const agentView: Pick<LogTarget, 'streams' | 'allocation'> = { streams: ['stdout'], allocation: '' };

/** So many lines are kept, and more where older ones were asked for. */
const mostLines = 20_000;

/** What is there is shown within this time, as a rule. */
const silenceMs = 2000;

/** So much of what is older is read at once, all logs together. */
const olderBytes = 512 * 1024;

/** The logs behind a document: what is followed, its lines, and how they come into the editor. */
export class OpenLog implements Disposable {
  readonly of: LogsOf;
  readonly lines: LogLines;
  readonly painter: Painter;
  #uri: vscode.Uri;
  readonly #life = new Lifetime();
  readonly #changed = this.#life.own(new Emitter<void>());
  /** Fires when how it is shown, or whether it is followed, is otherwise than before. */
  readonly onDidChange = this.#changed.event;
  readonly #atEnd = new AtEnd();
  /** Where each log goes on. */
  readonly #next = new Map<string, LogPosition>();
  readonly #colours = new Map<string, number>();
  #options: LogOptions;
  #follower: LogFollower | undefined;
  #cluster: Cluster | undefined;
  #paused = false;
  #silence: Disposable | undefined;

  constructor(uri: vscode.Uri, of: LogsOf, kept: Kept = {}) {
    this.#uri = uri;
    this.of = of;
    const { streams, allocation } = isOfAgent(of.target) ? agentView : of.target;
    this.#options = { ...usualOptions, ...(streams && { streams }), ...kept.options };
    for (const [key, position] of kept.from ?? []) this.#next.set(key, position);
    this.lines = new LogLines({
      ...{ most: mostLines, byAllocation: allocation === undefined, time: clockTime },
      ...{ view: this.#view(), bothStreams: this.#options.streams.length > 1 },
      onTooSlow: () => {
        this.#options = { ...this.#options, rule: undefined };
        this.say('failed', 'Looking for the expression takes too long, so all lines are shown');
      },
    });
    this.painter = this.#life.own(
      new Painter({
        ...{ uri, lines: this.lines, clock: systemClock, mayTrim: () => this.follows },
        onWillChange: (gone) => {
          this.#atEnd.willTrim(this.editors, gone);
        },
        onDidChange: () => {
          this.#atEnd.reveal(this.editors);
          this.#changed.fire();
        },
      }),
    );
    this.#life.onEnd(() => {
      this.leave();
    });
  }

  /** Of its document. */
  get uri(): vscode.Uri {
    return this.#uri;
  }

  /**
   * Another document takes the place of the one that it has.
   *
   * @param written how much was brought into it before
   */
  moveTo(uri: vscode.Uri, written = 0): void {
    this.#uri = uri;
    this.painter.moveTo(uri, written);
  }

  get options(): LogOptions {
    return this.#options;
  }

  get isPaused(): boolean {
    return this.#paused;
  }

  /** The cluster that is read from; nothing while none is. */
  get cluster(): Cluster | undefined {
    return this.#cluster;
  }

  get sources(): readonly FollowedLog[] {
    return this.#follower?.sources ?? [];
  }

  /** A number of its own for each allocation, in the order in which they came. */
  colourOf(source: LogSource): number {
    const key = source.kind === 'agent' ? source.key : source.allocation;
    let number = this.#colours.get(key);
    if (number === undefined) this.#colours.set(key, (number = this.#colours.size));
    return number;
  }

  /** Whether the end is shown as it grows. */
  get follows(): boolean {
    return this.#atEnd.follows(this.editors);
  }

  get editors(): readonly vscode.TextEditor[] {
    const uri = this.uri.toString();
    return vscode.window.visibleTextEditors.filter(({ document }) => document.uri.toString() === uri);
  }

  /** Follows the logs from where they were left; nothing where that is done already. */
  follow(cluster: Cluster): void {
    if (this.#cluster === cluster || this.#life.ended) return;
    this.leave();
    this.#cluster = cluster;
    const take = (entries: readonly LogEntry[]) => {
      if (this.#cluster === cluster) this.#take(entries);
    };
    this.#follower = followWhat(cluster, this.of, {
      ...{ take, positions: new Map(this.#next) },
      onSources: (sources) => {
        if (this.#cluster !== cluster) return;
        this.lines.join(sources.map(({ source }) => source));
        this.painter.changed();
        this.#changed.fire();
      },
    });
    this.#choose();
    this.#silence = systemClock.timer(silenceMs, () => {
      this.#tellSilence();
    });
  }

  /** An empty document would leave open whether it works. */
  #tellSilence(): void {
    if (this.lines.entries.length > 0) return;
    const { target } = this.of;
    const text = isOfAgent(target)
      ? `Nothing was logged since. An agent tells what it logs from now on, of level ${target.level} and above`
      : this.sources.length === 0
        ? 'No allocation yet'
        : 'Nothing is written yet';
    this.say('waiting', text);
  }

  /** Reads nothing any more, until it is followed again. */
  leave(): void {
    this.#silence?.dispose();
    this.#follower?.dispose();
    this.#follower = undefined;
    this.#cluster = undefined;
  }

  /** A line of ours. */
  say(kind: LogNoteKind, text: string): void {
    this.lines.add([{ kind, text, atMs: Date.now() }]);
    this.painter.changed();
  }

  set(options: Partial<LogOptions>): void {
    this.#options = { ...this.#options, ...options };
    this.lines.setBothStreams(this.#options.streams.length > 1);
    this.lines.setView(this.#view());
    this.#choose();
    this.painter.changed();
    this.#changed.fire();
  }

  /**
   * While it is paused the document stays as it is; what comes is kept, as far as there is room.
   *
   * @returns once the document changes no more, where it is paused
   */
  async pause(paused: boolean): Promise<void> {
    this.#paused = paused;
    const done = this.look();
    this.#changed.fire();
    await done;
  }

  clear(): void {
    this.lines.clear();
    this.painter.changed();
  }

  goToEnd(): void {
    void this.pause(false);
    this.#atEnd.go(this.editors);
    this.painter.changed();
  }

  /** Paints while somebody looks; resolves once nothing is painted any more, where nobody does. */
  look(): Promise<void> {
    const isSeen = this.editors.length > 0;
    const done = this.painter.hold(!isSeen || this.#paused);
    if (isSeen && !this.#paused) this.#atEnd.reveal(this.editors);
    return done;
  }

  scrolled(event: vscode.TextEditorVisibleRangesChangeEvent): void {
    if (!this.#atEnd.scrolled(event)) return;
    this.painter.changed();
    this.#changed.fire();
  }

  /**
   * Reads some of what is before the first line of each log.
   *
   * @returns how many lines; 0 where there are none
   * @throws NomadError; the signal's reason
   */
  async loadOlder(signal: AbortSignal): Promise<number> {
    const client = this.#cluster?.client;
    const logs = this.sources.flatMap(({ source }) =>
      source.kind !== 'agent' && this.accepts(source) ? [source] : [],
    );
    if (client === undefined || logs.length === 0) return 0;
    const before: LogEntry[] = [];
    let isAll = true;
    for (const log of logs) {
      const first = this.lines.entries.find((entry) => isLogLine(entry) && entry.source.key === log.key);
      const position = first !== undefined && isLogLine(first) ? first.position : this.#next.get(log.key);
      // What was before somebody made it shorter is of another text, and the positions with it.
      if (position === undefined || this.lines.entries.some((one) => isCleared(one, log))) continue;
      const bytes = Math.ceil(olderBytes / logs.length);
      const { lines, atStart } = await readOlder(client, log, position, { bytes, signal, nowMs: 0 });
      before.push(...lines);
      isAll &&= atStart;
    }
    this.lines.addBefore(before, isAll);
    this.painter.changed();
    return before.length;
  }

  /** Where each log goes on, for whoever keeps that over a reload. */
  get positions(): ReadonlyMap<string, LogPosition> {
    return this.#next;
  }

  dispose(): void {
    this.#life.dispose();
  }

  #take(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      if (!isLogLine(entry)) continue;
      const { source, position, next } = entry;
      // Only the last part of a log is read at first.
      if (!this.#next.has(source.key) && (position.file > 0 || position.offset > 0)) this.lines.tellOlder();
      this.#next.set(source.key, next);
    }
    this.lines.add(entries);
    this.painter.changed();
  }

  #choose(): void {
    this.#follower?.choose((source) => this.accepts(source));
  }

  /** Whether it is chosen to be shown. */
  accepts(source: LogSource): boolean {
    if (source.kind !== 'task') return true;
    const { streams, leftOut } = this.#options;
    return streams.includes(source.stream) && !leftOut.includes(source.allocation);
  }

  #view(): LogView {
    const { timestamps, foldsJson, rule } = this.#options;
    return { timestamps, foldsJson, rule, accepts: (source) => this.accepts(source) };
  }
}

function isCleared(entry: LogEntry, { key }: LogSource): boolean {
  return entry.kind === 'truncated' && entry.source?.key === key;
}

/** What is known of a document that was open when the window was loaded anew. */
export interface Kept {
  readonly options?: Partial<LogOptions>;
  /** Where the lines begin that were seen last. */
  readonly from?: Iterable<readonly [string, LogPosition]>;
}

/** `12:03:04.123`, in the zone of the person. */
function clockTime(ms: number): string {
  // When a line came that was there before nobody knows.
  if (ms === 0) return '-'.padEnd(12);
  const at = new Date(ms);
  const two = (part: number) => String(part).padStart(2, '0');
  const day = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':');
  return `${day}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}
