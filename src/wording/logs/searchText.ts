import { bars, lineText, wordsOf } from './lineText.ts';
import { LogNames, type NamedLog } from './logNames.ts';

/** A log of a task. */
interface SearchedLog extends NamedLog {
  readonly stream: 'stdout' | 'stderr';
}

export interface FoundLine {
  readonly source: SearchedLog | NamedLog;
  readonly text: string;
}

/** What was looked for and where, and how far that went. */
export interface Searched {
  readonly typed: string;
  readonly name: string;
  readonly cluster: string;
  readonly logs: number;
  readonly lines: number;
  readonly matches: number;
  /** There may be more. */
  readonly truncated: boolean;
  readonly unread: readonly { readonly source: SearchedLog; readonly why: string }[];
}

/** What a search found, log by log, each in the order in which it was written. */
export function searchText(searched: Searched, lines: readonly FoundLine[]): string {
  const { typed, name, cluster, logs, matches, truncated, unread } = searched;
  const names = new LogNames(true);
  names.add([...lines, ...unread].map(({ source }) => source));
  const byLog = [...lines].sort((a, b) => compare(a.source.key, b.source.key));
  const count = (number: number) => number.toLocaleString('en-US');
  const more = truncated ? `the first ${count(matches)} lines` : `${count(matches)} of ${count(searched.lines)} lines`;
  return [
    `/${typed}/ in ${String(logs)} logs of ${name} on ${cluster}: ${more}`,
    ...unread.map(({ source, why }) => lineText({ time: '', name: names.of(source), bar: bars.note, text: why })),
    ...byLog.map(({ source, text }) => {
      const bar = 'stream' in source ? bars[source.stream] : bars.stdout;
      return lineText({ time: '', name: names.of(source), bar, text: wordsOf({ text }, false) });
    }),
    '',
  ].join('\n');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
