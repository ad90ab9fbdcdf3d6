import { isIdentifier, unquote } from '../syntax/quoted.ts';
import type { VariableType } from './variableType.ts';

const token = /\s*(?:("(?:[^"\\\r\n]|\\.)*")|([\p{ID_Start}_][\p{ID_Continue}-]*)|([[\](){},=:]))/uy;

/** Types in each other deeper than this are taken for a mistake. */
const deepest = 50;

/** Reads a type constraint, as `map(list(string))`. */
export class TypeReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text.trim();
  }

  /** Undefined when the text is anything else, as a whole or in a part. */
  read(): VariableType | undefined {
    const type = this.#type(0);
    return this.#at === this.#text.length ? type : undefined;
  }

  #type(depth: number): VariableType | undefined {
    if (depth > deepest) return undefined;
    const name = this.#next();
    switch (name) {
      case 'string':
      case 'number':
      case 'bool':
      case 'any':
        return { kind: name };
      case 'list':
      case 'set':
      case 'map': {
        const of = this.#take('(') ? this.#type(depth + 1) : undefined;
        return of !== undefined && this.#take(')') ? { kind: name, of } : undefined;
      }
      case 'tuple':
        return this.#take('(') ? this.#tuple(depth) : undefined;
      case 'object':
        return this.#take('(') ? this.#object(depth) : undefined;
      default:
        return undefined;
    }
  }

  #tuple(depth: number): VariableType | undefined {
    if (!this.#take('[')) return undefined;
    const items: VariableType[] = [];
    while (!this.#take(']')) {
      const item = this.#type(depth + 1);
      if (item === undefined) return undefined;
      items.push(item);
      if (!this.#take(',') && this.#peek() !== ']') return undefined;
    }
    return this.#take(')') ? { kind: 'tuple', items } : undefined;
  }

  #object(depth: number): VariableType | undefined {
    if (!this.#take('{')) return undefined;
    const attributes = new Map<string, VariableType>();
    while (!this.#take('}')) {
      const word = this.#next();
      const name = word === undefined || isIdentifier(word) ? word : unquote(word);
      if (name === undefined || !(this.#take('=') || this.#take(':'))) return undefined;
      const type = this.#type(depth + 1);
      if (type === undefined) return undefined;
      attributes.set(name, type);
      this.#take(',');
    }
    return this.#take(')') ? { kind: 'object', attributes } : undefined;
  }

  #take(word: string): boolean {
    const at = this.#at;
    if (this.#next() === word) return true;
    this.#at = at;
    return false;
  }

  #peek(): string | undefined {
    const at = this.#at;
    const word = this.#next();
    this.#at = at;
    return word;
  }

  #next(): string | undefined {
    token.lastIndex = this.#at;
    const match = token.exec(this.#text);
    if (match === null) return undefined;
    this.#at = token.lastIndex;
    return match[1] ?? match[2] ?? match[3];
  }
}
