import data from './shapes.json' with { type: 'json' };
import type { Fields } from './fields.ts';
import { type NomadVersion, isSince } from './versions.ts';

/**
 * `shapes.json` names, for every struct of a stored job, its fields and their types: plain types, `texts` (a map of
 * texts), `any` (a free map), `pointer` (a plain value or null), `Name` (a struct or null), `=Name` (a struct), `[]Name`
 * and `{}Name`. A field with an empty name marks a struct that leaves out what is empty. `since 1.9` and `until 1.9` tell
 * the versions that have a field.
 */
type Shapes = Readonly<Record<string, Readonly<Record<string, string>>>>;

const shapes: Readonly<Record<NomadVersion, Shapes>> = { '2.0': shapesIn('2.0'), '1.6': shapesIn('1.6') };

function shapesIn(nomad: NomadVersion): Shapes {
  const fieldsIn = (fields: Readonly<Record<string, string>>) =>
    Object.entries(fields).flatMap(([name, text]) => {
      const [type = '', word, version = ''] = text.split(' ');
      const isKnown = word === undefined || (word === 'since') === isSince(nomad, version);
      return isKnown ? [[name, type] as const] : [];
    });
  return Object.fromEntries(Object.entries(data).map(([name, fields]) => [name, Object.fromEntries(fieldsIn(fields))]));
}

export function shapeOf(struct: string, nomad: NomadVersion): Readonly<Record<string, string>> {
  return shapes[nomad][struct] ?? {};
}

/** The fields of a struct that came after a version. */
export function newerFields(struct: string, nomad: NomadVersion): string[] {
  const own = shapeOf(struct, nomad);
  return Object.keys(shapeOf(struct, '2.0')).filter((name) => !(name in own));
}

/** A value as the server keeps and shows it: all fields of its struct, and no others. */
export function asStored(struct: string, value: Fields, nomad: NomadVersion): Fields {
  const { '': omitsEmpty, ...shape } = shapeOf(struct, nomad);
  const stored: Fields = {};
  for (const [name, type] of Object.entries(shape)) {
    const field = storedField(type, value[name], nomad);
    if (omitsEmpty === undefined || !isEmpty(field)) stored[name] = field;
  }
  return stored;
}

/** A value with its fields spelled as the struct has them; a server takes them in any case. */
export function respelled(struct: string, value: Fields, nomad: NomadVersion): Fields {
  const shape = shapeOf(struct, nomad);
  const names = new Map(Object.keys(shape).map((name) => [name.toLowerCase(), name]));
  const entries = Object.entries(value).map(([key, item]) => {
    const name = key in shape ? key : (names.get(key.toLowerCase()) ?? key);
    return [name, eachStruct(shape[name] ?? '', item, (inner, part) => respelled(inner, part, nomad))] as const;
  });
  return Object.fromEntries(entries);
}

/** A value without the fields that came after a version. */
export function withoutNewer(struct: string, value: Fields, nomad: NomadVersion): Fields {
  const [newest, own] = [shapeOf(struct, '2.0'), shapeOf(struct, nomad)];
  const known = Object.entries(value).filter(([key]) => key in own || !(key in newest));
  const entries = known.map(([key, item]) => {
    return [key, eachStruct(own[key] ?? '', item, (inner, part) => withoutNewer(inner, part, nomad))] as const;
  });
  return Object.fromEntries(entries);
}

/** A field's value with each struct in it changed. */
function eachStruct(type: string, value: unknown, change: (struct: string, value: Fields) => Fields): unknown {
  const struct = type.replace(/^(?:=|\[\]|\{\})/, '');
  if (!(struct in data) || !isStruct(value)) return value;
  const inner = (item: unknown) => (isStruct(item) ? change(struct, item) : item);
  if (Array.isArray(value)) return value.map(inner);
  if (!type.startsWith('{}')) return inner(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inner(item)]));
}

function storedField(type: string, value: unknown, nomad: NomadVersion): unknown {
  if (type === 'string') return value ?? '';
  if (type === 'number') return value ?? 0;
  if (type === 'bool') return value ?? false;
  if (type.startsWith('[]'))
    return Array.isArray(value) ? value.filter(isStruct).map((item) => asStored(type.slice(2), item, nomad)) : null;
  if (type.startsWith('{}')) {
    if (typeof value !== 'object' || value === null) return null;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, item]) => isStruct(item))
        .map(([key, item]) => [key, asStored(type.slice(2), item as Fields, nomad)]),
    );
  }
  if (type.startsWith('=')) return asStored(type.slice(1), (value ?? {}) as Fields, nomad);
  const struct = type in shapes[nomad];
  return struct && typeof value === 'object' && value !== null
    ? asStored(type, value as Fields, nomad)
    : (value ?? null);
}

function isStruct(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || value === 0 || value === false;
}
