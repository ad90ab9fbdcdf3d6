import type { Attribute, Body } from './ast.ts';
import { contentOf } from './content.ts';
import { evaluate } from './evaluate.ts';
import type { Scope } from './scope.ts';
import type { Report } from './source.ts';
import { toBool, toNumber, toText, unknown, type Value, ValueProblem } from './values.ts';

const constraintNames = ['distinct_property', 'distinct_hosts', 'regexp', 'version', 'semver', 'set_contains'];
/** Accepted as attributes of a constraint, but without effect. */
const ignoredNames = ['set_contains_all', 'set_contains_any', 'is_set', 'is_not_set'];
const affinityNames = ['version', 'semver', 'regexp', 'set_contains_any', 'set_contains_all', 'set_contains'];

/** The short forms of a constraint, such as `distinct_hosts = true`, as operand and targets. */
export function decodeConstraint(body: Body, scope: Scope, report: Report): Record<string, unknown> {
  const read = reader(body, [...constraintNames, ...ignoredNames], scope, report);
  const constraint = { LTarget: read.text('attribute'), RTarget: read.text('value'), Operand: read.text('operator') };
  for (const name of ['version', 'semver', 'regexp', 'set_contains']) {
    const target = read.text(name);
    if (target !== '') Object.assign(constraint, { Operand: name, RTarget: target });
  }
  const distinctHosts = read.value('distinct_hosts', toBool);
  if (distinctHosts !== null) Object.assign(constraint, { Operand: 'distinct_hosts', RTarget: String(distinctHosts) });
  const property = read.text('distinct_property');
  if (property !== '') Object.assign(constraint, { Operand: 'distinct_property', LTarget: property });
  if (constraint.Operand === '') constraint.Operand = '=';
  return constraint;
}

export function decodeAffinity(body: Body, scope: Scope, report: Report): Record<string, unknown> {
  const read = reader(body, [...affinityNames, 'weight'], scope, report);
  const weight = read.value('weight', toNumber);
  const affinity = { LTarget: read.text('attribute'), RTarget: read.text('value'), Operand: read.text('operator') };
  for (const name of affinityNames) {
    const target = read.text(name);
    if (target !== '') Object.assign(affinity, { Operand: name, RTarget: target });
  }
  if (affinity.Operand === '') affinity.Operand = '=';
  return { ...affinity, Weight: weight };
}

interface Reader {
  text(name: string): string;
  value<T>(name: string, convert: (value: Value) => T): T | null;
}

function reader(body: Body, names: readonly string[], scope: Scope, report: Report): Reader {
  const allowed = { attributes: ['attribute', 'value', 'operator', ...names], blocks: new Map<string, string[]>() };
  const { attributes } = contentOf(body, scope, allowed, report);
  const value = <T>(name: string, convert: (value: Value) => T): T | null => {
    const attribute = attributes.get(name);
    return attribute ? convertAttribute(attribute, convert, scope, report) : null;
  };
  return { value, text: (name) => value(name, toText) ?? '' };
}

function convertAttribute<T>(
  attribute: Attribute,
  convert: (value: Value) => T,
  scope: Scope,
  report: Report,
): T | null {
  const value = evaluate(attribute.value, scope, report);
  if (value === null || value === unknown) return null;
  try {
    return convert(value);
  } catch (error) {
    if (!(error instanceof ValueProblem)) throw error;
    const detail = `Inappropriate value for attribute ${JSON.stringify(attribute.name)}: ${error.message}.`;
    report({ summary: 'Incorrect attribute value type', detail, range: attribute.value.range });
    return null;
  }
}
