import type { JobspecVariable } from '../jobspec.ts';
import type { Literal } from './literals.ts';
import { asText } from './texts.ts';
import { decimal } from './numbers.ts';
import { isKnown } from './told.ts';
import { TypeReader } from './typeReader.ts';

/** A type constraint, as Nomad has them. */
export type VariableType =
  | { readonly kind: 'string' | 'number' | 'bool' | 'any' }
  | { readonly kind: 'list' | 'set' | 'map'; readonly of: VariableType }
  | { readonly kind: 'tuple'; readonly items: readonly VariableType[] }
  | { readonly kind: 'object'; readonly attributes: ReadonlyMap<string, VariableType> };

const anything: VariableType = { kind: 'any' };

/** Reads a type as written. What isn't understood is any type: the server decides. */
export function parseType(text: string): VariableType {
  return new TypeReader(text).read() ?? anything;
}

/** The type of a variable as Nomad will take it: the declared one, else exactly that of the default, else a string. */
export function typeOf(variable: JobspecVariable): VariableType {
  if (variable.type !== undefined) return parseType(variable.type);
  if (!variable.hasDefault) return { kind: 'string' };
  const { initial } = variable;
  return initial !== undefined && isKnown(initial) ? typeOfLiteral(initial.known) : anything;
}

/** A list as written is a tuple, and a map an object: a variable with such a default takes nothing of another shape. */
export function typeOfLiteral(literal: Literal): VariableType {
  switch (literal.kind) {
    case 'string':
    case 'number':
    case 'bool':
      return { kind: literal.kind };
    case 'null':
      return anything;
    case 'list':
      return { kind: 'tuple', items: literal.items.map(typeOfLiteral) };
    case 'map':
      return {
        kind: 'object',
        attributes: new Map([...literal.entries].map(([name, value]) => [name, typeOfLiteral(value)])),
      };
  }
}

/** A type as a person writes it. */
export function typeText(type: VariableType): string {
  switch (type.kind) {
    case 'list':
    case 'set':
    case 'map':
      return `${type.kind}(${typeText(type.of)})`;
    case 'tuple':
      return `tuple([${type.items.map(typeText).join(', ')}])`;
    case 'object':
      return `object({ ${[...type.attributes].map(([name, of]) => `${name} = ${typeText(of)}`).join(', ')} })`;
    default:
      return type.kind;
  }
}

/** Whether there is a set in values of this type. */
export function hasSet(type: VariableType): boolean {
  switch (type.kind) {
    case 'set':
      return true;
    case 'list':
    case 'map':
      return hasSet(type.of);
    case 'tuple':
      return type.items.some(hasSet);
    case 'object':
      return [...type.attributes.values()].some(hasSet);
    default:
      return false;
  }
}

/** A value as one of a type, or what it would have to be: `a number`. */
export type Fitted = { readonly value: Literal } | { readonly expected: string };

/** Turns a value into one of this type as Nomad does: `"3"` into 3 and back, null into a null of any type. */
export function fit(literal: Literal, type: VariableType): Fitted {
  if (type.kind === 'any' || literal.kind === 'null') return { value: literal };
  switch (type.kind) {
    case 'string':
      return fitText(literal);
    case 'number':
      return fitNumber(literal);
    case 'bool':
      return fitBool(literal);
    case 'list':
    case 'set':
      if (literal.kind !== 'list') return { expected: `a ${type.kind}, as ["a", "b"]` };
      return fitItems(literal.items, () => type.of, `everywhere in the ${type.kind}`);
    case 'tuple':
      return fitTuple(literal, type.items);
    case 'map':
      return fitMap(literal, type.of);
    case 'object':
      return fitObject(literal, type.attributes);
  }
}

function fitText(literal: Literal): Fitted {
  const text = asText(literal);
  if (isKnown(text)) return { value: { kind: 'string', value: text.known } };
  return literal.kind === 'number' ? { value: literal } : { expected: 'a string' };
}

function fitNumber(literal: Literal): Fitted {
  if (literal.kind === 'number') return { value: literal };
  const text = literal.kind === 'string' ? literal.value : '';
  return decimal(text) === undefined ? { expected: 'a number' } : { value: { kind: 'number', text } };
}

function fitBool(literal: Literal): Fitted {
  if (literal.kind === 'bool') return { value: literal };
  const text = literal.kind === 'string' ? literal.value : '';
  if (!['true', 'false', '1', '0'].includes(text)) return { expected: 'true or false' };
  return { value: { kind: 'bool', value: text === 'true' || text === '1' } };
}

function fitItems(items: readonly Literal[], typeAt: (index: number) => VariableType, where: string): Fitted {
  const values: Literal[] = [];
  for (const [index, item] of items.entries()) {
    const fitted = fit(item, typeAt(index));
    if ('expected' in fitted) return inside(fitted.expected, where);
    values.push(fitted.value);
  }
  return { value: { kind: 'list', items: values } };
}

function fitTuple(literal: Literal, types: readonly VariableType[]): Fitted {
  const count = types.length === 1 ? '1 value' : `${String(types.length)} values`;
  if (literal.kind !== 'list' || literal.items.length !== types.length) {
    return { expected: `a tuple of ${count}, as ["a", 1]` };
  }
  return fitItems(literal.items, (index) => types[index] ?? anything, 'in the tuple');
}

function fitMap(literal: Literal, of: VariableType): Fitted {
  if (literal.kind !== 'map') return { expected: 'a map, as { name = "value" }' };
  const values = fitItems([...literal.entries.values()], () => of, 'everywhere in the map');
  if ('expected' in values || values.value.kind !== 'list') return values;
  const { items } = values.value;
  return {
    value: { kind: 'map', entries: new Map([...literal.entries.keys()].map((key, at) => [key, items[at] ?? nothing])) },
  };
}

const nothing: Literal = { kind: 'null' };

/** All attributes have to be there; those that the type has not are dropped, as Nomad does. */
function fitObject(literal: Literal, attributes: ReadonlyMap<string, VariableType>): Fitted {
  if (literal.kind !== 'map') return { expected: 'an object, as { name = "value" }' };
  const missing = [...attributes.keys()].filter((name) => !literal.entries.has(name));
  if (missing.length > 0) return { expected: `an object that has ${missing.join(' and ')}, too` };
  const entries = new Map<string, Literal>();
  for (const [name, type] of attributes) {
    const fitted = fit(literal.entries.get(name) ?? nothing, type);
    if ('expected' in fitted) return inside(fitted.expected, `for ${name}`);
    entries.set(name, fitted.value);
  }
  return { value: { kind: 'map', entries } };
}

/** The innermost place is enough. */
function inside(expected: string, where: string): Fitted {
  return { expected: / (?:everywhere )?(?:in the|for) /.test(expected) ? expected : `${expected} ${where}` };
}
