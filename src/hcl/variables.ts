import type { Jobspec, JobspecVariable } from './jobspec.ts';
import { parseLiteral } from './literals.ts';
import { isIdentifier, quote } from './quoted.ts';
import { expectedInstead, parseType, typeOf } from './variableType.ts';

/** A value as a person types it, with the type of its variable as written in the jobspec. */
export interface VariableValue {
  readonly value: string;
  readonly type?: string;
}

/** The declared variables that have neither a default nor a given value: Nomad reads no jobspec that has one. */
export function unsetVariables(jobspec: Jobspec, given: Readonly<Record<string, string>>): JobspecVariable[] {
  return jobspec.variables.filter((variable) => !variable.hasDefault && !Object.hasOwn(given, variable.name));
}

/** The given values the jobspec declares variables for, with the types to write them in. */
export function declaredValues(
  jobspec: Jobspec,
  given: Readonly<Record<string, string>>,
): Record<string, VariableValue> {
  const declared = jobspec.variables.filter(({ name }) => Object.hasOwn(given, name));
  return Object.fromEntries(
    declared.map((variable) => [variable.name, { value: given[variable.name] ?? '', type: typeOf(variable) }]),
  );
}

/**
 * The contents of a variable file, for `Variables` of a parse request and of a stored submission: one assignment a
 * line. A string is taken literally, whatever is in it. A value of another type is written as typed when it is a
 * literal of that type, and else as a string, so that the server says what is wrong with it. Names that can't be
 * assigned are left out.
 */
export function variablesText(values: Readonly<Record<string, VariableValue>>): string {
  return Object.entries(values)
    .filter(([name]) => isIdentifier(name))
    .map(([name, value]) => `${name} = ${expressionOf(value)}\n`)
    .join('');
}

function expressionOf({ value, type = 'string' }: VariableValue): string {
  const wanted = parseType(type);
  const literal = wanted.kind === 'string' ? undefined : parseLiteral(value);
  if (literal === undefined || expectedInstead(literal, wanted) !== undefined) return quote(value);
  return value.trim();
}

/** Why a typed value can't be one of this type, as a sentence for an input box; undefined when it can. */
export function checkVariableValue(type: string | undefined, text: string): string | undefined {
  const wanted = parseType(type ?? 'string');
  if (wanted.kind === 'string' || wanted.kind === 'any') return undefined;
  const literal = parseLiteral(text);
  const expected = literal === undefined ? expectedInstead({ kind: 'null' }, wanted) : expectedInstead(literal, wanted);
  return expected === undefined ? undefined : `Enter ${expected}.`;
}
