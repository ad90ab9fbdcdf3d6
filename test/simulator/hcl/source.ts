/** A text that is parsed, and what turns offsets into the positions Nomad prints. */
export class Source {
  readonly text: string;
  readonly name: string;
  readonly #lineStarts: number[] = [0];

  constructor(text: string, name = 'input.hcl') {
    this.text = text;
    this.name = name;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#lineStarts.push(at + 1);
  }

  /** Line and column of an offset, both from 1; columns count what a reader sees as one character. */
  position(offset: number): { line: number; column: number } {
    let line = this.#lineStarts.length;
    while (line > 1 && (this.#lineStarts[line - 1] ?? 0) > offset) line -= 1;
    const before = this.text.slice(this.#lineStarts[line - 1], offset);
    return { line, column: graphemes(before) + 1 };
  }
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

export function graphemes(text: string): number {
  return /^[\x20-\x7e\t]*$/.test(text) ? text.length : [...segmenter.segment(text)].length;
}

export interface Range {
  readonly source: Source;
  /** Offset of the first character. */
  readonly start: number;
  /** Offset after the last character. */
  readonly end: number;
}

export function between(first: Range, last: Range): Range {
  return { source: first.source, start: first.start, end: last.end };
}

/** A range as in `input.hcl:2,3-6`, or `input.hcl:2,3-4,1` over several lines. */
export function describeRange(range: Range): string {
  const start = range.source.position(range.start);
  const end = range.source.position(range.end);
  const tail = start.line === end.line ? String(end.column) : `${String(end.line)},${String(end.column)}`;
  return `${range.source.name}:${String(start.line)},${String(start.column)}-${tail}`;
}

export interface Diagnostic {
  readonly summary: string;
  readonly detail: string;
  readonly range?: Range;
}

export type Report = (diagnostic: Diagnostic) => void;

export function describeDiagnostic({ summary, detail, range }: Diagnostic): string {
  return `${range ? describeRange(range) : '<nil>'}: ${summary}; ${detail}`;
}
