/** A place in a text: zero-based line, zero-based UTF-16 unit in that line. The shape of VS Code's `Position`. */
export interface TextPosition {
  readonly line: number;
  readonly character: number;
}

/** A stretch of text, the end exclusive. The shape of VS Code's `Range`. */
export interface TextRange {
  readonly start: TextPosition;
  readonly end: TextPosition;
}

/** True when `inner` lies in `outer`; equal ranges do. */
export function contains(outer: TextRange, inner: TextRange): boolean {
  return compare(outer.start, inner.start) <= 0 && compare(inner.end, outer.end) <= 0;
}

/** Negative when `one` comes before `other`, zero when they are equal. */
export function compare(one: TextPosition, other: TextPosition): number {
  return one.line === other.line ? one.character - other.character : one.line - other.line;
}

/** The lines of a text, found once, to turn offsets and lines into positions and back. Lines end with LF or CRLF. */
export class TextLines {
  readonly #text: string;
  readonly #starts: number[] = [0];

  constructor(text: string) {
    this.#text = text;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** The number of lines; an empty text has one. */
  get count(): number {
    return this.#starts.length;
  }

  /** One line without its end; empty when there is no such line. */
  line(line: number): string {
    const start = this.#starts[line];
    if (start === undefined) return '';
    const next = this.#starts[line + 1];
    const end = next === undefined ? this.#text.length : next - 1;
    const text = this.#text.slice(start, end);
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  }

  /** The position of an offset in UTF-16 units; an offset outside the text is moved to its nearest end. */
  position(offset: number): TextPosition {
    const at = Math.max(0, Math.min(offset, this.#text.length));
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: at - (this.#starts[low] ?? 0) };
  }

  /** The range of two offsets in UTF-16 units. */
  range(start: number, end: number): TextRange {
    return { start: this.position(start), end: this.position(end) };
  }

  /** From `position` to the end of its line. */
  restOfLine(position: TextPosition): TextRange {
    const character = Math.max(position.character, this.line(position.line).length);
    return { start: position, end: { line: position.line, character } };
  }
}
