import type { LogEntry, LogLine, LogNote, LogSource, LogStream } from '../../operations/logs/types.ts';
import { isLogLine } from '../../operations/logs/types.ts';
import { LinePattern } from '../../operations/logs/linePattern.ts';
import { LineFilter, mindsCapitals, type LineRule } from '../../wording/logs/lineFilter.ts';
import { bars, lineText, wordsOf } from '../../wording/logs/lineText.ts';
import { LogNames } from '../../wording/logs/logNames.ts';

/** How a person wants to see logs; what of them is followed is decided elsewhere. */
export interface LogView {
  /** When each line arrived. */
  readonly timestamps: boolean;
  /** Lines of JSON as their message. */
  readonly foldsJson: boolean;
  readonly rule: LineRule | undefined;
  /** Whether lines of a log are shown. */
  readonly accepts: (source: LogSource) => boolean;
}

/** A line of the document. */
export interface ShownLine {
  readonly log: string;
  /** The task's words; empty for ours. */
  readonly text: string;
  /** Its number among all that were ever shown since the last {@link LogLines.epoch}. */
  id: number;
  /** As it stands in the document. */
  shown: string;
  /** How much of it, from its start, is not the task's: the time, the name and the bar. */
  readonly head: number;
  /** How much of that is the time. */
  readonly time: number;
  readonly entry: LogEntry;
}

/** Of all texts that are kept, however many lines they are: an editor has to hold them too. */
const mostLength = 16 * 1024 * 1024;

interface Options {
  /** Of lines that are kept. */
  readonly most: number;
  readonly byAllocation: boolean;
  /** Whether lines of both streams may come. */
  readonly bothStreams: boolean;
  readonly view: LogView;
  /** Told of an expression that takes too long: all lines are shown then. */
  readonly onTooSlow: (error: unknown) => void;
  /** `12:03:04.123` */
  readonly time: (ms: number) => string;
}

/**
 * The lines of a document, and all that came and is kept beside them: a ring, whose first lines go where there are too many.
 * What changed is found by comparing ids, so that whoever draws may do so when there is time.
 */
export class LogLines {
  readonly #options: Options;
  readonly #names: LogNames;
  #view: LogView;
  #bothStreams: boolean;
  #most: number;
  #filter: LineFilter<ShownLine> | undefined;
  #pattern: LinePattern | undefined;
  #entries: LogEntry[] = [];
  #shown: ShownLine[] = [];
  /** The first line that is there, by id. */
  #first = 0;
  #next = 0;
  #epoch = 0;
  #length = 0;
  #dropped = false;
  /** Lines whose end has not come, by their logs. */
  readonly #open = new Map<string, { readonly at: LogLine; line: ShownLine | undefined }>();
  /** What was said last with each stream of a task, and whether with the other one, too. */
  readonly #said = new Map<string, Pick<LogNote, 'kind' | 'text'> & { readonly isTwice: boolean }>();
  /** Ids of lines that say something else than when they were drawn. */
  readonly #changed = new Set<number>();

  constructor(options: Options) {
    this.#options = options;
    this.#names = new LogNames(options.byAllocation);
    this.#view = options.view;
    this.#setFilter();
    this.#bothStreams = options.bothStreams;
    this.#most = options.most;
  }

  /** Grows when all lines are others than before. */
  get epoch(): number {
    return this.#epoch;
  }

  get first(): number {
    return this.#first;
  }

  /** The id of the line that comes next. */
  get end(): number {
    return this.#next;
  }

  /** Whether lines were dropped at the start. */
  get dropped(): boolean {
    return this.#dropped;
  }

  get most(): number {
    return this.#most;
  }

  get view(): LogView {
    return this.#view;
  }

  /** All that is kept, whether or not it is shown. */
  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  /** By id; nothing for one that is gone. */
  line(id: number): ShownLine | undefined {
    return this.#shown[id - this.#first];
  }

  /** The lines from one id to another, as far as they are there. */
  slice(from: number, to: number = this.#next): readonly ShownLine[] {
    return this.#shown.slice(Math.max(0, from - this.#first), Math.max(0, to - this.#first));
  }

  get hasChanged(): boolean {
    return this.#changed.size > 0;
  }

  /** Those that changed since this was last asked for. */
  takeChanged(): readonly ShownLine[] {
    const lines = [...this.#changed].map((id) => this.line(id)).filter((line) => line !== undefined);
    this.#changed.clear();
    return lines;
  }

  /** Takes what was read. */
  add(entries: readonly LogEntry[]): void {
    const found = this.#find(entries);
    for (const entry of entries) {
      if (isLogLine(entry) ? entry.continued === true && this.#continue(entry) : this.#isSaid(entry)) continue;
      this.#entries.push(entry);
      this.#length += entry.text.length;
      this.#show(entry, found.has(entry));
    }
    this.#trim();
  }

  /** Takes what was before all that is here; that much more is kept from then on. */
  addBefore(entries: readonly LogEntry[], isAll: boolean): void {
    this.#most += entries.length;
    this.#entries = [...entries, ...this.#entries];
    this.#length += lengthOf(entries);
    if (isAll) this.#dropped = false;
    this.#showAll();
  }

  /** Says that there are lines before those that are here. */
  tellOlder(): void {
    this.#dropped = true;
  }

  /** Names logs that joined. */
  join(sources: readonly LogSource[]): void {
    if (this.#names.add(sources)) this.#showAll();
  }

  /** Shows lines otherwise from now on, those of before as well. */
  setView(view: LogView): void {
    this.#view = view;
    this.#showAll();
  }

  setBothStreams(both: boolean): void {
    if (both === this.#bothStreams) return;
    this.#bothStreams = both;
    this.#showAll();
  }

  /** Lets everything go. */
  clear(): void {
    this.#entries = [];
    this.#length = 0;
    this.#dropped = false;
    this.#showAll();
  }

  #showAll(): void {
    this.#epoch += 1;
    this.#shown = [];
    this.#first = 0;
    this.#next = 0;
    this.#open.clear();
    this.#changed.clear();
    this.#setFilter();
    const found = this.#find(this.#entries);
    for (const entry of this.#entries) this.#show(entry, found.has(entry));
  }

  #setFilter(): void {
    const { rule } = this.#view;
    this.#filter = rule === undefined ? undefined : new LineFilter(rule);
    this.#pattern = rule && new LinePattern(rule.source, { caseSensitive: mindsCapitals(rule.source) });
  }

  /** The lines in which the expression is found. */
  #find(entries: readonly LogEntry[]): ReadonlySet<LogEntry> {
    if (this.#pattern === undefined) return new Set();
    try {
      const found = this.#pattern.find(entries.map(({ text }) => text));
      return new Set(entries.filter((_, at) => (found[at]?.length ?? 0) > 0));
    } catch (error) {
      this.#view = { ...this.#view, rule: undefined };
      this.#setFilter();
      this.#options.onTooSlow(error);
      return new Set();
    }
  }

  #show(entry: LogEntry, found: boolean): void {
    const isLine = isLogLine(entry);
    if (!this.#isChosen(entry)) return;
    const line = this.#draw(entry);
    const isOpen = isLine && entry.open === true;
    if (!isLine) this.#push(line);
    else if (this.#filter === undefined) this.#push(line);
    // What a filter makes of a line is known at its end.
    else if (!isOpen) for (const one of this.#filter.take(line, found)) this.#push(one);
    if (isOpen) this.#open.set(entry.source.key, { at: entry, line: this.#filter === undefined ? line : undefined });
  }

  /** What is said of a task is shown with either of its streams. */
  #isChosen(entry: LogEntry): boolean {
    const { accepts } = this.#view;
    const { source } = entry;
    if (source === undefined || accepts(source)) return true;
    return !isLogLine(entry) && source.kind === 'task' && accepts({ ...source, stream: otherOf(source.stream) });
  }

  /**
   * Of a task most things are said twice, with each of its streams: the second time is left out where it is what the other one
   * said last, however much later it comes, as from a busy node.
   */
  #isSaid({ kind, text, source }: LogNote): boolean {
    if (source?.kind !== 'task') return false;
    const { allocation, task, stream } = source;
    const keyOf = (one: string) => `${allocation}/${one}/${task}`;
    const other = this.#said.get(keyOf(otherOf(stream)));
    const isSame = other?.kind === kind && other.text === text && !other.isTwice;
    if (isSame) this.#said.set(keyOf(otherOf(stream)), { ...other, isTwice: true });
    this.#said.set(keyOf(stream), { kind, text, isTwice: isSame });
    return isSame;
  }

  #push(line: ShownLine): void {
    line.id = this.#next;
    this.#next += 1;
    this.#shown.push(line);
  }

  /** Puts the rest of a line behind its beginning. @returns false where that is no longer there */
  #continue(rest: LogLine): boolean {
    const open = this.#open.get(rest.source.key);
    if (open === undefined) return false;
    this.#open.delete(rest.source.key);
    const whole = joined(open.at, rest);
    const at = this.#entries.lastIndexOf(open.at);
    if (at === -1) return false;
    this.#entries[at] = whole;
    this.#length += rest.text.length;
    const line = this.#draw(whole);
    if (open.line !== undefined) {
      line.id = open.line.id;
      const index = line.id - this.#first;
      if (index >= 0) this.#shown[index] = line;
      this.#changed.add(line.id);
    } else if (whole.open !== true) {
      const found = this.#find([whole]).has(whole);
      for (const one of this.#filter?.take(line, found) ?? []) this.#push(one);
    }
    if (whole.open === true) this.#open.set(rest.source.key, { at: whole, line: open.line && line });
    return true;
  }

  #draw(entry: LogEntry): ShownLine {
    const { source, atMs } = entry;
    const time = this.#view.timestamps ? this.#options.time(atMs) : '';
    const name = source === undefined ? ''.padEnd(this.#names.width) : this.#names.of(source);
    const isLine = isLogLine(entry);
    const bar = isLine ? this.#barOf(entry.source) : bars.note;
    const text = isLine ? wordsOf(entry, this.#view.foldsJson && entry.open !== true) : entry.text;
    const shown = lineText({ time, name, bar, text });
    return {
      ...{ id: -1, entry, shown, log: source?.key ?? '', text: isLine ? entry.text : '' },
      head: shown.length - text.length,
      time: time.length,
    };
  }

  #barOf(source: LogSource): '' | '│' | '┃' {
    const stream: LogStream = source.kind === 'task' ? source.stream : 'stdout';
    return this.#names.width > 0 || this.#bothStreams ? bars[stream] : '';
  }

  /** Goes a tenth below what is kept, so that not each line makes another one go. */
  #trim(): void {
    if (this.#entries.length <= this.#most && this.#length <= mostLength) return;
    let [count, length] = [0, this.#length];
    while (this.#entries.length - count > this.#most * 0.9 || length > mostLength * 0.9) {
      length -= this.#entries[count]?.text.length ?? 0;
      count += 1;
    }
    const gone = new Set(this.#entries.splice(0, count));
    this.#length = length;
    let lines = 0;
    for (const { entry } of this.#shown) {
      if (!gone.has(entry)) break;
      lines += 1;
    }
    this.#shown.splice(0, lines);
    this.#first += lines;
    this.#dropped = true;
  }
}

function otherOf(stream: LogStream): LogStream {
  return stream === 'stdout' ? 'stderr' : 'stdout';
}

function lengthOf(entries: readonly LogEntry[]): number {
  return entries.reduce((sum, { text }) => sum + text.length, 0);
}

/** A line with its rest, which may have its end or not. */
function joined(start: LogLine, rest: LogLine): LogLine {
  const cutBytes = (start.cutBytes ?? 0) + (rest.cutBytes ?? 0);
  const { kind, source, atMs, position, continued, binary = rest.binary } = start;
  return {
    ...{ kind, source, atMs, position, next: rest.next, text: start.text + rest.text },
    ...(continued === undefined ? {} : { continued }),
    ...(rest.open === undefined ? {} : { open: rest.open }),
    ...(cutBytes === 0 ? {} : { cutBytes }),
    ...(binary === undefined ? {} : { binary }),
  };
}
