import { positionOf, rangeOf } from '../syntax/blocks.ts';
import { emptyScope, evaluate } from './evaluate.ts';
import { readExpression } from '../syntax/expressions.ts';
import { literalText } from './literals.ts';
import type { Literal } from './literals.ts';
import type { JobspecParser, JobspecTree } from '../syntax/parse.ts';
import { isIdentifier } from '../syntax/quoted.ts';
import { syntaxProblems } from '../syntax/syntaxProblems.ts';
import type { SyntaxProblem } from '../syntax/syntaxProblems.ts';
import type { TextRange } from '../syntax/text.ts';
import type { Assignment } from './variables.ts';

/** What a file with values for variables says, as `-var-file` of Nomad's CLI takes it: HCL, or JSON from its first sign. */
export interface VariableFile {
  readonly assignments: readonly (Assignment & { readonly range: TextRange })[];
  readonly problems: readonly SyntaxProblem[];
}

const start: TextRange = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** Reads a variable file. @param name as people know it */
export function readVariableFile(parser: JobspecParser, text: string, name: string): VariableFile {
  if (/^ *\{/.test(text)) return readJson(text, name);
  const tree = parser.parse(text);
  try {
    return readHcl(tree, name);
  } finally {
    tree.dispose();
  }
}

function readHcl(tree: JobspecTree, name: string): VariableFile {
  const broken = syntaxProblems(tree, []);
  if (broken.length > 0) return { assignments: [], problems: broken };
  const assignments = new Map<string, Assignment & { readonly range: TextRange }>();
  const problems: SyntaxProblem[] = [];
  const body = tree.root?.namedChildren.find(({ type }) => type === 'body');
  for (const node of body?.namedChildren ?? []) {
    const key = node.namedChildren.find(({ type }) => type === 'identifier');
    const value = node.namedChildren.find(({ type }) => type === 'expression');
    if (node.type === 'comment') continue;
    if (node.type !== 'attribute' || key === undefined || value === undefined) {
      const range = { start: positionOf(node.startPosition), end: positionOf((key ?? node).endPosition) };
      problems.push({ range, message: 'A variable file only assigns values: name = value.' });
      continue;
    }
    const variable = tree.text.slice(key.startIndex, key.endIndex);
    const range = rangeOf(key);
    if (assignments.has(variable)) problems.push({ range, message: `${variable} is set twice.` });
    assignments.set(variable, {
      name: variable,
      expression: tree.text.slice(value.startIndex, value.endIndex),
      value: evaluate(readExpression(value, tree.text), emptyScope),
      from: `file ${name}`,
      range,
    });
  }
  return { assignments: [...assignments.values()], problems };
}

/** A number of JSON as written. */
class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

function readJson(text: string, name: string): VariableFile {
  let values: unknown;
  try {
    values = JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) =>
      typeof value === 'number' ? new JsonNumber(context?.source ?? String(value)) : value,
    );
  } catch {
    return { assignments: [], problems: [{ range: start, message: 'This file is neither HCL nor JSON.' }] };
  }
  if (typeof values !== 'object' || values === null) return { assignments: [], problems: [] };
  const assignments = Object.entries(values)
    .filter(([variable]) => isIdentifier(variable))
    .map(([variable, value]: [string, unknown]) => {
      const literal = literalOf(value);
      const from = `file ${name}` as const;
      return { name: variable, expression: literalText(literal), value: { known: literal }, from, range: start };
    });
  return { assignments, problems: [] };
}

/** Strings of a JSON variable file are no templates. */
function literalOf(value: unknown): Literal {
  if (typeof value === 'string') return { kind: 'string', value };
  if (typeof value === 'boolean') return { kind: 'bool', value };
  if (value instanceof JsonNumber) return { kind: 'number', text: value.text };
  if (Array.isArray(value)) return { kind: 'list', items: value.map(literalOf) };
  if (typeof value !== 'object' || value === null) return { kind: 'null' };
  return { kind: 'map', entries: new Map(Object.entries(value).map(([key, inner]) => [key, literalOf(inner)])) };
}
