import { decimal } from './numbers.ts';
import { isIdentifier, quote, unquote } from '../syntax/quoted.ts';

/** A value that needs no evaluation, as a variable file may have it. */
export type Literal =
  | { readonly kind: 'string'; readonly value: string }
  /** As written, since numbers of HCL can have more digits than JavaScript's. */
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'null' }
  | { readonly kind: 'list'; readonly items: readonly Literal[] }
  /** Names come from outside, so they are keys of a map and not of an object. */
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, Literal> };

/** Lists and maps nested deeper than this are taken for a mistake. */
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

/** A literal as HCL on one line, which {@link parseLiteral} reads as the same value. */
export function literalText(literal: Literal): string {
  switch (literal.kind) {
    case 'string':
      return quote(literal.value);
    case 'number':
      return literal.text;
    case 'bool':
      return String(literal.value);
    case 'null':
      return 'null';
    case 'list':
      return `[${literal.items.map(literalText).join(', ')}]`;
    case 'map': {
      const entries = [...literal.entries].map(([key, value]) => `${keyText(key)} = ${literalText(value)}`);
      return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
    }
  }
}

function keyText(key: string): string {
  return isIdentifier(key) ? key : quote(key);
}

/** True for two literals of equal kind and value. The order of a map says nothing, the spelling of a number neither. */
export function sameLiteral(one: Literal, other: Literal): boolean {
  switch (one.kind) {
    case 'string':
      return other.kind === 'string' && one.value === other.value;
    case 'number':
      return other.kind === 'number' && (decimal(one.text) ?? one.text) === (decimal(other.text) ?? other.text);
    case 'bool':
      return other.kind === 'bool' && one.value === other.value;
    case 'null':
      return other.kind === 'null';
    case 'list':
      return (
        other.kind === 'list' &&
        one.items.length === other.items.length &&
        one.items.every((item, index) => isSame(item, other.items[index]))
      );
    case 'map':
      return (
        other.kind === 'map' &&
        one.entries.size === other.entries.size &&
        [...one.entries].every(([key, value]) => isSame(value, other.entries.get(key)))
      );
  }
}

function isSame(one: Literal, other: Literal | undefined): boolean {
  return other !== undefined && sameLiteral(one, other);
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
    if (word === '[') return { kind: 'list', items: this.#items(depth) };
    if (word === '{') return { kind: 'map', entries: this.#entries(depth) };
    if (word === 'true' || word === 'false') return { kind: 'bool', value: word === 'true' };
    if (word === 'null') return { kind: 'null' };
    if (/^-?\d/.test(word)) return { kind: 'number', text: word };
    const value = unquote(word);
    if (value === undefined) throw new NotALiteral();
    return { kind: 'string', value };
  }

  #items(depth: number): Literal[] {
    const items: Literal[] = [];
    this.#skipLines();
    while (!this.#take(']')) {
      items.push(this.value(depth + 1));
      this.#separator(']', false);
    }
    return items;
  }

  /** Entries of a map may also be parted by line ends alone. Of two with one key the last counts, as in Nomad. */
  #entries(depth: number): Map<string, Literal> {
    const entries = new Map<string, Literal>();
    this.#skipLines();
    while (!this.#take('}')) {
      const key = this.#key();
      entries.set(key, this.value(depth + 1));
      this.#separator('}', true);
    }
    return entries;
  }

  #separator(end: ']' | '}', linesDo: boolean): void {
    const lines = this.#skipLines();
    const comma = this.#take(',');
    this.#skipLines();
    if (comma || (linesDo && lines)) return;
    if (this.#peek() !== end) throw new NotALiteral();
  }

  #key(): string {
    const word = this.#next();
    const key = isIdentifier(word) ? word : unquote(word);
    if (key === undefined) throw new NotALiteral();
    if (!this.#take('=') && !this.#take(':')) throw new NotALiteral();
    return key;
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
