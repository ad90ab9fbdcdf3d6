import { foldedJson, jsonLine } from './jsonLine.ts';

/** What a line of a document is made of. */
export interface LineParts {
  /** When it arrived; empty where that isn't wanted. */
  readonly time: string;
  /** Of its log, padded; empty where there is one. */
  readonly name: string;
  /** Between the name and the text: which stream it is from, or that we say it ourselves. */
  readonly bar: '' | Bar;
  readonly text: string;
}

/** Told apart without colours too, as in what is copied: stdout, stderr, and our own words. */
export const bars = { stdout: '│', stderr: '┃', note: '─' } as const;

type Bar = (typeof bars)[keyof typeof bars];

/** A line longer than that makes editors slow; what is cut off is in the file. */
const longest = 8000;

export function lineText({ time, name, bar, text }: LineParts): string {
  const head = [time, name, bar].filter((part) => part !== '').join(' ');
  return head === '' ? text : `${head} ${text}`;
}

export interface WordedLine {
  readonly text: string;
  readonly cutBytes?: number | undefined;
  readonly binary?: boolean | undefined;
}

/** The words of a task's line: what it says, folded where it is JSON, and how much of it is not shown. */
export function wordsOf({ text, cutBytes = 0, binary = false }: WordedLine, foldsJson: boolean): string {
  const json = foldsJson && cutBytes === 0 ? jsonLine(text) : undefined;
  const said = json === undefined ? text : foldedJson(json);
  const rest = said.length - longest;
  const shown = rest > 0 ? said.slice(0, longest) : said;
  const missing = [
    ...(rest > 0 || cutBytes > 0 ? [`${(Math.max(rest, 0) + cutBytes).toLocaleString('en-US')} more`] : []),
    ...(binary ? ['not text'] : []),
  ];
  return missing.length === 0 ? shown : `${shown} … (${missing.join(', ')})`;
}

/** The words of {@link olderLine} that can be clicked. */
export const loadOlder = 'Load older';

/** The first line of a document that doesn't begin where its logs do. */
export function olderLine(most: number): string {
  return `… older lines are not shown, at most ${most.toLocaleString('en-US')} are kept: ${loadOlder}`;
}
