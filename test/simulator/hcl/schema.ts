import data from './schema.json' with { type: 'json' };

/**
 * `schema.json` names, for every struct of the API's job, the fields and what in HCL fills them: `count *number` is the
 * attribute `count` of type number, null when unset; `task block []Task` the blocks `task`; `@label` the block's label;
 * `-` nothing. A leading `*` marks what is null when unset instead of empty.
 */
export type AttributeType = 'string' | 'number' | 'bool' | 'duration' | 'strings' | 'numbers' | 'texts' | 'null';

interface FieldBase {
  /** The field's name in the API. */
  readonly field: string;
  /** Its value when the jobspec says nothing. */
  readonly unset: null | string | number | boolean;
  /** Left out of the JSON when unset. */
  readonly omit: boolean;
}

export interface AttributeField extends FieldBase {
  readonly role: 'attribute';
  readonly name: string;
  readonly type: AttributeType;
  readonly required: boolean;
  readonly nullable: boolean;
}

export interface BlockField extends FieldBase {
  readonly role: 'block';
  readonly name: string;
  /** How many: one struct, a list of them or a map by label; or a body of free names. */
  readonly shape: 'one' | 'list' | 'map' | 'texts' | 'lists' | 'any';
  /** The struct within; empty for a body of free names. */
  readonly struct: string;
}

interface OtherField extends FieldBase {
  readonly role: 'label' | 'none';
}

export type Field = AttributeField | BlockField | OtherField;

export interface Struct {
  readonly name: string;
  readonly fields: readonly Field[];
  readonly attributes: ReadonlyMap<string, AttributeField>;
  readonly blocks: ReadonlyMap<string, BlockField>;
  readonly labels: readonly OtherField[];
}

const structs = new Map(Object.entries(data as Record<string, Record<string, string>>).map(readStruct));

/** Throws for a name that `schema.json` doesn't hold. */
export function structNamed(name: string): Struct {
  const found = structs.get(name);
  if (!found) throw new Error(`no struct named ${name}`);
  return found;
}

/** The label names a block of this field takes. */
export function labelNames(field: BlockField): readonly string[] {
  return field.struct === '' ? [] : structNamed(field.struct).labels.map(() => 'name');
}

/** A struct with nothing set. */
export function emptyStruct(struct: Struct): Record<string, unknown> {
  return Object.fromEntries(struct.fields.filter(({ omit }) => !omit).map(({ field, unset }) => [field, unset]));
}

function readStruct([name, rows]: [string, Record<string, string>]): [string, Struct] {
  const fields = Object.entries(rows).map(([field, text]) => readField(field, text));
  const struct: Struct = {
    name,
    fields,
    attributes: new Map(fields.filter((field) => field.role === 'attribute').map((field) => [field.name, field])),
    blocks: new Map(fields.filter((field) => field.role === 'block').map((field) => [field.name, field])),
    labels: fields.filter((field): field is OtherField => field.role === 'label'),
  };
  return [name, struct];
}

function readField(field: string, text: string): Field {
  const [name = '', second = '', third = ''] = text.split(' ');
  const omit = text.endsWith(' omit');
  if (second === 'block') {
    const shape = third.startsWith('[]') ? 'list' : third.startsWith('{}') ? 'map' : (third as 'texts');
    const free = third === 'texts' || third === 'lists' || third === 'any';
    const struct = free ? '' : third.replace(/^(\[\]|\{\})/, '');
    return { role: 'block', field, name, shape: free || shape !== third ? shape : 'one', struct, unset: null, omit };
  }
  const unset = unsetValue(second);
  if (name === '@label') return { role: 'label', field, unset, omit };
  if (name === '-') return { role: 'none', field, unset, omit };
  const nullable = second.startsWith('*');
  const type = second.replace('*', '') as AttributeType;
  return { role: 'attribute', field, name, type, required: third === 'required', nullable, unset, omit };
}

function unsetValue(type: string): null | string | number | boolean {
  if (type === 'string') return '';
  if (type === 'bool') return false;
  return type === 'number' || type === 'duration' ? 0 : null;
}
