import type { Expression } from '../syntax/expressions.ts';
import { callFunction } from './functions.ts';
import { sameLiteral } from './literals.ts';
import type { Literal } from './literals.ts';
import { decimal } from './numbers.ts';
import { asText } from './texts.ts';
import { all, then } from './told.ts';
import type { Told } from './told.ts';

/** What names stand for. `variable` and `local` take any name, even one that is not declared. */
export interface Scope {
  variable(name: string): Told<Literal>;
  local(name: string): Told<Literal>;
}

/** Nothing worth evaluating here is longer, but a text that each of 50 locals doubles would be. */
const longestText = 10_000;

/** Of defaults and of variable files: neither variables nor functions are known there. */
export const emptyScope: Scope = {
  variable: () => ({ unknown: 'it refers to a variable' }),
  local: () => ({ unknown: 'it refers to a local value' }),
};

/**
 * Evaluates an expression as Nomad does, or says why that can't be done here. Never guesses: whatever might differ from
 * Nomad in the slightest is unknown.
 */
export function evaluate(expression: Expression, scope: Scope): Told<Literal> {
  switch (expression.kind) {
    case 'value':
      return { known: expression.value };
    case 'list':
      return then(all(expression.items.map((item) => evaluate(item, scope))), (items) =>
        known({ kind: 'list', items }),
      );
    case 'map':
      return mapOf(expression.entries, scope);
    case 'template':
      return textOfParts(expression.parts, scope);
    case 'variable':
      return scope.variable(expression.name);
    case 'local':
      return scope.local(expression.name);
    case 'index':
      return then(evaluate(expression.of, scope), (of) => then(evaluate(expression.key, scope), (key) => at(of, key)));
    case 'conditional':
      return conditional(expression, scope);
    case 'operation':
      return then(all(expression.operands.map((one) => evaluate(one, scope))), (operands) =>
        operate(expression.operator, operands),
      );
    case 'call':
      return then(all(expression.given.map((one) => evaluate(one, scope))), (given) =>
        callFunction(expression.name, given),
      );
    case 'other':
      return { unknown: `it holds ${expression.what}` };
  }
}

function known<T>(value: T): { readonly known: T } {
  return { known: value };
}

function mapOf(entries: readonly (readonly [Expression, Expression])[], scope: Scope): Told<Literal> {
  const pairs = entries.map(([key, value]) =>
    then(evaluate(key, scope), (name) =>
      then(asText(name), (text) => then(evaluate(value, scope), (one) => known([text, one] as const))),
    ),
  );
  return then(all(pairs), (read) => known({ kind: 'map', entries: new Map(read) }));
}

function textOfParts(parts: readonly Expression[], scope: Scope): Told<Literal> {
  return then(all(parts.map((part) => then(evaluate(part, scope), asText))), (texts) => {
    const value = texts.join('');
    return value.length > longestText ? { unknown: 'it is too long to tell' } : known({ kind: 'string', value });
  });
}

function at(of: Literal, key: Literal): Told<Literal> {
  const found =
    of.kind === 'map' && key.kind !== 'list' && key.kind !== 'map'
      ? then(asText(key), (name) => known(of.entries.get(name)))
      : known(of.kind === 'list' && key.kind === 'number' ? of.items[Number(decimal(key.text))] : undefined);
  return then(found, (one) => (one === undefined ? { unknown: 'it refers to a value that is not there' } : known(one)));
}

/** Nomad gives both branches one type; only those of one kind, or with no value, are the same before and after. */
function conditional({ test, yes, no }: Extract<Expression, { kind: 'conditional' }>, scope: Scope): Told<Literal> {
  return then(evaluate(test, scope), (decided) => {
    if (decided.kind !== 'bool') return { unknown: 'a condition in it is neither true nor false' };
    const [chosen, rest] = [evaluate(yes, scope), evaluate(no, scope)];
    // What the other branch is decides the type of both.
    return then(all([chosen, rest]), ([first, second]) => {
      if (first === undefined || second === undefined) return { unknown: 'a condition in it is broken' };
      return unified(decided.value ? first : second, decided.value ? second : first);
    });
  });
}

function unified(taken: Literal, left: Literal): Told<Literal> {
  if (taken.kind === left.kind || taken.kind === 'null' || left.kind === 'null') return known(taken);
  const kinds = [taken.kind, left.kind];
  if (kinds.some((kind) => kind === 'list' || kind === 'map')) {
    return { unknown: 'the two values of a condition in it differ in type' };
  }
  return kinds.includes('string')
    ? then(asText(taken), (value) => known({ kind: 'string', value }))
    : { unknown: 'the two values of a condition in it differ in type' };
}

function operate(operator: string, operands: readonly Literal[]): Told<Literal> {
  const [one, other] = operands;
  if (one === undefined) return { unknown: 'an operation in it is broken' };
  if (operator === '==' || operator === '!=')
    return other === undefined ? notTold(operator) : equality(operator, one, other);
  const bools = operands.flatMap((operand) => (operand.kind === 'bool' ? [operand.value] : []));
  if (bools.length === operands.length) {
    if (operator === '!' && operands.length === 1) return known({ kind: 'bool', value: bools[0] !== true });
    if (operator === '&&') return known({ kind: 'bool', value: bools.every(Boolean) });
    if (operator === '||') return known({ kind: 'bool', value: bools.some(Boolean) });
  }
  if (operator === '-' && operands.length === 1 && one.kind === 'number' && /^\d/.test(one.text)) {
    return decimal(one.text) === '0' ? notTold(operator) : known({ kind: 'number', text: `-${one.text}` });
  }
  return notTold(operator);
}

/** Values of two kinds are never equal, `1` and `"1"` neither. */
function equality(operator: string, one: Literal, other: Literal): Told<Literal> {
  const hasParts = [one, other].some(({ kind }) => kind === 'list' || kind === 'map');
  if (hasParts && one.kind !== 'null' && other.kind !== 'null') return notTold(operator);
  return known({ kind: 'bool', value: sameLiteral(one, other) === (operator === '==') });
}

function notTold(operator: string): { readonly unknown: string } {
  return { unknown: `it holds the operation "${operator}"` };
}
