import { textOf } from '../scheduler/resources.ts';
import { Refusal } from '../cluster/refusal.ts';

/** The expressions of the `filter` parameter. */

export type Predicate = (object: unknown) => boolean;

interface Token {
  readonly text: string;
  readonly kind: 'word' | 'string' | 'symbol';
  readonly at: number;
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /\s+|"((?:[^"\\]|\\.)*)"|`([^`]*)`|(==|!=|[(){},])|([^\s(){},"`=!]+)/y;
  let at = 0;
  while (at < source.length) {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match === null && source[at] === '"')
      throw syntaxError(at + 1, undefined, 'rule "string": Unterminated string literal');
    if (match === null) throw syntaxError(at);
    const [whole, quoted, raw, symbol, word] = match;
    if (quoted !== undefined) tokens.push({ text: quoted.replace(/\\(.)/g, '$1'), kind: 'string', at });
    else if (raw !== undefined) tokens.push({ text: raw, kind: 'string', at });
    else if (symbol !== undefined) tokens.push({ text: symbol, kind: 'symbol', at });
    else if (word !== undefined) tokens.push({ text: word, kind: 'word', at });
    at += whole.length;
  }
  return tokens;
}

const operators = '"!=", "==", "contains", "in", "is", "matches", "not" or [ \\t\\r\\n]';
const values = '"-", "0", "\\"", "`", [ \\t\\r\\n], [1-9] or [a-zA-Z]';
const wordEnds = '".", "[", [ \\t\\r\\n], [a-zA-Z0-9_/] or EOF';

function syntaxError(at: number, expected = operators, problem = `no match found, expected: ${expected}`): Refusal {
  const place = `1:${String(at + 1)} (${String(at)})`;
  const reason = `failed to read filter expression: ${place}: ${problem}`;
  return new Refusal(400, `failed to create result paginator: ${reason}`);
}

class Parser {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(source: string) {
    this.#source = source;
    this.#tokens = tokenize(source);
  }

  parse(): Predicate {
    const predicate = this.#or();
    if (this.#peek() !== undefined) throw this.#unexpected();
    return predicate;
  }

  #or(): Predicate {
    const parts = [this.#and()];
    while (this.#accept('or')) parts.push(this.#and());
    return (object) => parts.some((part) => part(object));
  }

  #and(): Predicate {
    const parts = [this.#not()];
    while (this.#accept('and')) parts.push(this.#not());
    return (object) => parts.every((part) => part(object));
  }

  #not(): Predicate {
    if (this.#accept('not')) {
      const inner = this.#not();
      return (object) => !inner(object);
    }
    if (this.#accept('any')) return this.#collection((values, test) => values.some(test));
    if (this.#accept('all')) return this.#collection((values, test) => values.every(test));
    if (!this.#accept('(')) return this.#comparison();
    const inner = this.#or();
    if (!this.#accept(')')) throw this.#unexpected();
    return inner;
  }

  /** `TaskStates as name, state { state.Restarts != 0 }`; `_` stands for what is not asked for. */
  #collection(quantify: (scopes: readonly object[], test: Predicate) => boolean): Predicate {
    const parts = partsOf(this.#take().text);
    if (!this.#accept('as')) throw this.#unexpected();
    const first = this.#take().text;
    const second = this.#accept(',') ? this.#take().text : undefined;
    if (!this.#accept('{')) throw this.#unexpected();
    const inner = this.#or();
    if (!this.#accept('}')) throw this.#unexpected();
    return (object) => {
      const found = select(object, parts);
      const entries = typeof found === 'object' && found !== null ? Object.entries(found) : [];
      const scopes = entries.map(([key, value]: [string, unknown]) => {
        const alone = Array.isArray(found) ? value : key;
        const names = second === undefined ? { [first]: alone } : { [first]: key, [second]: value };
        return { ...(object as object), ...names };
      });
      return quantify(scopes, inner);
    };
  }

  #comparison(): Predicate {
    const first = this.#take();
    if (this.#accept('in')) return membership(this.#take().text, first.text);
    if (this.#accept('not')) {
      if (!this.#accept('in')) return negate(this.#contains(first));
      return negate(membership(this.#take().text, first.text));
    }
    const selector = first.text;
    if (this.#accept('is')) {
      const negated = this.#accept('not');
      const word = this.#take().text;
      if (word !== 'empty' && word !== 'nil') throw this.#unexpected();
      const parts = partsOf(selector);
      const test: Predicate = (object) => isEmpty(select(object, parts));
      return negated ? negate(test) : test;
    }
    if (this.#accept('==')) return equality(selector, this.#value());
    if (this.#accept('!=')) return negate(equality(selector, this.#value()));
    return this.#contains(first);
  }

  #contains(first: Token): Predicate {
    if (this.#accept('contains')) return membership(first.text, this.#value().text);
    if (this.#accept('matches')) {
      const expression = goRegExp(this.#value().text);
      const parts = partsOf(first.text);
      return (object) => expression.test(textOf(select(object, parts)));
    }
    throw this.#unexpected();
  }

  #value(): Token {
    const token = this.#peek();
    if (token === undefined) throw syntaxError(this.#source.length, values);
    const wrong = token.kind === 'word' ? /^[a-z][\w/.[\]]*(?=[^\w/.[\]])/i.exec(token.text)?.[0] : undefined;
    if (wrong !== undefined) throw syntaxError(token.at + wrong.length, wordEnds);
    return this.#take();
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#next];
  }

  #take(): Token {
    const token = this.#peek();
    if (token === undefined) throw this.#unexpected();
    this.#next += 1;
    return token;
  }

  #accept(text: string): boolean {
    const token = this.#peek();
    if (token?.text !== text || token.kind === 'string') return false;
    this.#next += 1;
    return true;
  }

  #unexpected(): Refusal {
    return syntaxError(this.#peek()?.at ?? this.#source.length);
  }
}

/** Go writes flags at the start; the rest is close enough to be the same. */
function goRegExp(source: string): RegExp {
  const flags = /^\(\?([ims]+)\)/.exec(source);
  try {
    return new RegExp(flags === null ? source : source.slice(flags[0].length), flags?.[1] ?? '');
  } catch {
    throw new Refusal(400, `failed to create result paginator: failed to read filter expression: invalid regexp`);
  }
}

function negate(predicate: Predicate): Predicate {
  return (object) => !predicate(object);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function equality(selector: string, value: Token): Predicate {
  const parts = partsOf(selector);
  return (object) => {
    const found = select(object, parts);
    if (typeof found === 'object' && found !== null) {
      throw new Refusal(
        400,
        'failed to read result page: unable to find suitable primitive comparison function for matching',
      );
    }
    return typeof found === 'boolean'
      ? String(found) === value.text
      : found !== undefined && textOf(found) === value.text;
  };
}

function membership(selector: string, wanted: string): Predicate {
  const parts = partsOf(selector);
  return (object) => {
    const found = select(object, parts);
    if (Array.isArray(found)) return found.map(String).includes(wanted);
    if (typeof found === 'string') return found.includes(wanted);
    return typeof found === 'object' && found !== null && wanted in found;
  };
}

function partsOf(selector: string): string[] {
  if (selector.startsWith('/')) return selector.slice(1).split('/');
  return selector.replace(/\["?([^"\]]+)"?\]/g, '.$1').split('.');
}

function select(object: unknown, parts: readonly string[]): unknown {
  const [first = ''] = parts;
  if (typeof object === 'object' && object !== null && !(first in object)) {
    const path = `/${parts.join('/')}`;
    const reason = `couldn't find key: struct field with name "${first}"`;
    throw new Refusal(400, `failed to read result page: error finding value in datum: ${path} at part 0: ${reason}`);
  }
  let value: unknown = object;
  for (const part of parts) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

/** @throws Refusal 400 when it can't be read */
export function parseFilter(source: string): Predicate {
  return new Parser(source).parse();
}
