import { looksSecret } from '../../base/secretNames.ts';
import type { Jobspec, JobspecVariable } from '../jobspec.ts';
import type { Literal } from './literals.ts';
import { literalText, parseLiteral } from './literals.ts';
import { isIdentifier, quote } from '../syntax/quoted.ts';
import { isKnown } from './told.ts';
import type { Told } from './told.ts';
import { fit, typeOf } from './variableType.ts';
import type { VariableType } from './variableType.ts';

/** Where a value comes from, in words for people. */
export type ValueSource = 'environment' | `file ${string}` | 'typed';

/** A value given to a variable. */
export interface Assignment {
  readonly name: string;
  /** HCL, as it stands behind the `=` in a variable file. */
  readonly expression: string;
  /** What it says, where that can be told. */
  readonly value: Told<Literal>;
  readonly from: ValueSource;
}

/** Given values by the names of their variables. Names come from outside: never the keys of an object. */
export type Assignments = ReadonlyMap<string, Assignment>;

/** The declared variables that have neither a default nor a given value: Nomad reads no jobspec that has one. */
export function unsetVariables(jobspec: Jobspec, given: { has(name: string): boolean }): JobspecVariable[] {
  return jobspec.variables.filter((variable) => !variable.hasDefault && !given.has(variable.name));
}

/**
 * A value as typed by a person or given in the environment. A string is taken literally, whatever is in it. A value of
 * another type is written as typed when it is a literal of that type, and else as a string, so that the server says
 * what is wrong with it.
 */
export function assignTyped(variable: JobspecVariable, text: string, from: ValueSource): Assignment {
  const type = typeOf(variable);
  const literal = type.kind === 'string' ? undefined : parseLiteral(text);
  const fitted = literal === undefined ? undefined : fit(literal, type);
  if (fitted !== undefined && 'value' in fitted) {
    return { name: variable.name, expression: text.trim(), value: { known: fitted.value }, from };
  }
  const taken = type.kind === 'string' || type.kind === 'any';
  const value: Told<Literal> = taken
    ? { known: { kind: 'string', value: text } }
    : { unknown: `the value given is not of the type ${type.kind}` };
  return { name: variable.name, expression: quote(text), value, from };
}

/**
 * The contents of a variable file, for `Variables` of a parse request and of a stored submission: one assignment after
 * the other. Names that can't be assigned are left out.
 */
export function variablesText(assignments: Iterable<Assignment>): string {
  return [...assignments]
    .filter(({ name }) => isIdentifier(name))
    .map(({ name, expression }) => `${name} = ${expression.trimEnd()}\n`)
    .join('');
}

/** Why a typed value can't be one of this type, as a sentence for an input box; undefined when it can. */
export function checkVariableValue(type: VariableType, text: string): string | undefined {
  if (type.kind === 'string' || type.kind === 'any') return undefined;
  const literal = parseLiteral(text);
  // A list fits none of the simple types, and a text none of the others.
  const stranger: Literal =
    type.kind === 'number' || type.kind === 'bool' ? { kind: 'list', items: [] } : { kind: 'bool', value: false };
  const fitted = fit(literal ?? stranger, type);
  return 'expected' in fitted ? `Enter ${fitted.expected}.` : undefined;
}

/** A variable as people see it. */
export interface ShownVariable {
  readonly name: string;
  /** HCL on one line; masked where the name looks like that of a secret. */
  readonly value: string;
  readonly from: ValueSource | 'default';
}

/** All declared variables that have a value, in the order of the text. */
export function shownVariables(jobspec: Jobspec, given: Assignments): ShownVariable[] {
  return jobspec.variables.flatMap((variable): ShownVariable[] => {
    const { name } = variable;
    const assignment = given.get(name);
    if (assignment !== undefined) {
      return [{ name, value: shown(name, assignment.value, assignment.expression), from: assignment.from }];
    }
    if (!variable.hasDefault) return [];
    const told = variable.initial ?? { unknown: '' };
    return [{ name, value: shown(name, told, variable.defaultText ?? ''), from: 'default' }];
  });
}

/** The same for every secret, so that not even its length shows. */
const mask = '••••••';

function shown(name: string, value: Told<Literal>, text: string): string {
  if (looksSecret(name)) return mask;
  return isKnown(value) ? literalText(value.known) : text.replace(/\s+/g, ' ').trim();
}
