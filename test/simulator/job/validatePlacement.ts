import { nested, when } from './errors.ts';
import { children, type Fields, numberOf, textOf } from './fields.ts';

const comparisons = ['=', '==', 'is', '!=', 'not', '<', '<=', '>', '>='];
const setOperators = ['set_contains', 'set_contains_all', 'set_contains_any'];

/** Errors of the constraints of a job, a group or a task. @param attributeMissing what is said of one without */
export function constraintErrors(owner: Fields, attributeMissing: string): string[] {
  return children(owner, 'Constraints').flatMap((constraint, index) =>
    nested(oneConstraint(constraint, attributeMissing), `Constraint ${String(index + 1)} validation failed: `),
  );
}

function oneConstraint(constraint: Fields, attributeMissing: string): string[] {
  const [operand, target] = [textOf(constraint, 'Operand'), textOf(constraint, 'RTarget')];
  const noTarget = textOf(constraint, 'LTarget') === '' && operand !== 'distinct_hosts';
  return [
    ...when(operand === '', 'Missing constraint operand'),
    ...operandErrors(operand, target, 'Set contains constraint requires an RTarget'),
    ...when(noTarget, attributeMissing),
  ];
}

function operandErrors(operand: string, target: string, setMessage: string): string[] {
  const quoted = JSON.stringify(operand);
  if (setOperators.includes(operand)) return when(target === '', setMessage);
  if (comparisons.includes(operand)) return when(target === '', `Operator ${quoted} requires an RTarget`);
  switch (operand) {
    case 'regexp':
      return patternErrors(target);
    case 'distinct_property':
      return when(target !== '' && !/^[1-9]\d*$/.test(target), distinctProblem(target));
    case 'is_set':
    case 'is_not_set':
      return when(target !== '', `Operator ${quoted} does not support an RTarget`);
    case 'distinct_hosts':
    case 'semver':
      return [];
    case 'version': {
      const valid = target
        .split(',')
        .every((one) => /^\s*(=|!=|>|<|>=|<=|~>)?\s*v?\d+(\.\d+)*([-+][\w.-]+)?\s*$/.test(one));
      return when(!valid, `Version constraint is invalid: Malformed constraint: ${target}`);
    }
    default:
      return [`Unknown constraint type ${quoted}`];
  }
}

function distinctProblem(target: string): string {
  if (/^0+$/.test(target)) return 'Distinct Property must have an allowed count of 1 or greater: 0 < 1';
  const quoted = JSON.stringify(target);
  return `Failed to convert RTarget ${quoted} to uint64: strconv.ParseUint: parsing ${quoted}: invalid syntax`;
}

function patternErrors(pattern: string): string[] {
  const open = pattern.replaceAll(/\\./g, '').split('(').length;
  const close = pattern.replaceAll(/\\./g, '').split(')').length;
  const reason = open > close ? 'missing closing )' : open < close ? 'unexpected )' : 'invalid pattern';
  try {
    new RegExp(pattern);
    return [];
  } catch {
    return [`Regular expression failed to compile: error parsing regexp: ${reason}: \`${pattern}\``];
  }
}

/** Errors of the affinities of a job, a group or a task. */
export function affinityErrors(owner: Fields, jobType: string): string[] {
  const affinities = children(owner, 'Affinities');
  if (jobType === 'system') return when(affinities.length > 0, 'System jobs may not have an affinity block');
  return affinities.flatMap((affinity, index) =>
    nested(oneAffinity(affinity), `Affinity ${String(index + 1)} validation failed: `),
  );
}

function oneAffinity(affinity: Fields): string[] {
  const [operand, weight] = [textOf(affinity, 'Operand'), numberOf(affinity, 'Weight')];
  const known = [...comparisons, ...setOperators, 'regexp', 'version', 'semver'].includes(operand);
  return [
    ...when(operand === '', 'Missing affinity operand'),
    ...(known
      ? operandErrors(operand, textOf(affinity, 'RTarget'), 'Set contains operators require an RTarget')
      : [`Unknown affinity operator ${JSON.stringify(operand)}`]),
    ...when(textOf(affinity, 'LTarget') === '', 'No LTarget provided but is required'),
    ...when(weight === 0, 'Affinity weight cannot be zero'),
    ...when(Math.abs(weight) > 100, 'Affinity weight must be within the range [-100,100]'),
  ];
}

/** Errors of the spreads of a job or a group. */
export function spreadErrors(owner: Fields, jobType: string): string[] {
  const spreads = children(owner, 'Spreads');
  if (jobType === 'system') return when(spreads.length > 0, 'System jobs may not have a spread block');
  return spreads.flatMap((spread, index) =>
    nested(oneSpread(spread), `Spread ${String(index + 1)} validation failed: `),
  );
}

function oneSpread(spread: Fields): string[] {
  const weight = numberOf(spread, 'Weight');
  const targets = children(spread, 'SpreadTarget');
  const values = targets.map((target) => textOf(target, 'Value'));
  const sum = targets.reduce((total, target) => total + numberOf(target, 'Percent'), 0);
  return [
    ...when(textOf(spread, 'Attribute') === '', 'Missing spread attribute'),
    ...when(weight <= 0 || weight > 100, 'Spread block must have a positive weight from 0 to 100'),
    ...targets.flatMap((target, index) => {
      const value = JSON.stringify(values[index]);
      return [
        ...when(values.indexOf(values[index] ?? '') < index, `Spread target value ${value} already defined`),
        ...when(
          numberOf(target, 'Percent') > 100,
          `Spread target percentage for value ${value} must be between 0 and 100`,
        ),
      ];
    }),
    ...when(sum > 100, `Sum of spread target percentages must not be greater than 100%; got ${String(sum)}%`),
  ];
}
