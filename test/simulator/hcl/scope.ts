import type { Functions } from './functions/catalog.ts';
import type { Value } from './values.ts';

/** What the names in an expression stand for. */
export interface Scope {
  readonly variables: ReadonlyMap<string, Value>;
  readonly parent?: Scope;
  /** Null where neither names nor functions may be used, as in the default of a variable. */
  readonly functions: Functions | null;
}

export function innerScope(parent: Scope, entries: Iterable<readonly [string, Value]>): Scope {
  return { variables: new Map(entries), parent, functions: parent.functions };
}

/** What a name stands for; undefined when nothing binds it. */
export function lookup(scope: Scope, name: string): Value | undefined {
  for (let at: Scope | undefined = scope; at; at = at.parent) {
    const found = at.variables.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}
