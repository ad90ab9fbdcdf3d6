import type { Access, Binary, Call, Conditional, Expression, For, Splat, Step, Traversal } from './ast.ts';
import { asWritten, attributeOf, elementOf, type Found } from './access.ts';
import { ArgumentProblem } from './functions/catalog.ts';
import { binary, unary } from './operators.ts';
import { innerScope, lookup, type Scope } from './scope.ts';
import type { Range, Report } from './source.ts';
import {
  hasUnknown,
  isList,
  isMap,
  mapOf,
  sortedEntries,
  toBool,
  toText,
  typeName,
  unknown,
  type Value,
  ValueProblem,
} from './values.ts';

/** The value of an expression; `unknown` after an error, which goes to `report`. */
export function evaluate(expression: Expression, scope: Scope, report: Report): Value {
  return new Evaluator(scope, report).value(expression);
}

class Evaluator {
  readonly #scope: Scope;
  readonly #report: Report;
  readonly #element: Value | undefined;

  constructor(scope: Scope, report: Report, element?: Value) {
    this.#scope = scope;
    this.#report = report;
    this.#element = element;
  }

  value(node: Expression): Value {
    switch (node.kind) {
      case 'literal':
        return node.value;
      case 'template':
        return this.#template(node.parts);
      case 'wrapped':
      case 'parentheses':
        return this.value(node.inner);
      case 'traversal':
        return this.#traversal(node);
      case 'access':
        return this.#access(node);
      case 'index': {
        const target = this.value(node.target);
        const key = this.value(node.key);
        return key === unknown || target === unknown ? unknown : this.#take(elementOf(target, key), node.start);
      }
      case 'splat':
        return this.#splat(node);
      case 'element':
        return this.#element ?? unknown;
      case 'call':
        return this.#call(node);
      case 'tuple':
        return node.items.map((item) => this.value(item));
      case 'object':
        return mapOf(node.items.map(({ key, value }) => [this.#key(key), this.value(value)] as const));
      case 'for':
        return this.#for(node);
      case 'conditional':
        return this.#conditional(node);
      case 'unary':
        return this.#guard(node.operand, (operand) => unary(node.operator, operand), 'operand');
      case 'binary':
        return this.#binary(node);
    }
  }

  #fail(summary: string, detail: string, range: Range): typeof unknown {
    this.#report({ summary, detail, range });
    return unknown;
  }

  #template(parts: readonly Expression[]): Value {
    const problem = 'Invalid template interpolation value';
    let text = '';
    let known = true;
    for (const part of parts) {
      const value = this.value(part);
      if (value === unknown) known = false;
      else if (value === null) {
        const detail = 'The expression result is null. Cannot include a null value in a string template.';
        this.#fail(problem, detail, part.range);
      } else if (isList(value) || isMap(value)) {
        const detail = `Cannot include the given value in a string template: string required, but have ${typeName(value)}.`;
        this.#fail(problem, detail, part.range);
      } else text += toText(value);
    }
    return known ? text : unknown;
  }

  #traversal(node: Traversal): Value {
    const root = lookup(this.#scope, node.root);
    if (root !== undefined) return this.#steps(root, node.steps);
    if (!this.#scope.functions)
      return this.#fail('Variables not allowed', 'Variables may not be used here.', node.range);
    return asWritten(node.range);
  }

  #access(node: Access): Value {
    return this.#steps(this.value(node.target), node.steps);
  }

  #steps(from: Value, steps: readonly Step[]): Value {
    let value = from;
    for (const step of steps) {
      if (value === unknown) return unknown;
      value =
        step.byName && typeof step.key === 'string'
          ? this.#take(attributeOf(value, step.key), step.range)
          : this.#take(elementOf(value, step.key), step.range);
    }
    return value;
  }

  #take(result: Found, range: Range): Value {
    return 'value' in result ? result.value : this.#fail(result.summary, result.detail, range);
  }

  #splat(node: Splat): Value {
    const target = this.value(node.target);
    if (target === unknown) return unknown;
    const items = isList(target) ? target : target === null ? [] : [target];
    return items.map((item) => new Evaluator(this.#scope, this.#report, item).value(node.each));
  }

  #key(node: Expression): string {
    const value = this.value(node);
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return toText(value);
    if (value !== unknown) {
      const detail =
        value === null ? "Can't use a null value as a key." : "Can't use this value as a key: string required.";
      this.#fail(value === null ? 'Null value as key' : 'Incorrect key type', detail, node.range);
    }
    return '';
  }

  #call(node: Call): Value {
    const summary = 'Call to unknown function';
    if (!this.#scope.functions) {
      return this.#fail('Function calls not allowed', 'Functions may not be called here.', node.range);
    }
    const known = this.#scope.functions.get(node.name);
    if (!known) return this.#fail(summary, `There is no function named ${JSON.stringify(node.name)}.`, node.nameRange);
    if (known.attempts) return this.#attempt(node);
    let args = node.args.map((arg) => this.value(arg));
    const last = args.at(-1);
    if (node.expandLast && last !== undefined && isList(last)) args = [...args.slice(0, -1), ...last];
    if (args.some(hasUnknown)) return unknown;
    return this.#run(node, () => known.run(args));
  }

  #run(node: Call, work: () => Value): Value {
    try {
      return work();
    } catch (error) {
      if (error instanceof ArgumentProblem) {
        const arg = error.index === null ? undefined : node.args[Math.min(error.index, node.args.length - 1)];
        const detail = error.message.startsWith('expects')
          ? `Function ${JSON.stringify(node.name)} ${error.message}`
          : error.message;
        return this.#fail(error.summary, detail, arg?.start ?? closing(node.range));
      }
      const why = error instanceof Error ? error.message : String(error);
      return this.#fail(
        'Error in function call',
        `Call to function ${JSON.stringify(node.name)} failed: ${why}.`,
        node.start,
      );
    }
  }

  /** `try` takes the first argument without an error; `can` tells whether its argument has none. */
  #attempt(node: Call): Value {
    for (const arg of node.args) {
      const problems: unknown[] = [];
      const value = evaluate(arg, this.#scope, (problem) => problems.push(problem));
      if (node.name === 'can') return problems.length === 0;
      if (problems.length === 0) return value;
    }
    return this.#fail(
      'Error in function call',
      `Call to function "${node.name}" failed: no expression succeeded.`,
      node.start,
    );
  }

  #for(node: For): Value {
    const collection = this.value(node.collection);
    if (collection === unknown) return unknown;
    const problem = collection === null ? 'Iteration over null value' : 'Iteration over non-iterable value';
    if (!isList(collection) && !isMap(collection)) {
      const detail =
        collection === null
          ? "A null value cannot be used as the collection in a 'for' expression."
          : `A value of type ${typeof collection === 'boolean' ? 'bool' : typeof collection} cannot be used as the collection in a 'for' expression.`;
      return this.#fail(problem, detail, node.collection.range);
    }
    const entries: (readonly [Value, Value])[] = isList(collection)
      ? collection.map((item, index) => [index, item] as const)
      : sortedEntries(collection);
    const list: Value[] = [];
    const map = new Map<string, Value>();
    for (const [key, value] of entries) {
      const names: [string, Value][] = [[node.valueName, value]];
      if (node.keyName !== null) names.push([node.keyName, key]);
      const inner = new Evaluator(innerScope(this.#scope, names), this.#report, this.#element);
      if (!inner.#wanted(node)) continue;
      if (node.key) inner.#collect(node, node.key, map);
      else list.push(inner.value(node.value));
    }
    if (node.key) return mapOf(map);
    if (!node.joined) return list;
    return list.some((item) => item === unknown) ? unknown : list.map(toText).join('');
  }

  #wanted(node: For): boolean {
    if (!node.condition) return true;
    const wanted = this.value(node.condition);
    try {
      return wanted !== unknown && toBool(wanted);
    } catch {
      this.#fail(
        "Invalid 'for' condition",
        "The value of the 'if' clause must be bool: a bool is required.",
        node.condition.range,
      );
      return false;
    }
  }

  #collect(node: For, keyNode: Expression, map: Map<string, Value>): void {
    const key = this.#key(keyNode);
    const value = this.value(node.value);
    const before = map.get(key);
    if (node.grouped) map.set(key, [...(before !== undefined && isList(before) ? before : []), value]);
    else if (before === undefined) map.set(key, value);
    else {
      const hint =
        'If duplicates are expected, use the ellipsis (...) after the value expression to enable grouping by key.';
      this.#fail(
        'Duplicate object key',
        `Two different items produced the key ${JSON.stringify(key)} in this 'for' expression. ${hint}`,
        keyNode.range,
      );
    }
  }

  #conditional(node: Conditional): Value {
    const condition = this.value(node.condition);
    if (condition === unknown) return unknown;
    if (condition === null)
      return this.#fail(
        'Null condition',
        'The condition value is null. Conditions must either be true or false.',
        node.condition.range,
      );
    let chosen: boolean;
    try {
      chosen = toBool(condition);
    } catch {
      return this.#fail(
        'Incorrect condition type',
        'The condition expression must be of type bool.',
        node.condition.range,
      );
    }
    return this.#unify(this.value(chosen ? node.whenTrue : node.whenFalse), chosen ? node.whenFalse : node.whenTrue);
  }

  /** Both results of a conditional have one type: a number beside a text becomes a text. */
  #unify(value: Value, other: Expression): Value {
    if (typeof value !== 'number' && typeof value !== 'boolean') return value;
    return typeof evaluate(other, this.#scope, () => undefined) === 'string' ? toText(value) : value;
  }

  #guard(node: Expression, work: (value: Value) => Value, side: string): Value {
    const value = this.value(node);
    if (value === unknown) return unknown;
    try {
      return work(value);
    } catch (error) {
      if (!(error instanceof ValueProblem)) throw error;
      return this.#fail('Invalid operand', `Unsuitable value for ${side}: ${error.message}.`, node.range);
    }
  }

  #binary(node: Binary): Value {
    const left = this.value(node.left);
    if (left === unknown) return unknown;
    const right = this.value(node.right);
    if (right === unknown) return unknown;
    try {
      return binary(node.operator, left, right);
    } catch (error) {
      if (error instanceof RangeError) return this.#fail('Division by zero', error.message, node.right.range);
      if (!(error instanceof ValueProblem)) throw error;
      const side = error.cause === 'right' ? 'right operand' : 'left operand';
      const at = error.cause === 'right' ? node.right.range : node.left.range;
      return this.#fail('Invalid operand', `Unsuitable value for ${side}: ${error.message}.`, at);
    }
  }
}

function closing(range: Range): Range {
  return { ...range, start: range.end - 1 };
}
