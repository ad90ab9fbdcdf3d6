import { Refusal } from '../cluster/refusal.ts';
import type { TokenOptions } from './acl.ts';

/** The rules of a policy: blocks, and what is assigned in them. Only what the simulator knows has an effect. */

interface Block {
  readonly type: string;
  readonly label: string;
  readonly values: Readonly<Record<string, string | readonly string[]>>;
  readonly blocks: readonly Block[];
}

const pattern = /\s+|(?:#|\/\/)[^\n]*|\/\*[\s\S]*?\*\/|"((?:[^"\\]|\\.)*)"|([A-Za-z_][\w-]*)|([{}[\]=,])/y;

interface Token {
  readonly text: string;
  readonly isString: boolean;
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match === null) throw broken(source, at, 'illegal character');
    const [whole, quoted, word, symbol] = match;
    if (quoted !== undefined) tokens.push({ text: quoted, isString: true });
    else if (word !== undefined || symbol !== undefined) tokens.push({ text: word ?? symbol ?? '', isString: false });
    at += whole.length;
  }
  return tokens;
}

function broken(source: string, at: number, what: string, further = 1): Refusal {
  const lines = source.slice(0, at).split('\n');
  const place = `${String(lines.length)}:${String((lines.at(-1) ?? '').length + further)}`;
  return invalid(`failed to parse rules: Failed to parse ACL Policy: At ${place}: ${what}`);
}

function invalid(reason: string): Refusal {
  return new Refusal(400, `policy 0 invalid: 1 error occurred:\n\t* ${reason}\n\n`);
}

class Reader {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(source: string) {
    this.#source = source;
    this.#tokens = tokenize(source);
  }

  /** The content of a block up to its brace, or of the whole text. */
  content(isTop: boolean): Pick<Block, 'values' | 'blocks'> {
    const values: Record<string, string | readonly string[]> = {};
    const blocks: Block[] = [];
    for (;;) {
      const token = this.#tokens[this.#next];
      if (token === undefined) {
        if (isTop) return { values, blocks };
        throw broken(this.#source, this.#source.length, 'object expected closing RBRACE got: EOF', 2);
      }
      this.#next += 1;
      if (token.text === '}' && !token.isString) return { values, blocks };
      if (token.text === ',') continue;
      if (this.#accept('=')) values[token.text] = this.#value();
      else blocks.push(this.#block(token.text));
    }
  }

  #block(type: string): Block {
    const token = this.#tokens[this.#next];
    const label = token?.isString === true ? token.text : '';
    if (token?.isString === true) this.#next += 1;
    if (!this.#accept('{')) throw broken(this.#source, this.#source.length, 'key expected');
    return { type, label, ...this.content(false) };
  }

  #value(): string | readonly string[] {
    const list: string[] = [];
    const first = this.#tokens[this.#next];
    this.#next += 1;
    if (first?.text !== '[' || first.isString) return first?.text ?? '';
    while (!this.#accept(']')) {
      const item = this.#tokens[this.#next];
      if (item === undefined) throw broken(this.#source, this.#source.length, 'error parsing list');
      if (item.isString) list.push(item.text);
      this.#next += 1;
    }
    return list;
  }

  #accept(text: string): boolean {
    const token = this.#tokens[this.#next];
    if (token?.text !== text || token.isString) return false;
    this.#next += 1;
    return true;
  }
}

const poolRights: Record<string, readonly string[]> = { read: ['read'], write: ['read', 'write', 'delete'], deny: [] };
export const namespacePolicies = ['read', 'write', 'scale', 'deny'];

function textsOf(value: string | readonly string[] | undefined): readonly string[] {
  return typeof value === 'string' || value === undefined ? [] : value;
}

function rightsOf(block: Block): string[] {
  const { policy, capabilities } = block.values;
  return [...(typeof policy === 'string' && policy !== '' ? [policy] : []), ...textsOf(capabilities)];
}

function variablesOf(namespace: Block): Record<string, readonly string[]> {
  const paths = namespace.blocks.filter(({ type }) => type === 'variables').flatMap(({ blocks }) => blocks);
  return Object.fromEntries(paths.map((path) => [path.label, rightsOf(path)]));
}

/** @throws Refusal 400 for text that can't be read, or rules that don't exist */
export function parseRules(text: string): TokenOptions {
  const { blocks } = new Reader(text).content(true);
  const named = (type: string) => blocks.filter((block) => block.type === type);
  for (const { label, values } of named('namespace')) {
    const { policy = '' } = values;
    if (policy === '' || namespacePolicies.includes(String(policy))) continue;
    const shown =
      `&acl.NamespacePolicy{Name:"${label}", Policy:"${String(policy)}", ` +
      'Capabilities:[]string(nil), Variables:(*acl.VariablesPolicy)(nil)}';
    throw invalid(`failed to parse rules: Invalid namespace policy: ${shown}`);
  }
  const access = (what: string) => {
    const policy = named(what)[0]?.values['policy'];
    return policy === 'read' || policy === 'write' ? { [what]: policy } : {};
  };
  const byLabel = <T>(type: string, of: (block: Block) => T) =>
    Object.fromEntries(named(type).map((block) => [block.label === '' ? 'default' : block.label, of(block)]));
  return {
    namespaces: byLabel('namespace', rightsOf),
    variables: byLabel('namespace', variablesOf),
    nodePools: byLabel('node_pool', (block) => rightsOf(block).flatMap((right) => poolRights[right] ?? [right])),
    ...access('node'),
    ...access('agent'),
    ...access('operator'),
  };
}
