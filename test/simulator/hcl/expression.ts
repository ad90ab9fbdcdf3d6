import { type Expression, type ForIntro, literal, type ObjectItem, type Step } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { between, type Range } from './source.ts';
import { type Grammar, parseHeredoc, parseQuoted } from './template.ts';

/** What a template needs to parse the expressions within it. */
export const grammar: Grammar = { expression: (cursor) => parseExpression(cursor, true), forIntro: parseForIntro };

/** Binary operators by how tightly they bind, weakest first. */
const operators: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['==', '!='],
  ['>=', '<=', '>', '<'],
  ['+', '-'],
  ['*', '/', '%'],
];

/**
 * Parses the expression at the cursor. `lines` tells whether line ends mean nothing here, as within brackets.
 * Throws `SyntaxProblem`.
 */
export function parseExpression(cursor: Cursor, lines: boolean): Expression {
  cursor.skip(lines);
  const condition = parseBinary(cursor, lines, 0);
  cursor.skip(lines);
  if (!cursor.take('?')) return condition;
  const whenTrue = parseExpression(cursor, lines);
  cursor.skip(lines);
  cursor.expect(':');
  const whenFalse = parseExpression(cursor, lines);
  const range = between(condition.range, whenFalse.range);
  return { kind: 'conditional', condition, whenTrue, whenFalse, range, start: condition.start };
}

function parseBinary(cursor: Cursor, lines: boolean, level: number): Expression {
  const choices = operators[level];
  if (!choices) return parseUnary(cursor, lines);
  let left = parseBinary(cursor, lines, level + 1);
  for (;;) {
    const before = cursor.at;
    cursor.skip(lines);
    const operator = choices.find((choice) => cursor.startsWith(choice) && !isOther(cursor, choice));
    if (operator === undefined) {
      cursor.at = before;
      return left;
    }
    cursor.at += operator.length;
    cursor.skip(lines);
    const right = parseBinary(cursor, lines, level + 1);
    left = { kind: 'binary', operator, left, right, range: between(left.range, right.range), start: left.start };
  }
}

/** A comment or a closing template mark looks like an operator at first. */
function isOther(cursor: Cursor, operator: string): boolean {
  return operator === '/' && (cursor.startsWith('//') || cursor.startsWith('/*'));
}

function parseUnary(cursor: Cursor, lines: boolean): Expression {
  cursor.skip(lines);
  const start = cursor.at;
  const operator = cursor.peek();
  if (operator !== '!' && operator !== '-') return parsePostfix(cursor, lines);
  cursor.at += 1;
  const symbol = cursor.from(start);
  const operand = parseUnary(cursor, lines);
  return { kind: 'unary', operator, operand, range: between(symbol, operand.range), start: symbol };
}

function parsePostfix(cursor: Cursor, lines: boolean): Expression {
  let target = parseTerm(cursor);
  for (;;) {
    const before = cursor.at;
    cursor.skip(lines);
    if (cursor.startsWith('.') && !cursor.startsWith('...')) target = parseDot(cursor, target);
    else if (cursor.startsWith('[')) target = parseIndex(cursor, target);
    else {
      cursor.at = before;
      return target;
    }
  }
}

function parseDot(cursor: Cursor, target: Expression): Expression {
  const start = cursor.at;
  cursor.expect('.');
  if (cursor.take('*')) return parseSplat(cursor, target, start, false);
  const number = /^\d+/.exec(cursor.peek(20))?.[0];
  if (number !== undefined) cursor.at += number.length;
  const key = number === undefined ? cursor.identifier() : Number(number);
  if (key === '') throw cursor.problem('expected an attribute name');
  return withStep(target, { key, range: cursor.from(start), byName: true });
}

function parseIndex(cursor: Cursor, target: Expression): Expression {
  const start = cursor.at;
  cursor.expect('[');
  cursor.skip(true);
  if (cursor.take('*')) {
    cursor.skip(true);
    cursor.expect(']');
    return parseSplat(cursor, target, start, true);
  }
  const key = parseExpression(cursor, true);
  cursor.skip(true);
  cursor.expect(']');
  const range = cursor.from(start);
  const literal = literalKey(key);
  if (literal !== null) return withStep(target, { key: literal, range, byName: false });
  return { kind: 'index', target, key, range: between(target.range, range), start: range };
}

function literalKey(key: Expression): string | number | null {
  if (key.kind === 'literal' && typeof key.value === 'number') return key.value;
  if (key.kind !== 'template' || key.parts.length > 1) return null;
  const part = key.parts[0];
  return part?.kind === 'literal' && typeof part.value === 'string' ? part.value : null;
}

function withStep(target: Expression, step: Step): Expression {
  const range = between(target.range, step.range);
  if (target.kind === 'traversal') return { ...target, steps: [...target.steps, step], range, start: range };
  if (target.kind === 'access') return { ...target, steps: [...target.steps, step], range, start: range };
  return { kind: 'access', target, steps: [step], range, start: range };
}

/** The rest of `list.*.name` or `list[*].name` applies to every element. */
function parseSplat(cursor: Cursor, target: Expression, start: number, full: boolean): Expression {
  const marker = cursor.from(start);
  let each: Expression = { kind: 'element', range: marker, start: marker };
  for (;;) {
    if (cursor.startsWith('.') && !cursor.startsWith('...') && !cursor.startsWith('.*')) each = parseDot(cursor, each);
    else if (full && cursor.startsWith('[')) each = parseIndex(cursor, each);
    else break;
  }
  return { kind: 'splat', target, each, range: between(target.range, each.range), start: marker };
}

function parseTerm(cursor: Cursor): Expression {
  const start = cursor.at;
  const next = cursor.peek();
  if (next === '"') return parseQuoted(cursor, grammar);
  if (cursor.startsWith('<<')) return parseHeredoc(cursor, grammar);
  if (next === '[') return parseTuple(cursor);
  if (next === '{') return parseObject(cursor);
  if (next === '(') {
    cursor.at += 1;
    const inner = parseExpression(cursor, true);
    cursor.skip(true);
    cursor.expect(')');
    return { kind: 'parentheses', inner, range: cursor.from(start), start: cursor.from(start) };
  }
  const number = /^\d+(\.\d+)?([eE][+-]?\d+)?/.exec(cursor.peek(60))?.[0];
  if (number !== undefined) {
    cursor.at += number.length;
    return literal(Number(number), cursor.from(start));
  }
  return parseName(cursor, start);
}

function parseName(cursor: Cursor, start: number): Expression {
  const name = cursor.identifier();
  const range = cursor.from(start);
  if (name === '') throw cursor.problem('expected an expression');
  if (cursor.startsWith('(')) return parseCall(cursor, name, range);
  if (name === 'true' || name === 'false') return literal(name === 'true', range);
  if (name === 'null') return literal(null, range);
  return { kind: 'traversal', root: name, steps: [], range, start: range };
}

function parseCall(cursor: Cursor, name: string, nameRange: Range): Expression {
  const open = cursor.expect('(');
  const args: Expression[] = [];
  let expandLast = false;
  for (cursor.skip(true); !cursor.take(')'); cursor.skip(true)) {
    args.push(parseExpression(cursor, true));
    cursor.skip(true);
    expandLast = cursor.take('...');
    cursor.skip(true);
    if (!cursor.startsWith(')')) cursor.expect(',');
  }
  const range = cursor.from(nameRange.start);
  return { kind: 'call', name, nameRange, args, expandLast, range, start: between(nameRange, open) };
}

function parseTuple(cursor: Cursor): Expression {
  const start = cursor.at;
  const open = cursor.expect('[');
  cursor.skip(true);
  const loop = parseFor(cursor, open, ']');
  if (loop) return loop;
  const items: Expression[] = [];
  for (; !cursor.take(']'); cursor.skip(true)) {
    items.push(parseExpression(cursor, true));
    cursor.skip(true);
    if (!cursor.startsWith(']')) cursor.expect(',');
  }
  return { kind: 'tuple', items, range: cursor.from(start), start: open };
}

function parseObject(cursor: Cursor): Expression {
  const start = cursor.at;
  const open = cursor.expect('{');
  cursor.skip(true);
  const loop = parseFor(cursor, open, '}');
  if (loop) return loop;
  const items: ObjectItem[] = [];
  for (; !cursor.take('}'); cursor.skip(true)) {
    const key = asKey(parseExpression(cursor, false));
    cursor.skip(false);
    if (!cursor.take('=')) cursor.expect(':');
    items.push({ key, value: parseExpression(cursor, false) });
    cursor.skip(false);
    cursor.take(',');
  }
  return { kind: 'object', items, range: cursor.from(start), start: open };
}

/** A bare name as a key is the name itself. */
function asKey(key: Expression): Expression {
  return key.kind === 'traversal' && key.steps.length === 0 ? literal(key.root, key.range) : key;
}

function parseFor(cursor: Cursor, open: Range, close: ']' | '}'): Expression | null {
  const before = cursor.at;
  if (!cursor.takeWord('for') || !/^\s*[\p{L}_]/u.test(cursor.peek(200))) {
    cursor.at = before;
    return null;
  }
  const { keyName, valueName, collection } = parseForIntro(cursor);
  cursor.skip(true);
  cursor.expect(':');
  const first = parseExpression(cursor, true);
  cursor.skip(true);
  const key = close === '}' ? first : null;
  let value = first;
  if (key) {
    cursor.expect('=>');
    value = parseExpression(cursor, true);
    cursor.skip(true);
  }
  const grouped = cursor.take('...');
  cursor.skip(true);
  const condition = cursor.takeWord('if') ? parseExpression(cursor, true) : null;
  cursor.skip(true);
  cursor.expect(close);
  const range = cursor.from(open.start);
  const joined = false;
  return { kind: 'for', keyName, valueName, collection, condition, key, value, grouped, joined, range, start: open };
}

/** `k, v in collection`, as in a loop of an expression or of a template. */
function parseForIntro(cursor: Cursor): ForIntro {
  cursor.skip(true);
  const first = cursor.identifier();
  cursor.skip(true);
  let second: string | null = null;
  if (cursor.take(',')) {
    cursor.skip(true);
    second = cursor.identifier();
    cursor.skip(true);
  }
  if (!cursor.takeWord('in')) throw cursor.problem('expected "in"');
  const collection = parseExpression(cursor, true);
  return { keyName: second === null ? null : first, valueName: second ?? first, collection };
}
