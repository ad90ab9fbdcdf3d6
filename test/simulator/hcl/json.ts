import { type Attribute, type Block, type Body, type Expression, literal } from './ast.ts';
import { Cursor } from './cursor.ts';
import { grammar } from './expression.ts';
import { structNamed } from './schema.ts';
import { type Range, Source } from './source.ts';
import { parseTemplateText } from './template.ts';

/** A JSON value and where it stands. */
type Node =
  | { readonly kind: 'object'; readonly range: Range; readonly members: readonly Member[] }
  | { readonly kind: 'array'; readonly range: Range; readonly items: readonly Node[] }
  | { readonly kind: 'plain'; readonly range: Range; readonly value: string | number | boolean | null };

interface Member {
  readonly name: string;
  readonly nameRange: Range;
  readonly value: Node;
}

/** The blocks of a jobspec's top level: how many labels they take, and the struct within. */
const topLevel = new Map([
  ['job', { labels: 1, struct: 'Job' }],
  ['variable', { labels: 1, struct: '' }],
  ['variables', { labels: 0, struct: '' }],
  ['locals', { labels: 0, struct: '' }],
]);
const jobExtras = new Map([
  ['task', { labels: 1, struct: 'Task' }],
  ['vault', { labels: 0, struct: 'Vault' }],
  ['secret', { labels: 1, struct: 'Secret' }],
]);

type BlockTypes = ReadonlyMap<string, { readonly labels: number; readonly struct: string }>;

export function isJson(text: string): boolean {
  return /^ *\{/.test(text);
}

/** Reads a jobspec, or a text with the values of variables, in HCL's JSON syntax. Throws `SyntaxProblem`. */
export function parseJsonBody(source: Source, jobspec: boolean): Body {
  const cursor = new Cursor(source);
  return toBody(readNode(cursor), jobspec ? topLevel : new Map());
}

function readNode(cursor: Cursor): Node {
  cursor.skip(true);
  const start = cursor.at;
  if (cursor.take('{')) {
    const members: Member[] = [];
    for (cursor.skip(true); !cursor.take('}'); cursor.skip(true)) {
      const nameStart = cursor.at;
      const name = readPlain(cursor);
      const nameRange = cursor.from(nameStart);
      cursor.skip(true);
      cursor.expect(':');
      members.push({ name: String(name), nameRange, value: readNode(cursor) });
      cursor.skip(true);
      if (!cursor.startsWith('}')) cursor.expect(',');
    }
    return { kind: 'object', members, range: cursor.from(start) };
  }
  if (cursor.take('[')) {
    const items: Node[] = [];
    for (cursor.skip(true); !cursor.take(']'); cursor.skip(true)) {
      items.push(readNode(cursor));
      cursor.skip(true);
      if (!cursor.startsWith(']')) cursor.expect(',');
    }
    return { kind: 'array', items, range: cursor.from(start) };
  }
  return { kind: 'plain', value: readPlain(cursor), range: cursor.from(start) };
}

function readPlain(cursor: Cursor): string | number | boolean | null {
  const token = /^("(?:[^"\\]|\\.)*"|-?\d+(\.\d+)?([eE][+-]?\d+)?|true|false|null)/.exec(
    cursor.source.text.slice(cursor.at),
  )?.[0];
  if (token === undefined) throw cursor.problem('expected a JSON value');
  cursor.at += token.length;
  return JSON.parse(token) as string | number | boolean | null;
}

function blockTypes(struct: string): BlockTypes {
  if (struct === '') return new Map();
  const types = new Map(
    [...structNamed(struct).blocks.values()].map((field) => [
      field.name,
      { labels: field.struct === '' ? 0 : structNamed(field.struct).labels.length, struct: field.struct },
    ]),
  );
  return struct === 'Job' ? new Map([...types, ...jobExtras]) : types;
}

function toBody(node: Node, types: BlockTypes): Body {
  const attributes = new Map<string, Attribute>();
  const blocks: Block[] = [];
  for (const { name, nameRange, value } of node.kind === 'object' ? node.members : []) {
    const type = types.get(name);
    if (type) blocks.push(...toBlocks(name, nameRange, value, type.labels, type.struct, []));
    else attributes.set(name, { name, nameRange, range: nameRange, value: toExpression(value) });
  }
  return { attributes, blocks, missingRange: { ...node.range, end: node.range.start }, json: true };
}

function toBlocks(
  type: string,
  typeRange: Range,
  node: Node,
  labelsLeft: number,
  struct: string,
  labels: Block['labels'],
): Block[] {
  if (node.kind === 'array')
    return node.items.flatMap((item) => toBlocks(type, typeRange, item, labelsLeft, struct, labels));
  if (labelsLeft > 0 && node.kind === 'object') {
    return node.members.flatMap(({ name, nameRange, value }) =>
      toBlocks(type, typeRange, value, labelsLeft - 1, struct, [...labels, { text: name, range: nameRange }]),
    );
  }
  const body = toBody(node, blockTypes(struct));
  return [{ type, typeRange, labels, headerRange: typeRange, openRange: node.range, body }];
}

function toExpression(node: Node): Expression {
  const { range } = node;
  if (node.kind === 'array') return { kind: 'tuple', items: node.items.map(toExpression), range, start: range };
  if (node.kind === 'object') {
    const items = node.members.map((member) => ({
      key: literal(member.name, member.nameRange),
      value: toExpression(member.value),
    }));
    return { kind: 'object', items, range, start: range };
  }
  if (typeof node.value !== 'string') return literal(node.value, range);
  return parseTemplateText(new Cursor(new Source(node.value)), grammar);
}
