import type { Attribute, Body } from './ast.ts';
import { contentOf, type ScopedBlock } from './content.ts';
import { evaluate } from './evaluate.ts';
import type { Scope } from './scope.ts';
import { functions } from './functions/all.ts';
import { type Diagnostic, describeRange, type Range, type Report } from './source.ts';
import { convertTo, readType, type TypeConstraint } from './types.ts';
import { mapOf, toBool, unknown, type Value, ValueProblem } from './values.ts';

interface Variable {
  readonly name: string;
  readonly type: TypeConstraint;
  readonly rules: readonly Rule[];
  assigned: Assignment | null;
}

interface Assignment {
  readonly value: Value;
  readonly from: 'default' | 'varfile';
  readonly range: Range;
}

interface Rule {
  readonly condition: Attribute;
  readonly message: string;
  readonly range: Range;
}

/** Where only constants may be used. */
const constants: Scope = { variables: new Map(), functions: null };

const variableBody = {
  attributes: ['description', 'default', 'type'],
  blocks: new Map([['validation', [] as string[]]]),
};
const ruleBody = { attributes: ['condition', 'error_message'], blocks: new Map<string, string[]>() };

/**
 * The values of the variables that the blocks `variable` and `variables` declare, with those that `given` sets. Names
 * that are set but not declared are ignored, as Nomad's API does.
 */
export function readVariables(blocks: readonly ScopedBlock[], given: Body | null, report: Report): Value {
  const declared = new Map<string, Variable>();
  for (const block of blocks) {
    if (block.type === 'variable') {
      const variable = readVariable(block, report);
      if (variable) declare(declared, variable, undefined, report);
    }
    if (block.type === 'variables') {
      for (const attribute of block.body.attributes.values()) {
        const value = evaluate(attribute.value, constants, report);
        const assigned: Assignment = { value, from: 'default', range: attribute.value.range };
        declare(
          declared,
          { name: attribute.name, type: { kind: 'any' }, rules: [], assigned },
          attribute.nameRange,
          report,
        );
      }
    }
  }
  for (const attribute of given?.attributes.values() ?? []) {
    const variable = declared.get(attribute.name);
    if (variable) assign(variable, attribute, report);
  }
  return mapOf([...declared.values()].map((variable) => [variable.name, finalValue(variable, report)] as const));
}

function declare(declared: Map<string, Variable>, variable: Variable, range: Range | undefined, report: Report): void {
  if (declared.has(variable.name)) {
    const detail = `Duplicate ${variable.name} variable definition found.`;
    report({ summary: 'Duplicate variable', detail, ...(range && { range }) });
  } else declared.set(variable.name, variable);
}

function readVariable(block: ScopedBlock, report: Report): Variable | null {
  const name = block.labels[0]?.text ?? '';
  const { attributes, blocks } = contentOf(block.body, constants, variableBody, report);
  const typeNode = attributes.get('type');
  const type = typeNode ? readType(typeNode.value, report) : { kind: 'any' as const };
  if (!type) return null;
  const rules = blocks.flatMap((rule) => readRule(rule, report));
  const fallback = attributes.get('default');
  return { name, type, rules, assigned: fallback ? readDefault(fallback, type, report) : null };
}

function readDefault({ value: node }: Attribute, type: TypeConstraint, report: Report): Assignment {
  const value = evaluate(node, constants, report);
  const from = 'default';
  try {
    return { value: convertTo(value, type), from, range: node.range };
  } catch (error) {
    if (!(error instanceof ValueProblem)) throw error;
    const detail = `This default value is not compatible with the variable's type constraint: ${error.message}.`;
    report({ summary: 'Invalid default value for variable', detail, range: node.range });
    return { value: unknown, from, range: node.range };
  }
}

function assign(variable: Variable, { name, value: node }: Attribute, report: Report): void {
  const value = evaluate(node, constants, report);
  const from = 'varfile';
  try {
    variable.assigned = { value: convertTo(value, variable.type), from, range: node.range };
  } catch (error) {
    if (!(error instanceof ValueProblem)) throw error;
    const detail = `The value for ${name} is not compatible with the variable's type constraint: ${error.message}.`;
    report({ summary: 'Invalid value for variable', detail, range: node.range });
    variable.assigned = { value: unknown, from, range: node.range };
  }
}

function readRule(block: ScopedBlock, report: Report): Rule[] {
  const { attributes } = contentOf(block.body, constants, ruleBody, report);
  const condition = attributes.get('condition');
  const message = attributes.get('error_message');
  for (const [name, found] of [
    ['condition', condition],
    ['error_message', message],
  ] as const) {
    if (found) continue;
    const detail = `The argument ${JSON.stringify(name)} is required, but no definition was found.`;
    report({ summary: 'Missing required argument', detail, range: block.body.missingRange });
  }
  if (!condition || !message) return [];
  const text = evaluate(message.value, constants, report);
  return [{ condition, message: typeof text === 'string' ? text : '', range: block.headerRange }];
}

function finalValue(variable: Variable, report: Report): Value {
  const { name, rules, assigned } = variable;
  if (!assigned) {
    const pages = 'https://developer.hashicorp.com/nomad/docs/reference/hcl2/variables';
    const detail = `A used variable must be set or have a default value; see ${pages}  for details.`;
    report({ summary: `Unset variable ${JSON.stringify(name)}`, detail });
    return unknown;
  }
  const scope: Scope = { variables: new Map([['var', { [name]: assigned.value }]]), functions };
  for (const rule of rules) {
    const result = evaluate(rule.condition.value, scope, report);
    if (result === unknown) continue;
    if (result !== null && holds(result)) continue;
    const detail = `${rule.message}\n\nThis was checked by the validation rule at ${describeRange(rule.range)}.`;
    report({ summary: `Invalid value for ${assigned.from} variable`, detail, range: assigned.range });
  }
  return assigned.value;
}

function holds(result: Value): boolean {
  try {
    return toBool(result);
  } catch {
    return false;
  }
}

/** The values of all `locals`, which may refer to variables and, in any order, to each other. */
export function readLocals(blocks: readonly ScopedBlock[], variables: Value, report: Report): Value {
  const pending = new Map<string, Attribute>();
  for (const block of blocks.filter(({ type }) => type === 'locals')) {
    for (const attribute of block.body.attributes.values()) {
      const { name, nameRange } = attribute;
      if (pending.has(name)) {
        report({
          summary: 'Duplicate value in locals',
          detail: `Duplicate ${name} definition found.`,
          range: nameRange,
        });
      } else pending.set(name, attribute);
    }
  }
  const values = new Map<string, Value>();
  for (;;) {
    let last: Diagnostic[] = [];
    const before = pending.size;
    for (const [name, { value: node }] of [...pending]) {
      const problems: Diagnostic[] = [];
      const scope: Scope = {
        variables: new Map([
          ['var', variables],
          ['local', mapOf(values)],
        ]),
        functions,
      };
      const value = evaluate(node, scope, (problem) => problems.push(problem));
      if (problems.length > 0) last = problems;
      else {
        values.set(name, value);
        pending.delete(name);
      }
    }
    if (pending.size === 0 || pending.size === before) {
      last.forEach(report);
      return mapOf(values);
    }
  }
}
