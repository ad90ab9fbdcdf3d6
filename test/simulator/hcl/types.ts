import type { Expression } from './ast.ts';
import type { Report } from './source.ts';
import { isList, isMap, toBool, toNumber, toText, unknown, type Value, ValueProblem } from './values.ts';

/** The type a variable asks for, such as `list(string)`. */
export type TypeConstraint =
  | { readonly kind: 'any' | 'string' | 'number' | 'bool' }
  | { readonly kind: 'list' | 'set' | 'map'; readonly item: TypeConstraint }
  | { readonly kind: 'tuple'; readonly items: readonly TypeConstraint[] }
  | { readonly kind: 'object'; readonly fields: Readonly<Record<string, TypeConstraint>> };

/** Reads a type; null after an error. */
export function readType(node: Expression, report: Report): TypeConstraint | null {
  const summary = 'Invalid type specification';
  const word = keyword(node);
  if (word === 'any' || word === 'string' || word === 'number' || word === 'bool') return { kind: word };
  if (node.kind === 'call') return readCall(node, report);
  const detail =
    word === null
      ? 'A type specification is either a primitive type keyword (bool, number, string) or a complex type constructor call, like list(string).'
      : complexWords.has(word)
        ? `The ${word} type constructor requires one argument specifying the element type.`
        : `The keyword ${JSON.stringify(word)} is not a valid type specification.`;
  report({ summary, detail, range: node.range });
  return null;
}

const complexWords = new Set(['list', 'set', 'map', 'tuple', 'object']);

function keyword(node: Expression): string | null {
  if (node.kind === 'traversal' && node.steps.length === 0) return node.root;
  const part = node.kind === 'template' && node.parts.length === 1 ? node.parts[0] : undefined;
  return part?.kind === 'literal' && typeof part.value === 'string' ? part.value : null;
}

function readCall(node: Extract<Expression, { kind: 'call' }>, report: Report): TypeConstraint | null {
  const [arg] = node.args;
  const { name } = node;
  if (arg && (name === 'list' || name === 'set' || name === 'map')) {
    const item = readType(arg, report);
    return item && { kind: name, item };
  }
  if (name === 'tuple' && arg?.kind === 'tuple') {
    const items = arg.items.map((item) => readType(item, report));
    return items.includes(null) ? null : { kind: 'tuple', items: items.filter((item) => item !== null) };
  }
  if (name === 'object' && arg?.kind === 'object') return readObject(arg, report);
  const detail = `Keyword ${JSON.stringify(name)} is not a valid type constructor.`;
  report({ summary: 'Invalid type specification', detail, range: node.nameRange });
  return null;
}

function readObject(node: Extract<Expression, { kind: 'object' }>, report: Report): TypeConstraint | null {
  const fields: Record<string, TypeConstraint> = {};
  for (const { key, value } of node.items) {
    const type = readType(value, report);
    if (!type || key.kind !== 'literal') return null;
    fields[String(key.value)] = type;
  }
  return { kind: 'object', fields };
}

/** A value in the wanted type. Throws `ValueProblem` when it does not fit. */
export function convertTo(value: Value, type: TypeConstraint): Value {
  if (value === null || value === unknown) return value;
  switch (type.kind) {
    case 'any':
      return value;
    case 'string':
      return toPlain(() => toText(value), 'string required');
    case 'number':
      return toNumber(value);
    case 'bool':
      return toBool(value);
    case 'list':
    case 'set':
      if (!isList(value)) throw new ValueProblem(`${describe(type)} required`);
      return within(value, type, (item) => convertTo(item, type.item));
    case 'tuple':
      if (!isList(value) || value.length !== type.items.length) throw new ValueProblem('tuple required');
      return value.map((item, index) => convertTo(item, type.items[index] ?? { kind: 'any' }));
    case 'map':
      if (!isMap(value)) throw new ValueProblem(`${describe(type)} required`);
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, inKey(key, () => convertTo(item, type.item))]),
      );
    case 'object':
      if (!isMap(value)) throw new ValueProblem('object required');
      return Object.fromEntries(
        Object.entries(type.fields).map(([key, field]) => [key, ofField(value[key], key, field)]),
      );
  }
}

function toPlain(work: () => Value, message: string): Value {
  try {
    return work();
  } catch {
    throw new ValueProblem(message);
  }
}

function within(list: readonly Value[], type: TypeConstraint, read: (item: Value) => Value): Value {
  const items = list.map((item, index) => inKey(String(index), () => read(item)));
  return type.kind === 'set' ? items.filter((item, index) => items.indexOf(item) === index) : items;
}

function inKey(key: string, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    const name = /^\d+$/.test(key) ? key : JSON.stringify(key);
    throw new ValueProblem(`element ${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function ofField(value: Value | undefined, key: string, type: TypeConstraint): Value {
  if (value === undefined) throw new ValueProblem(`attribute ${JSON.stringify(key)} is required`);
  try {
    return convertTo(value, type);
  } catch (error) {
    throw new ValueProblem(
      `attribute ${JSON.stringify(key)}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function describe(type: TypeConstraint): string {
  return type.kind === 'list' || type.kind === 'set' || type.kind === 'map'
    ? `${type.kind} of ${describe(type.item)}`
    : type.kind;
}
