import type { Attribute, Body } from './ast.ts';
import { decodeAny, decodeAttribute, decodeExpression, decodeLists, decodeTexts } from './attribute.ts';
import { type Allowed, contentOf, onlyOne, type ScopedBlock } from './content.ts';
import { decodeAffinity, decodeConstraint } from './constraint.ts';
import type { Scope } from './scope.ts';
import { type BlockField, emptyStruct, labelNames, type Struct, structNamed } from './schema.ts';
import { describeRange, type Report } from './source.ts';

export type Decoded = Record<string, unknown>;

/** Bodies where `meta` or `env` may also be written as an attribute. */
const alsoAttributes: Readonly<Record<string, readonly string[]>> = {
  Job: ['meta'],
  TaskGroup: ['meta'],
  Task: ['meta', 'env'],
};

/** Blocks that a body takes besides its struct's, with the struct they hold. */
const extraBlocks: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Job: { vault: 'Vault', secret: 'Secret', task: 'Task' },
  TaskGroup: { vault: 'Vault', secret: 'Secret' },
};

interface DecodedBody {
  readonly value: Decoded;
  /** What the extra blocks hold, by type. */
  readonly extras: ReadonlyMap<string, readonly Decoded[]>;
}

/** Decodes a body into the named struct of the API. */
function decodeStruct(name: string, body: Body, scope: Scope, report: Report): Decoded {
  if (name === 'Constraint') return decodeConstraint(body, scope, report);
  if (name === 'Affinity') return decodeAffinity(body, scope, report);
  const { value, extras } = decodeBody(structNamed(name), body, scope, report);
  if (name === 'TaskGroup') shareWithTasks(value, extras);
  return value;
}

export function decodeBody(struct: Struct, body: Body, scope: Scope, report: Report): DecodedBody {
  const aliases = alsoAttributes[struct.name] ?? [];
  const extra = extraBlocks[struct.name] ?? {};
  const { attributes, blocks } = contentOf(body, scope, allowedIn(struct, body, aliases, extra), report);
  const value = emptyStruct(struct);
  for (const field of struct.attributes.values()) {
    const attribute = attributes.get(field.name);
    if (attribute) value[field.field] = decodeAttribute(attribute, field, scope, report) ?? field.unset;
    else if (field.required) {
      const detail = `The argument ${JSON.stringify(field.name)} is required, but no definition was found.`;
      report({ summary: 'Missing required argument', detail, range: body.missingRange });
    }
  }
  for (const field of struct.blocks.values()) {
    const own = blocks.filter(({ type }) => type === field.name);
    if (field.name === 'scaling' && struct.name === 'Task') value[field.field] = decodeTaskScaling(own, report);
    else if (own.length > 0) value[field.field] = decodeBlocks(field, own, report);
  }
  for (const alias of aliases) {
    const attribute = attributes.get(alias);
    if (attribute) decodeAlias(alias, attribute, blocks, value, scope, report);
  }
  return { value, extras: decodeExtras(extra, blocks, struct.name === 'TaskGroup' ? () => undefined : report) };
}

function allowedIn(
  struct: Struct,
  body: Body,
  aliases: readonly string[],
  extra: Readonly<Record<string, string>>,
): Allowed {
  const blocks = new Map([...struct.blocks.values()].map((field) => [field.name, labelNames(field)]));
  for (const [type, name] of Object.entries(extra))
    blocks.set(
      type,
      structNamed(name).labels.map(() => 'name'),
    );
  if (struct.name === 'Task') blocks.set('scaling', ['name']);
  const written = aliases.filter((alias) => body.attributes.has(alias));
  return { attributes: [...struct.attributes.keys(), ...written], blocks };
}

function decodeBlocks(field: BlockField, blocks: readonly ScopedBlock[], report: Report): unknown {
  if (field.shape === 'list') return blocks.map((block) => decodeBlock(field.struct, block, report));
  if (field.shape === 'map') {
    return Object.fromEntries(
      blocks.map((block) => [block.labels[0]?.text ?? '', decodeBlock(field.struct, block, report)]),
    );
  }
  const block = onlyOne(field.name, blocks, report);
  if (!block) return null;
  if (field.shape === 'any') return decodeAny(block.body, block.scope, report);
  if (field.shape === 'texts') return decodeTexts(block.body, block.scope, report);
  if (field.shape === 'lists') return decodeLists(block.body, block.scope, report);
  return decodeBlock(field.struct, block, report);
}

function decodeBlock(name: string, block: ScopedBlock, report: Report): Decoded {
  const value = decodeStruct(name, block.body, block.scope, report);
  structNamed(name).labels.forEach(({ field }, index) => {
    value[field] = block.labels[index]?.text ?? '';
  });
  if (name === 'ScalingPolicy') checkGroupScaling(value, block, report);
  return value;
}

function checkGroupScaling(policy: Decoded, block: ScopedBlock, report: Report): void {
  if (policy['Type'] === '') policy['Type'] = 'horizontal';
  if (policy['Max'] !== null) return;
  const detail = 'The argument "max" is required, but no definition was found.';
  report({ summary: 'Missing required argument', detail, range: block.body.missingRange });
}

function decodeAlias(
  alias: string,
  attribute: Attribute,
  blocks: readonly ScopedBlock[],
  value: Decoded,
  scope: Scope,
  report: Report,
): void {
  const block = blocks.find(({ type }) => type === alias);
  if (block) {
    const detail = `${alias} may not be defined more than once. Another definition is defined at ${describeRange(attribute.range)}.`;
    report({ summary: `Duplicate ${alias} block`, detail, range: block.headerRange });
    return;
  }
  const field = alias === 'meta' ? 'Meta' : 'Env';
  value[field] = decodeExpression(attribute.value, 'texts', true, scope, report) ?? {};
}

function decodeExtras(
  extra: Readonly<Record<string, string>>,
  blocks: readonly ScopedBlock[],
  report: Report,
): Map<string, Decoded[]> {
  const extras = new Map<string, Decoded[]>();
  for (const [type, name] of Object.entries(extra)) {
    const own = blocks.filter((block) => block.type === type);
    extras.set(
      type,
      own.map((block) => decodeBlock(name, block, report)),
    );
  }
  return extras;
}

/** A group's `vault` and `secret` blocks hold for its tasks that have none of their own. */
function shareWithTasks(group: Decoded, extras: DecodedBody['extras']): void {
  const vault = extras.get('vault')?.at(-1);
  const secrets = extras.get('secret') ?? [];
  for (const task of (group['Tasks'] as Decoded[] | null) ?? []) {
    if (vault && task['Vault'] === null) task['Vault'] = structuredClone(vault);
    if (secrets.length > 0 && task['Secrets'] === null) task['Secrets'] = structuredClone(secrets);
  }
}

function decodeTaskScaling(blocks: readonly ScopedBlock[], report: Report): Decoded[] | null {
  const policies = blocks.flatMap((block) => {
    const label = block.labels[0]?.text.toLowerCase();
    if (label !== 'cpu' && label !== 'mem') {
      const detail = 'scaling policy name must be "cpu" or "mem"';
      const range = block.labels[0]?.range ?? block.typeRange;
      report({ summary: 'Invalid scaling policy name', detail, range });
      return [];
    }
    const policy = decodeStruct('ScalingPolicy', block.body, block.scope, report);
    return [{ ...policy, Type: policy['Type'] === '' ? `vertical_${label}` : policy['Type'] }];
  });
  return policies.length > 0 ? policies : null;
}
