import { sameValue, toBool, toNumber, type Value, ValueProblem } from './values.ts';

export function unary(operator: '!' | '-', operand: Value): Value {
  return operator === '!' ? !toBool(operand) : -toNumber(operand);
}

/** Throws `ValueProblem` with the side at fault as its cause, and `RangeError` for a division by zero. */
export function binary(operator: string, left: Value, right: Value): Value {
  if (operator === '==') return sameValue(left, right);
  if (operator === '!=') return !sameValue(left, right);
  if (operator === '&&' || operator === '||') {
    const [a, b] = [side(toBool, left, 'left'), side(toBool, right, 'right')];
    return operator === '&&' ? a && b : a || b;
  }
  return arithmetic(operator, side(toNumber, left, 'left'), side(toNumber, right, 'right'));
}

function side<T>(convert: (value: Value) => T, value: Value, cause: 'left' | 'right'): T {
  try {
    return convert(value);
  } catch (error) {
    throw new ValueProblem(error instanceof Error ? error.message : String(error), { cause });
  }
}

function arithmetic(operator: string, a: number, b: number): Value {
  if (operator === '%' && b === 0) throw new RangeError('Division by zero.');
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    case '<':
      return a < b;
    case '>':
      return a > b;
    case '<=':
      return a <= b;
    case '>=':
      return a >= b;
    default:
      throw new ValueProblem(`unknown operator ${operator}`);
  }
}
