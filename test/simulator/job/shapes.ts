import data from './shapes.json' with { type: 'json' };
import type { Fields } from './fields.ts';

/**
 * `shapes.json` names, for every struct of a stored job, its fields and their types: plain types, `texts` (a map of
 * texts), `any` (a free map), `pointer` (a plain value or null), `Name` (a struct or null), `=Name` (a struct), `[]Name`
 * and `{}Name`. A field with an empty name marks a struct that leaves out what is empty.
 */
const shapes = data as Readonly<Record<string, Readonly<Record<string, string>>>>;

export function shapeOf(struct: string): Readonly<Record<string, string>> {
  return shapes[struct] ?? {};
}

/** A value as the server keeps and shows it: all fields of its struct, and no others. */
export function asStored(struct: string, value: Fields): Fields {
  const { '': omitsEmpty, ...shape } = shapeOf(struct);
  const stored: Fields = {};
  for (const [name, type] of Object.entries(shape)) {
    const field = storedField(type, value[name]);
    if (omitsEmpty === undefined || !isEmpty(field)) stored[name] = field;
  }
  return stored;
}

/** A value with its fields spelled as the struct has them; a server takes them in any case. */
export function respelled(struct: string, value: Fields): Fields {
  const shape = shapeOf(struct);
  const names = new Map(Object.keys(shape).map((name) => [name.toLowerCase(), name]));
  const entries = Object.entries(value).map(([key, item]) => {
    const name = key in shape ? key : (names.get(key.toLowerCase()) ?? key);
    return [name, respelledField(shape[name] ?? '', item)] as const;
  });
  return Object.fromEntries(entries);
}

function respelledField(type: string, value: unknown): unknown {
  const struct = type.replace(/^(?:=|\[\]|\{\})/, '');
  if (!(struct in shapes) || !isStruct(value)) return value;
  const inner = (item: unknown) => (isStruct(item) ? respelled(struct, item) : item);
  if (Array.isArray(value)) return value.map(inner);
  if (!type.startsWith('{}')) return inner(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inner(item)]));
}

function storedField(type: string, value: unknown): unknown {
  if (type === 'string') return value ?? '';
  if (type === 'number') return value ?? 0;
  if (type === 'bool') return value ?? false;
  if (type.startsWith('[]'))
    return Array.isArray(value) ? value.filter(isStruct).map((item) => asStored(type.slice(2), item)) : null;
  if (type.startsWith('{}')) {
    if (typeof value !== 'object' || value === null) return null;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, item]) => isStruct(item))
        .map(([key, item]) => [key, asStored(type.slice(2), item as Fields)]),
    );
  }
  if (type.startsWith('=')) return asStored(type.slice(1), (value ?? {}) as Fields);
  const struct = type in shapes;
  return struct && typeof value === 'object' && value !== null ? asStored(type, value as Fields) : (value ?? null);
}

function isStruct(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || value === 0 || value === false;
}
