import type { Range } from './source.ts';

/** The tree of an HCL text. Every node knows its range; `start` is the part an error about its value points to. */
interface Node {
  readonly range: Range;
  readonly start: Range;
}

interface Literal extends Node {
  readonly kind: 'literal';
  readonly value: string | number | boolean | null;
}

export interface Template extends Node {
  readonly kind: 'template';
  readonly parts: readonly Expression[];
}

/** A template that is nothing but one interpolation, which keeps the type of its value. */
interface Wrapped extends Node {
  readonly kind: 'wrapped';
  readonly inner: Expression;
}

export interface Step {
  readonly key: string | number;
  readonly range: Range;
  /** Written as `.name`, not as `[key]`. */
  readonly byName: boolean;
}

export interface Traversal extends Node {
  readonly kind: 'traversal';
  readonly root: string;
  readonly steps: readonly Step[];
}

export interface Access extends Node {
  readonly kind: 'access';
  readonly target: Expression;
  readonly steps: readonly Step[];
}

export interface Index extends Node {
  readonly kind: 'index';
  readonly target: Expression;
  readonly key: Expression;
}

export interface Splat extends Node {
  readonly kind: 'splat';
  readonly target: Expression;
  readonly each: Expression;
}

/** The element a splat is at. */
interface SplatElement extends Node {
  readonly kind: 'element';
}

export interface Call extends Node {
  readonly kind: 'call';
  readonly name: string;
  readonly nameRange: Range;
  readonly args: readonly Expression[];
  readonly expandLast: boolean;
}

interface Tuple extends Node {
  readonly kind: 'tuple';
  readonly items: readonly Expression[];
}

export interface ObjectItem {
  readonly key: Expression;
  readonly value: Expression;
}

interface ObjectNode extends Node {
  readonly kind: 'object';
  readonly items: readonly ObjectItem[];
}

export interface For extends Node {
  readonly kind: 'for';
  readonly keyName: string | null;
  readonly valueName: string;
  readonly collection: Expression;
  readonly condition: Expression | null;
  /** Null when it makes a list. */
  readonly key: Expression | null;
  readonly value: Expression;
  readonly grouped: boolean;
  /** A template loop, whose values are joined into one text. */
  readonly joined: boolean;
}

export interface Conditional extends Node {
  readonly kind: 'conditional';
  readonly condition: Expression;
  readonly whenTrue: Expression;
  readonly whenFalse: Expression;
}

interface Unary extends Node {
  readonly kind: 'unary';
  readonly operator: '!' | '-';
  readonly operand: Expression;
}

export interface Binary extends Node {
  readonly kind: 'binary';
  readonly operator: string;
  readonly left: Expression;
  readonly right: Expression;
}

interface Parentheses extends Node {
  readonly kind: 'parentheses';
  readonly inner: Expression;
}

export type Expression =
  | Literal
  | Template
  | Wrapped
  | Traversal
  | Access
  | Index
  | Splat
  | SplatElement
  | Call
  | Tuple
  | ObjectNode
  | For
  | Conditional
  | Unary
  | Binary
  | Parentheses;

export interface Attribute {
  readonly name: string;
  readonly nameRange: Range;
  readonly range: Range;
  readonly value: Expression;
}

export interface Block {
  readonly type: string;
  readonly typeRange: Range;
  readonly labels: readonly { readonly text: string; readonly range: Range }[];
  /** From the type to the last label. */
  readonly headerRange: Range;
  readonly openRange: Range;
  readonly body: Body;
}

export interface Body {
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly blocks: readonly Block[];
  /** The place where something missing is reported. */
  readonly missingRange: Range;
  /** Written in HCL's JSON syntax. */
  readonly json: boolean;
}

export function literal(value: string | number | boolean | null, range: Range): Literal {
  return { kind: 'literal', value, range, start: range };
}

/** What a template loop starts with: `k, v in collection`. */
export type ForIntro = Pick<For, 'keyName' | 'valueName' | 'collection'>;
