import type { Literal } from './literals.ts';
import type { JobspecVariable } from './jobspec.ts';
import { parseLiteral } from './literals.ts';

/** A type constraint, as far as values are checked against it here. */
export type VariableType =
  | { readonly kind: 'string' | 'number' | 'bool' | 'any' | 'object' | 'tuple' }
  | { readonly kind: 'list' | 'map'; readonly of: VariableType };

const anything: VariableType = { kind: 'any' };

/** Reads a type as written. What isn't understood is any type: the server decides. */
export function parseType(text: string): VariableType {
  const match = /^\s*([a-z]+)\s*(?:\(([\s\S]*)\))?\s*$/.exec(text);
  const [, name, inner] = match ?? [];
  switch (name) {
    case 'string':
    case 'number':
    case 'bool':
    case 'object':
    case 'tuple':
      return { kind: name };
    case 'list':
    case 'set':
      return { kind: 'list', of: parseType(inner ?? '') };
    case 'map':
      return { kind: 'map', of: parseType(inner ?? '') };
    default:
      return anything;
  }
}

/** The type of a variable as Nomad will take it: the declared one, else that of the default, else a string. */
export function typeOf(variable: JobspecVariable): string {
  if (variable.type !== undefined) return variable.type;
  const initial = variable.defaultText === undefined ? undefined : parseLiteral(variable.defaultText);
  switch (initial?.kind) {
    case 'number':
    case 'bool':
      return initial.kind;
    case 'list':
      return 'list(any)';
    case 'map':
      return 'map(any)';
    default:
      return 'string';
  }
}

/** What a value has to be, in words, when it isn't; undefined when it fits. Nomad turns `"3"` into 3 and back by itself. */
export function expectedInstead(literal: Literal, type: VariableType): string | undefined {
  if (type.kind === 'any') return undefined;
  switch (type.kind) {
    case 'string':
      return ['string', 'number', 'bool'].includes(literal.kind) ? undefined : 'a string';
    case 'number':
      return literal.kind === 'number' || (literal.kind === 'string' && isNumber(literal.value))
        ? undefined
        : 'a number';
    case 'bool':
      return literal.kind === 'bool' || (literal.kind === 'string' && isBool(literal.value))
        ? undefined
        : 'true or false';
    case 'list':
      if (literal.kind !== 'list') return 'a list, as ["a", "b"]';
      return firstOf(literal.items, type.of, 'in the list');
    case 'map':
      if (literal.kind !== 'map') return 'a map, as { name = "value" }';
      return firstOf(literal.items, type.of, 'in the map');
    case 'object':
      return literal.kind === 'map' ? undefined : 'an object, as { name = "value" }';
    case 'tuple':
      return literal.kind === 'list' ? undefined : 'a tuple, as ["a", 1]';
  }
}

function firstOf(items: readonly Literal[], type: VariableType, where: string): string | undefined {
  for (const item of items) {
    const expected = expectedInstead(item, type);
    if (expected !== undefined) return expected.includes(' in the ') ? expected : `${expected} everywhere ${where}`;
  }
  return undefined;
}

function isNumber(text: string): boolean {
  return parseLiteral(text)?.kind === 'number';
}

function isBool(text: string): boolean {
  return text === 'true' || text === 'false';
}
