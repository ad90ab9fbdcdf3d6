import type { Attribute, Block, Body } from './ast.ts';
import { evaluate } from './evaluate.ts';
import { innerScope, type Scope } from './scope.ts';
import { describeRange, type Report } from './source.ts';
import { isList, isMap, sortedEntries, toText, unknown, type Value } from './values.ts';

/** A block with the names that hold within it; those of `dynamic` blocks bind their iterator. */
export interface ScopedBlock extends Block {
  readonly scope: Scope;
}

/** What may stand in a body. */
export interface Allowed {
  readonly attributes: Iterable<string>;
  /** Block types with the names of their labels. */
  readonly blocks: ReadonlyMap<string, readonly string[]>;
}

/** The attributes and blocks of a body, `dynamic` blocks expanded; whatever isn't allowed is reported. */
export function contentOf(
  body: Body,
  scope: Scope,
  allowed: Allowed,
  report: Report,
): { attributes: ReadonlyMap<string, Attribute>; blocks: ScopedBlock[] } {
  const names = new Set(allowed.attributes);
  const blocks = expand(body, scope, allowed, report).filter((block) => checkLabels(block, allowed, report));
  const unset = new Set([...names].filter((name) => !body.attributes.has(name)));
  for (const { name, nameRange } of body.attributes.values()) {
    if (names.has(name)) continue;
    if (body.json) report({ ...extraneous(name, [...names, ...allowed.blocks.keys()]), range: nameRange });
    else {
      const detail = `An argument named ${JSON.stringify(name)} is not expected here.${argumentHint(name, unset, allowed)}`;
      report({ summary: 'Unsupported argument', detail, range: nameRange });
    }
  }
  for (const block of blocks) {
    if (allowed.blocks.has(block.type)) continue;
    const detail = `Blocks of type ${JSON.stringify(block.type)} are not expected here.${blockHint(block.type, names, allowed)}`;
    report({ summary: 'Unsupported block type', detail, range: block.typeRange });
  }
  return {
    attributes: new Map([...body.attributes].filter(([name]) => names.has(name))),
    blocks: blocks.filter(({ type }) => allowed.blocks.has(type)),
  };
}

function extraneous(name: string, known: string[]): { summary: string; detail: string } {
  const near = suggestion(name, known);
  const hint = near === undefined ? '' : ` Did you mean ${JSON.stringify(near)}?`;
  const detail = `No argument or block type is named ${JSON.stringify(name)}.${hint}`;
  return { summary: 'Extraneous JSON object property', detail };
}

function argumentHint(name: string, names: ReadonlySet<string>, allowed: Allowed): string {
  const near = suggestion(name, names);
  if (near !== undefined) return ` Did you mean ${JSON.stringify(near)}?`;
  return allowed.blocks.has(name) ? ` Did you mean to define a block of type ${JSON.stringify(name)}?` : '';
}

function blockHint(type: string, names: ReadonlySet<string>, allowed: Allowed): string {
  const near = suggestion(type, allowed.blocks.keys());
  if (near !== undefined) return ` Did you mean ${JSON.stringify(near)}?`;
  if (!names.has(type)) return '';
  return ` Did you mean to define argument ${JSON.stringify(type)}? If so, use the equals sign to assign it a value.`;
}

function checkLabels(block: ScopedBlock, allowed: Allowed, report: Report): boolean {
  const wanted = allowed.blocks.get(block.type);
  if (!wanted || block.labels.length === wanted.length) return true;
  const { type } = block;
  const extra = block.labels[wanted.length];
  if (extra) {
    const detail =
      wanted.length === 0
        ? `No labels are expected for ${type} blocks.`
        : `Only ${String(wanted.length)} labels (${wanted.join(', ')}) are expected for ${type} blocks.`;
    report({ summary: `Extraneous label for ${type}`, detail, range: extra.range });
  } else {
    const detail = `All ${type} blocks must have ${String(wanted.length)} labels (${wanted.join(', ')}).`;
    const missing = wanted[block.labels.length] ?? 'name';
    report({ summary: `Missing ${missing} for ${type}`, detail, range: block.openRange });
  }
  return false;
}

function expand(body: Body, scope: Scope, allowed: Allowed, report: Report): ScopedBlock[] {
  return body.blocks.flatMap((block) => {
    const type = block.labels[0]?.text ?? '';
    if (block.type === 'dynamic' && !allowed.blocks.has('dynamic')) {
      if (allowed.blocks.has(type)) return expandDynamic(block, type, scope, report);
      const detail = `Blocks of type ${JSON.stringify(type)} are not expected here.${blockHint(type, new Set(), allowed)}`;
      report({ summary: 'Unsupported block type', detail, range: block.labels[0]?.range ?? block.typeRange });
      return [];
    }
    return [{ ...block, scope }];
  });
}

function expandDynamic(dynamic: Block, type: string, scope: Scope, report: Report): ScopedBlock[] {
  const allowed: Allowed = { attributes: ['for_each', 'iterator', 'labels'], blocks: new Map([['content', []]]) };
  const { attributes, blocks } = contentOf(dynamic.body, scope, allowed, report);
  const each = attributes.get('for_each');
  const content = blocks[0];
  if (!each) {
    const detail = 'The argument "for_each" is required, but no definition was found.';
    report({ summary: 'Missing required argument', detail, range: dynamic.body.missingRange });
  }
  if (!content) {
    const detail =
      'A dynamic block must have a nested block of type "content" to describe the body of each generated block.';
    report({ summary: 'Missing dynamic content block', detail, range: dynamic.body.missingRange });
  }
  if (!each || !content) return [];
  const iterator = attributes.get('iterator')?.value;
  const name = iterator?.kind === 'traversal' ? iterator.root : type;
  return entriesOf(evaluate(each.value, scope, report), each, report).map(([key, value]) => {
    const inner = innerScope(scope, [[name, { key, value }]]);
    const labels = attributes.get('labels');
    return {
      ...dynamic,
      type,
      typeRange: dynamic.labels[0]?.range ?? dynamic.typeRange,
      labels: labels ? readLabels(labels, inner, report) : [],
      body: content.body,
      scope: inner,
    };
  });
}

function entriesOf(collection: Value, { value }: Attribute, report: Report): (readonly [Value, Value])[] {
  if (isList(collection)) return collection.map((item, index) => [index, item] as const);
  if (isMap(collection)) return sortedEntries(collection);
  if (collection !== unknown) {
    const detail =
      collection === null
        ? 'Cannot use a null value in for_each.'
        : `Cannot use a ${typeof collection === 'boolean' ? 'bool' : typeof collection} value in for_each. An iterable collection is required.`;
    report({ summary: 'Invalid dynamic for_each value', detail, range: value.range });
  }
  return [];
}

function readLabels({ value: expression }: Attribute, scope: Scope, report: Report): Block['labels'] {
  const value = evaluate(expression, scope, report);
  const items = isList(value) ? value : [];
  return items
    .filter((item) => item !== unknown && item !== null)
    .map((item) => ({ text: toText(item), range: expression.range }));
}

/** Reports all but the first block of a type that may stand once, in the decoder's words. */
export function onlyOne(type: string, blocks: readonly ScopedBlock[], report: Report): ScopedBlock | undefined {
  const [first, second] = blocks;
  if (first && second) {
    const detail = `Only one ${type} block is allowed. Another was defined at ${describeRange(first.headerRange)}.`;
    report({ summary: `Duplicate ${type} block`, detail, range: second.headerRange });
  }
  return first;
}

/** The known name that was most likely meant. */
function suggestion(name: string, known: Iterable<string>): string | undefined {
  for (const candidate of known) if (distance(name, candidate) < 3) return candidate;
  return undefined;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
