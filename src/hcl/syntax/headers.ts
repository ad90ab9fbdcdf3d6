import { labelText } from './blocks.ts';
import { TextLines } from './text.ts';
import type { TextRange } from './text.ts';

/** The header of a block as found in the text alone, without a tree. */
export interface FoundHeader {
  readonly name: string;
  readonly nameRange: TextRange;
  readonly range: TextRange;
}

/** Where the `job` blocks of a text begin. Reads lines, not HCL: a line in a heredoc that looks like one counts too. */
export function findJobHeaders(text: string, lines = new TextLines(text)): FoundHeader[] {
  return findHeaders(text, lines, 'job');
}

/** Where a variable is declared: its `variable` block. */
export function findVariable(text: string, name: string, lines = new TextLines(text)): FoundHeader | undefined {
  return findHeaders(text, lines, 'variable').find((header) => header.name === name);
}

/** The place for what has no place of its own: the first job's header, else the first line. */
export function jobHeaderRange(text: string, lines = new TextLines(text)): TextRange {
  return findJobHeaders(text, lines)[0]?.range ?? lines.restOfLine({ line: 0, character: 0 });
}

function findHeaders(text: string, lines: TextLines, type: 'job' | 'variable'): FoundHeader[] {
  const header = /^[ \t]*(job|variable)[ \t]+("(?:[^"\\\r\n]|\\.)*"|[\p{ID_Start}_][\p{ID_Continue}-]*)(?=[ \t]*\{)/gmu;
  return [...text.matchAll(header)].flatMap((match) => {
    const [whole, found = '', label = ''] = match;
    if (found !== type) return [];
    const end = match.index + whole.length;
    const start = match.index + whole.indexOf(found);
    return [
      { name: labelText(label), nameRange: lines.range(end - label.length, end), range: lines.range(start, end) },
    ];
  });
}
