import { readBlocks } from './syntax/blocks.ts';
import type { Attribute, Block } from './syntax/blocks.ts';
import { emptyScope, evaluate } from './evaluation/evaluate.ts';
import type { Expression } from './syntax/expressions.ts';
import { findFileCalls } from './syntax/fileCalls.ts';
import type { FileCall } from './syntax/fileCalls.ts';
import { findJobHeaders } from './syntax/headers.ts';
import type { Literal } from './evaluation/literals.ts';
import type { JobspecParser, JobspecTree } from './syntax/parse.ts';
import { syntaxProblems } from './syntax/syntaxProblems.ts';
import type { SyntaxProblem } from './syntax/syntaxProblems.ts';
import { contains, type TextPosition, type TextRange } from './syntax/text.ts';
import type { Told } from './evaluation/told.ts';

/** Where the attributes and blocks of one block are named; of several with one name, the first. */
export type Parts = Readonly<Record<string, TextRange>>;

/** What all named blocks of a jobspec have. */
interface Named {
  readonly name: string;
  /** The label, with its quotes. */
  readonly nameRange: TextRange;
  /** Type and labels, without the brace. */
  readonly headerRange: TextRange;
  readonly range: TextRange;
  readonly parts: Parts;
}

export interface JobspecTask extends Named {
  readonly driver?: string;
}

/** A `port` block, or a `service` block that names the port which it is on. */
export interface JobspecPort {
  /** The label of the port, or its number where a service has one of its own. */
  readonly port: string;
  readonly range: TextRange;
}

export interface JobspecGroup extends Named {
  readonly tasks: readonly JobspecTask[];
  /** In the group and its tasks. */
  readonly ports: readonly JobspecPort[];
}

/**
 * A `job` block. `name` is only its label: {@link resolveJob} tells what the job is called and where it goes, since
 * both may come from variables.
 */
export interface JobspecJob extends Named {
  readonly groups: readonly JobspecGroup[];
  /** The values that say what the job is called and where it goes, as far as they are there. */
  readonly identity: ReadonlyMap<IdentityName, Expression>;
}

export const identityNames = ['id', 'name', 'namespace', 'region', 'type'] as const;

export type IdentityName = (typeof identityNames)[number];

/** A declared variable: a `variable` block, or an entry of a `variables` block (which is a default and nothing more). */
export interface JobspecVariable {
  readonly name: string;
  readonly nameRange: TextRange;
  readonly range: TextRange;
  /** The type as written, as `list(string)`. */
  readonly type?: string;
  readonly hasDefault: boolean;
  /** The default as written. */
  readonly defaultText?: string;
  /** The default as a value. Nomad allows no variables or functions there, so nearly all are known. */
  readonly initial?: Told<Literal>;
  readonly description?: string;
}

/** What a jobspec says, as far as that is known without evaluating it. Nomad takes one job per file. */
export interface Jobspec {
  readonly jobs: readonly JobspecJob[];
  readonly variables: readonly JobspecVariable[];
  /** The values of the `locals` blocks. If two have the same name, which Nomad refuses, both are left out. */
  readonly locals: ReadonlyMap<string, Expression>;
  readonly problems: readonly SyntaxProblem[];
  /** Calls of functions that no server has. */
  readonly fileCalls: readonly FileCall[];
}

const containers = new Map<string, readonly string[]>(
  Object.entries({
    job: [''],
    variable: [''],
    variables: [''],
    locals: [''],
    group: ['job'],
    task: ['job', 'job/group'],
    service: ['job/group', 'job/group/task', 'job/task'],
    network: ['job/group', 'job/group/task/resources', 'job/task/resources'],
    resources: ['job/group/task', 'job/task'],
  }),
);

/** Reads a text, and disposes of its tree. Never throws because of what the text says. */
export function readJobspec(parser: JobspecParser, text: string): Jobspec {
  const tree = parser.parse(text);
  try {
    return scanJobspec(tree);
  } finally {
    tree.dispose();
  }
}

/** The plain data of a tree. Never throws because of what the text says; the caller still owns the tree. */
export function scanJobspec(tree: JobspecTree): Jobspec {
  const blocks = readBlocks(tree, (type, path) => containers.get(type)?.includes(path.join('/')) ?? false);
  const jobs = ofType(blocks, 'job').map((block) => readJob(block, hidden(tree)));
  return {
    jobs: jobs.length > 0 ? jobs : lostJobs(tree),
    variables: [...ofType(blocks, 'variable').map(readVariable), ...ofType(blocks, 'variables').flatMap(readVariables)],
    locals: readLocals(ofType(blocks, 'locals')),
    problems: syntaxProblems(tree, blocks),
    fileCalls: findFileCalls(tree),
  };
}

/** Jobs of a text so broken that its tree has none: their headers at least can be found. */
function lostJobs(tree: JobspecTree): JobspecJob[] {
  if (tree.root !== undefined && !tree.root.hasError) return [];
  return findJobHeaders(tree.text, tree.lines).map(({ name, nameRange, range }) => ({
    name,
    nameRange,
    headerRange: range,
    range,
    parts: {},
    groups: [],
    identity: new Map([...hidden(tree)].map((attribute) => [attribute, broken] as const)),
  }));
}

function ofType(blocks: readonly Block[], type: string): Block[] {
  return blocks.filter((block) => block.type === type);
}

function readNamed(block: Block): Named {
  const label = block.labels[0];
  const named = [
    ...block.blocks.map((inner) => [inner.type, inner.headerRange] as const),
    ...block.attributes.map((attribute) => [attribute.name, attribute.nameRange] as const),
  ];
  return {
    name: label?.text ?? '',
    nameRange: label?.range ?? block.headerRange,
    headerRange: block.headerRange,
    range: block.range,
    // Later entries win, so the first of a name has to come last.
    parts: Object.fromEntries(named.reverse()),
  };
}

function attributeOf(block: Block, name: string): Attribute | undefined {
  return block.attributes.find((attribute) => attribute.name === name);
}

function literals<Name extends string>(block: Block, ...names: Name[]): Partial<Record<Name, string>> {
  const found: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const literal = attributeOf(block, name)?.literal;
    if (literal !== undefined) found[name] = literal;
  }
  return found;
}

function readJob(block: Block, hiddenNames: ReadonlySet<IdentityName>): JobspecJob {
  return {
    ...readNamed(block),
    groups: block.blocks.flatMap((inner) => {
      const named = { ...readNamed(inner), ports: readPorts(inner) };
      if (inner.type === 'group') return [{ ...named, tasks: ofType(inner.blocks, 'task').map(readTask) }];
      // A task directly in a job gets a group of its own name.
      if (inner.type === 'task') return [{ ...named, tasks: [readTask(inner)] }];
      return [];
    }),
    identity: readIdentity(block, hiddenNames),
  };
}

const broken: Expression = { kind: 'other', what: 'a syntax error' };

/** Where the text is broken, an attribute may be there without being in the tree. */
function hidden({ root, text }: JobspecTree): ReadonlySet<IdentityName> {
  if (root?.hasError === false) return new Set();
  return new Set(identityNames.filter((name) => new RegExp(`^\\s*${name}\\s*=`, 'm').test(text)));
}

function readIdentity(block: Block, hiddenNames: ReadonlySet<IdentityName>): ReadonlyMap<IdentityName, Expression> {
  const found = new Map<IdentityName, Expression>();
  for (const name of identityNames) {
    const [attribute, twice] = block.attributes.filter((one) => one.name === name);
    if (attribute !== undefined) found.set(name, twice === undefined ? expressionOf(attribute) : broken);
    else if (hiddenNames.has(name)) found.set(name, broken);
  }
  return found;
}

function expressionOf(attribute: Attribute): Expression {
  return attribute.expression ?? broken;
}

function readLocals(blocks: readonly Block[]): ReadonlyMap<string, Expression> {
  const locals = new Map<string, Expression>();
  for (const attribute of blocks.flatMap((block) => block.attributes)) {
    locals.set(attribute.name, locals.has(attribute.name) ? broken : expressionOf(attribute));
  }
  return locals;
}

function readTask(block: Block): JobspecTask {
  return { ...readNamed(block), ...literals(block, 'driver') };
}

/** The blocks in which ports are, below a group: a text may nest blocks as deep as it likes. */
const around: ReadonlySet<string> = new Set(['task', 'resources', 'network']);
const deepest = 3;

/** Of a group or a task, and of what is in it. */
function readPorts(block: Block, depth = 0): JobspecPort[] {
  return block.blocks.flatMap((inner): JobspecPort[] => {
    const { range } = inner;
    if (inner.type === 'port') return inner.labels.slice(0, 1).map(({ text }) => ({ port: text, range }));
    if (around.has(inner.type) && depth < deepest) return readPorts(inner, depth + 1);
    const attribute = inner.type === 'service' ? attributeOf(inner, 'port') : undefined;
    const port = attribute?.literal ?? attribute?.valueText;
    return port !== undefined && /^[\w-]+$/.test(port) ? [{ port, range }] : [];
  });
}

/** A port in a group. */
export interface NamedPort {
  readonly group: string;
  /** As in {@link JobspecPort}. */
  readonly port: string;
}

/** The port whose block, or whose service's block, is at a position. */
export function portAt({ jobs }: Jobspec, position: TextPosition): NamedPort | undefined {
  const here = { start: position, end: position };
  for (const { name, ports } of jobs.flatMap(({ groups }) => groups)) {
    const found = ports.find(({ range }) => contains(range, here));
    if (found !== undefined) return { group: name, port: found.port };
  }
  return undefined;
}

function readVariable(block: Block): JobspecVariable {
  const { name, nameRange, range } = readNamed(block);
  const type = attributeOf(block, 'type');
  const initial = attributeOf(block, 'default');
  return {
    name,
    nameRange,
    range,
    ...(type === undefined ? {} : { type: type.literal ?? type.valueText }),
    hasDefault: initial !== undefined,
    ...(initial === undefined ? {} : defaultOf(initial)),
    ...literals(block, 'description'),
  };
}

function readVariables(block: Block): JobspecVariable[] {
  return block.attributes.map((attribute) => ({
    name: attribute.name,
    nameRange: attribute.nameRange,
    range: { start: attribute.nameRange.start, end: attribute.valueRange.end },
    hasDefault: true,
    ...defaultOf(attribute),
  }));
}

function defaultOf(attribute: Attribute): Pick<JobspecVariable, 'defaultText' | 'initial'> {
  return { defaultText: attribute.valueText, initial: evaluate(expressionOf(attribute), emptyScope) };
}
