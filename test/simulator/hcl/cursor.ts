import type { Range, Source } from './source.ts';

/** Thrown for a text that is not HCL, or that uses something this parser doesn't know. */
export class SyntaxProblem extends Error {
  readonly range: Range;

  constructor(message: string, range: Range) {
    super(message);
    this.range = range;
  }
}

const identifier = /[\p{L}_][\p{L}\p{N}_-]*/uy;

/** A place in a text, and the smallest steps onwards. */
export class Cursor {
  readonly source: Source;
  readonly end: number;
  at: number;

  constructor(source: Source, at = 0, end = source.text.length) {
    this.source = source;
    this.at = at;
    this.end = end;
  }

  get done(): boolean {
    return this.at >= this.end;
  }

  peek(length = 1): string {
    return this.source.text.slice(this.at, Math.min(this.at + length, this.end));
  }

  startsWith(text: string): boolean {
    return this.at + text.length <= this.end && this.source.text.startsWith(text, this.at);
  }

  /** Steps over the text if it is next. */
  take(text: string): boolean {
    if (!this.startsWith(text)) return false;
    this.at += text.length;
    return true;
  }

  expect(text: string): Range {
    const start = this.at;
    if (!this.take(text)) throw this.problem(`expected ${JSON.stringify(text)}`);
    return this.from(start);
  }

  from(start: number, end = this.at): Range {
    return { source: this.source, start, end };
  }

  problem(message: string): SyntaxProblem {
    return new SyntaxProblem(message, this.from(this.at, this.at + 1));
  }

  /** Steps over spaces and comments, and over line ends where they mean nothing. */
  skip(lines: boolean): this {
    for (;;) {
      const next = this.peek();
      if (next === ' ' || next === '\t' || next === '\r' || (lines && next === '\n')) this.at += 1;
      else if (next === '#' || this.startsWith('//')) this.#skipTo('\n', 0);
      else if (this.startsWith('/*')) this.#skipTo('*/', 2);
      else return this;
    }
  }

  #skipTo(mark: string, beyond: number): void {
    const found = this.source.text.indexOf(mark, this.at);
    this.at = found < 0 || found >= this.end ? this.end : found + beyond;
  }

  /** The identifier that is next, or an empty text. */
  identifier(): string {
    if (this.done) return '';
    identifier.lastIndex = this.at;
    const found = identifier.exec(this.source.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  /** Whether the identifier is next as a whole word. */
  takeWord(word: string): boolean {
    const start = this.at;
    if (this.identifier() === word) return true;
    this.at = start;
    return false;
  }
}
