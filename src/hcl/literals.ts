import { isIdentifier, unquote } from './quoted.ts';

/** A value that needs no evaluation, as a variable file may have it. */
export type Literal =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'number' | 'bool' | 'null' }
  | { readonly kind: 'list'; readonly items: readonly Literal[] }
  | { readonly kind: 'map'; readonly items: readonly Literal[] };

/** Lists and maps in each other deeper than this are taken for a mistake. */
const deepest = 50;

const token =
  /[ \t]*(?:("(?:[^"\\\r\n]|\\.)*")|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([\p{ID_Start}_][\p{ID_Continue}-]*)|([[\]{},=:])|(\r?\n))/uy;

class NotALiteral extends Error {}

/** Reads a whole text as one literal; undefined when it is anything else (an operation, a reference, a template). */
export function parseLiteral(text: string): Literal | undefined {
  try {
    const reader = new LiteralReader(text.trim());
    const literal = reader.value(0);
    return reader.ended ? literal : undefined;
  } catch (error) {
    if (error instanceof NotALiteral) return undefined;
    throw error;
  }
}

class LiteralReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get ended(): boolean {
    return this.#at === this.#text.length;
  }

  value(depth: number): Literal {
    if (depth > deepest) throw new NotALiteral();
    const word = this.#next();
    if (word === '[') return { kind: 'list', items: this.#items(']', depth) };
    if (word === '{') return { kind: 'map', items: this.#items('}', depth) };
    if (word === 'true' || word === 'false') return { kind: 'bool' };
    if (word === 'null') return { kind: 'null' };
    if (/^-?\d/.test(word)) return { kind: 'number' };
    const value = unquote(word);
    if (value === undefined) throw new NotALiteral();
    return { kind: 'string', value };
  }

  /** The values of a list or map up to its end. Entries of a map may also be parted by line ends alone. */
  #items(end: ']' | '}', depth: number): Literal[] {
    const items: Literal[] = [];
    this.#skipLines();
    while (!this.#take(end)) {
      if (end === '}') this.#key();
      items.push(this.value(depth + 1));
      const lines = this.#skipLines();
      const comma = this.#take(',');
      this.#skipLines();
      if (comma || (end === '}' && lines)) continue;
      if (this.#peek() !== end) throw new NotALiteral();
    }
    return items;
  }

  #key(): void {
    const key = this.#next();
    if (!isIdentifier(key) && unquote(key) === undefined) throw new NotALiteral();
    if (!this.#take('=') && !this.#take(':')) throw new NotALiteral();
  }

  #skipLines(): boolean {
    let any = false;
    while (this.#take('\n')) any = true;
    return any;
  }

  #take(word: string): boolean {
    if (this.#peek() !== word) return false;
    this.#next();
    return true;
  }

  #peek(): string | undefined {
    const at = this.#at;
    if (at >= this.#text.length) return undefined;
    const word = this.#next();
    this.#at = at;
    return word;
  }

  #next(): string {
    token.lastIndex = this.#at;
    const match = token.exec(this.#text);
    if (match === null) throw new NotALiteral();
    this.#at = token.lastIndex;
    const [, quoted, number, name, sign] = match;
    return quoted ?? number ?? name ?? sign ?? '\n';
  }
}
