import type { Attribute, Body, Expression } from './ast.ts';
import { parseDuration } from './duration.ts';
import { evaluate } from './evaluate.ts';
import type { Scope } from './scope.ts';
import type { AttributeField, AttributeType } from './schema.ts';
import type { Report } from './source.ts';
import {
  hasUnknown,
  isList,
  isMap,
  mapOf,
  toBool,
  toNumber,
  toText,
  typeName,
  unknown,
  type Value,
  ValueProblem,
} from './values.ts';

const unsuitable = 'Unsuitable value type';

/** The value of an attribute in the type its field wants; undefined after an error. */
export function decodeAttribute(attribute: Attribute, field: AttributeField, scope: Scope, report: Report): unknown {
  return decodeExpression(attribute.value, field.type, field.nullable, scope, report);
}

export function decodeExpression(
  expression: Expression,
  type: AttributeType,
  nullable: boolean,
  scope: Scope,
  report: Report,
): unknown {
  const fail = (detail: string, summary = unsuitable): unknown => {
    report({ summary, detail, range: expression.start });
    return undefined;
  };
  const value = evaluate(expression, scope, report);
  if (type === 'duration') {
    if (value === null) return fail('Unsuitable duration value: nil', 'Unsuitable value');
    if (value === unknown) return fail('Unsuitable value: expected a string but found dynamic');
  } else {
    if (isCollection(type) ? hasUnknown(value) : value === unknown)
      return fail('Unsuitable value: value must be known');
    if (value === null)
      return nullable || isCollection(type) ? null : fail('Unsuitable value: null value is not allowed');
  }
  try {
    return convert(value, type);
  } catch (error) {
    if (!(error instanceof ValueProblem)) throw error;
    return fail(
      type === 'duration' && typeof value === 'string' ? error.message : `Unsuitable value: ${error.message}`,
    );
  }
}

function isCollection(type: AttributeType): boolean {
  return type === 'strings' || type === 'numbers' || type === 'texts';
}

function convert(value: Value, type: AttributeType): unknown {
  switch (type) {
    case 'string':
      return toText(value);
    case 'number':
      return wholeNumber(value);
    case 'bool':
      return toBool(value);
    case 'duration':
      return duration(value);
    case 'strings':
      return eachItem(value, 'list of string', toText);
    case 'numbers':
      return eachItem(value, 'list of number', wholeNumber);
    case 'texts':
      return texts(value);
    case 'null':
      return null;
  }
}

function wholeNumber(value: Value): number {
  const number = toNumber(value);
  if (Number.isInteger(number)) return number;
  throw new ValueProblem('value must be a whole number, between -9223372036854775808 and 9223372036854775807');
}

function duration(value: Value): number {
  if (typeof value === 'number') return wholeNumber(value);
  if (typeof value !== 'string') {
    // The server prints the type of a bool in Go's way.
    const found = typeof value === 'boolean' ? '{{{} %!s(cty.primitiveTypeKind=66)}}' : typeName(value);
    throw new ValueProblem(`expected a string but found ${found}`);
  }
  const parsed = parseDuration(value);
  if (typeof parsed === 'number') return parsed;
  throw new ValueProblem(`Unsuitable duration value: ${parsed.problem}`);
}

function eachItem<T>(value: Value, wanted: string, read: (item: Value) => T): T[] {
  if (isMap(value)) throw new ValueProblem(`${wanted} required`);
  if (!isList(value)) throw new ValueProblem(`${wanted} required, but have ${typeName(value)}`);
  if (value.includes(null)) throw new ValueProblem('null value is not allowed');
  return value.map((item, index) => {
    try {
      return read(item);
    } catch (error) {
      throw new ValueProblem(`element ${String(index)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
}

function texts(value: Value): Record<string, string> {
  if (!isMap(value)) throw new ValueProblem(`map of string required, but have ${typeName(value)}`);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      try {
        return [key, toText(item)];
      } catch (error) {
        throw new ValueProblem(
          `element ${JSON.stringify(key)}: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    }),
  );
}

/** A body of free names with texts, as of `meta` and `env`. */
export function decodeTexts(body: Body, scope: Scope, report: Report): Record<string, unknown> {
  return decodeNames(body, 'string', scope, report);
}

/** A body of free names with lists of texts, as of a check's `header`. */
export function decodeLists(body: Body, scope: Scope, report: Report): Record<string, unknown> {
  return decodeNames(body, 'strings', scope, report);
}

function decodeNames(body: Body, type: AttributeType, scope: Scope, report: Report): Record<string, unknown> {
  for (const block of body.blocks) {
    const detail = `Blocks are not allowed here.`;
    report({ summary: `Unexpected ${JSON.stringify(block.type)} block`, detail, range: block.typeRange });
  }
  const entries = [...body.attributes.values()].map(
    ({ name, value }) => [name, decodeExpression(value, type, false, scope, report) ?? ''] as const,
  );
  return Object.fromEntries(entries);
}

/** A free body, as of `config`: blocks and attributes are the same, and a map is a list of one map. */
export function decodeAny(body: Body, scope: Scope, report: Report): Record<string, unknown> {
  const entries = Object.entries(freeBody(body, scope, report) as Record<string, unknown>);
  return Object.fromEntries(entries.filter(([, value]) => value !== null));
}

function freeBody(body: Body, scope: Scope, report: Report): Value {
  const entries: [string, Value][] = [];
  for (const { name, value: expression } of body.attributes.values()) {
    const value = evaluate(expression, scope, report);
    if (hasUnknown(value)) {
      report({
        summary: 'unsuitable value type',
        detail: 'Unsuitable value: value is not known',
        range: expression.start,
      });
    }
    entries.push([name, expression.kind === 'object' && !body.json ? [value] : value]);
  }
  for (const type of new Set(body.blocks.map((block) => block.type))) {
    const blocks = body.blocks.filter((block) => block.type === type);
    entries.push([
      type,
      blocks.map((block) =>
        labelled(
          block.labels.map(({ text }) => text),
          freeBody(block.body, scope, report),
        ),
      ),
    ]);
  }
  return mapOf(entries);
}

function labelled(labels: readonly string[], body: Value): Value {
  return labels.reduceRight<Value>((inner, label) => ({ [label]: [inner] }), body);
}
