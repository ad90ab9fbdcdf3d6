import type { Node } from 'web-tree-sitter';
import type { Literal } from '../evaluation/literals.ts';
import { heredocParts } from './heredoc.ts';
import { decodeTemplateText, unquote } from './quoted.ts';

/** An expression as plain data, as far as it may be worked out without Nomad. */
export type Expression =
  | { readonly kind: 'value'; readonly value: Literal }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [Expression, Expression])[] }
  /** Its parts as texts, one after the other. */
  | { readonly kind: 'template'; readonly parts: readonly Expression[] }
  | { readonly kind: 'variable' | 'local'; readonly name: string }
  | { readonly kind: 'index'; readonly of: Expression; readonly key: Expression }
  | { readonly kind: 'conditional'; readonly test: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly kind: 'operation'; readonly operator: string; readonly operands: readonly Expression[] }
  | { readonly kind: 'call'; readonly name: string; readonly given: readonly Expression[] }
  /** What it holds that is not worked out here, in words: `a "for" expression`. */
  | { readonly kind: 'other'; readonly what: string };

/** Expressions nested deeper than this are left to Nomad. */
const deepest = 50;

/** Reads an `expression` of a tree. Never throws for what is in the text. */
export function readExpression(node: Node, text: string): Expression {
  return new ExpressionReader(text).read(node, 0);
}

export function stringValue(value: string): Expression {
  return { kind: 'value', value: { kind: 'string', value } };
}

class ExpressionReader {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  read(node: Node, depth: number): Expression {
    if (depth > deepest) return other('a deeply nested expression');
    if (node.hasError) return other('a syntax error');
    switch (node.type) {
      case 'expression':
        return this.#steps(
          node.namedChildren.filter((child) => child.type !== 'comment'),
          depth,
        );
      case 'literal_value':
        return this.#literal(node);
      case 'template_expr':
        return this.#template(node, depth);
      case 'collection_value':
        return this.#collection(node, depth);
      case 'operation':
        return this.#operation(node, depth);
      case 'conditional':
        return this.#conditional(node, depth);
      case 'variable_expr':
        // A name alone has no value of its own in a jobspec.
        return other(`"${this.#textOf(node)}"`);
      case 'function_call':
        return this.#call(node, depth);
      case 'for_expr':
        return other('a "for" expression');
      default:
        return other('an expression of its own kind');
    }
  }

  /** A value and the steps into it, as `var.site.name[0]`; the grammar has them beside each other. */
  #steps(nodes: readonly Node[], depth: number): Expression {
    const [first, second] = nodes;
    if (first === undefined) return other('an empty expression');
    const root = first.type === 'variable_expr' ? this.#textOf(first) : undefined;
    const isName = (root === 'var' || root === 'local') && second?.type === 'get_attr';
    const start: Expression = isName
      ? { kind: root === 'var' ? 'variable' : 'local', name: this.#nameOf(second) }
      : this.read(first, depth + 1);
    return nodes.slice(isName ? 2 : 1).reduce((of, step) => this.#step(of, step, depth), start);
  }

  #step(of: Expression, step: Node, depth: number): Expression {
    if (step.type === 'get_attr') return { kind: 'index', of, key: stringValue(this.#nameOf(step)) };
    const index = step.type === 'index' ? step.namedChild(0) : null;
    if (index?.type === 'legacy_index') {
      const text = this.#textOf(index).replace(/^\./, '');
      return { kind: 'index', of, key: { kind: 'value', value: { kind: 'number', text } } };
    }
    const key = index?.namedChildren.find((child) => child.type === 'expression');
    return key === undefined ? other('a splat') : { kind: 'index', of, key: this.read(key, depth + 1) };
  }

  #literal(node: Node): Expression {
    const text = this.#textOf(node);
    switch (node.namedChild(0)?.type) {
      case 'numeric_lit':
        return /^\d/.test(text) ? { kind: 'value', value: { kind: 'number', text } } : other('a number');
      case 'bool_lit':
        return { kind: 'value', value: { kind: 'bool', value: text === 'true' } };
      case 'null_lit':
        return { kind: 'value', value: { kind: 'null' } };
      default: {
        const value = unquote(text);
        return value === undefined ? other('a broken string') : stringValue(value);
      }
    }
  }

  #template(node: Node, depth: number): Expression {
    const inner = node.namedChild(0);
    if (inner === null) return other('a template');
    if (inner.type === 'heredoc_template') {
      const parts = heredocParts(this.#text, inner);
      return parts === undefined ? other('a template directive') : this.#joined(parts, depth, false);
    }
    // The text between the parts is taken from the source: the tree drops blanks at the edges of templates.
    const holes = inner.namedChildren.filter(({ type }) => type.startsWith('template_') && type !== 'template_literal');
    if (holes.some(({ type }) => type !== 'template_interpolation')) return other('a template directive');
    const parts: (string | Node)[] = [];
    let at = inner.startIndex + 1;
    for (const hole of holes) {
      parts.push(decodeTemplateText(this.#text.slice(at, hole.startIndex)), hole);
      at = hole.endIndex;
    }
    parts.push(decodeTemplateText(this.#text.slice(at, inner.endIndex - 1)));
    return this.#joined(
      parts.filter((part) => part !== ''),
      depth,
      true,
    );
  }

  /** A quoted string that is one interpolation is that value, of whatever type; else all is made text. */
  #joined(parts: readonly (string | Node)[], depth: number, mayBeOne: boolean): Expression {
    const read = parts.map((part) => (typeof part === 'string' ? stringValue(part) : this.#interpolation(part, depth)));
    const [first] = read;
    if (mayBeOne && first !== undefined && read.length === 1) return first;
    return { kind: 'template', parts: read };
  }

  #interpolation(node: Node, depth: number): Expression {
    // `~` takes away blanks beside it.
    if (/^\$\{~|~\}$/.test(this.#textOf(node))) return other('a template that trims blanks');
    const inner = node.namedChildren.find((child) => child.type === 'expression');
    return inner === undefined ? other('an empty template') : this.read(inner, depth + 1);
  }

  #collection(node: Node, depth: number): Expression {
    const inner = node.namedChild(0);
    const children = inner?.namedChildren ?? [];
    if (inner?.type === 'tuple') {
      const items = children.filter((child) => child.type === 'expression');
      return { kind: 'list', items: items.map((item) => this.read(item, depth + 1)) };
    }
    const elements = children.filter((child) => child.type === 'object_elem');
    return { kind: 'map', entries: elements.map((element) => this.#entry(element, depth)) };
  }

  #entry(element: Node, depth: number): readonly [Expression, Expression] {
    const [key, value] = element.namedChildren.filter((child) => child.type === 'expression');
    if (key === undefined || value === undefined) return [other('a broken entry'), other('a broken entry')];
    const [only, more] = key.namedChildren;
    const isName = only?.type === 'variable_expr' && more === undefined && !this.#textOf(key).startsWith('(');
    return [isName ? stringValue(this.#textOf(key)) : this.read(key, depth + 1), this.read(value, depth + 1)];
  }

  /**
   * Operands have their steps beside them as well, so all that is left of the operator is one operand, and all that is
   * right of it the other.
   */
  #operation(node: Node, depth: number): Expression {
    const inner = node.namedChild(0);
    if (inner === null) return other('an operation');
    const children = inner.children.filter((child) => child.type !== 'comment');
    const sign = children.findIndex((child) => !child.isNamed && child.type !== '(' && child.type !== ')');
    if (sign === -1) return other('an operation');
    const operands = [children.slice(0, sign), children.slice(sign + 1)]
      .map((side) => side.filter((child) => child.isNamed))
      .filter((side) => side.length > 0);
    return {
      kind: 'operation',
      operator: children[sign]?.type ?? '',
      operands: operands.map((side) => this.#steps(side, depth)),
    };
  }

  #conditional(node: Node, depth: number): Expression {
    const [test, yes, no] = node.namedChildren.filter((child) => child.type === 'expression');
    if (test === undefined || yes === undefined || no === undefined) return other('a broken condition');
    return {
      kind: 'conditional',
      test: this.read(test, depth + 1),
      yes: this.read(yes, depth + 1),
      no: this.read(no, depth + 1),
    };
  }

  #call(node: Node, depth: number): Expression {
    const name = node.namedChild(0);
    const given = node.namedChildren.find((child) => child.type === 'function_arguments');
    const all = given?.namedChildren.filter((child) => child.type !== 'comment') ?? [];
    if (name === null || all.some((child) => child.type !== 'expression')) return other('a function call');
    return { kind: 'call', name: this.#textOf(name), given: all.map((one) => this.read(one, depth + 1)) };
  }

  #nameOf(step: Node): string {
    const name = step.namedChild(0);
    return name === null ? '' : this.#textOf(name);
  }

  #textOf(node: Node): string {
    return this.#text.slice(node.startIndex, node.endIndex);
  }
}

function other(what: string): Expression {
  return { kind: 'other', what };
}
