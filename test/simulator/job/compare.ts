import type { DiffType, FieldDiff, ObjectDiff } from '../../../src/nomad/types/job.ts';
import { type Fields, same } from './fields.ts';
import { shapeOf } from './shapes.ts';
import type { NomadVersion } from './versions.ts';

/** How two jobs are compared. */
export interface Mode {
  /** Whether changed objects show their unchanged fields too. */
  readonly contextual: boolean;
  readonly nomad: NomadVersion;
}

/** A struct as texts by field name; undefined when there is no struct. */
export type Flat = ReadonlyMap<string, string> | undefined;

/** The plain fields of a struct, and its maps of texts as `Env[KEY]`. */
export function plain(
  struct: string,
  value: Fields | null | undefined,
  nomad: NomadVersion,
  dropped: readonly string[] = [],
): Flat {
  if (!value) return undefined;
  const flat = new Map<string, string>();
  for (const [name, type] of Object.entries(shapeOf(struct, nomad))) {
    const field = value[name];
    if (type === 'texts') {
      for (const [key, text] of Object.entries((field as Fields | null | undefined) ?? {}))
        flat.set(`${name}[${key}]`, plainText(text));
    } else if (type === 'string') flat.set(name, plainText(field ?? ''));
    else if (type === 'number') flat.set(name, plainText(field ?? 0));
    else if (type === 'bool') flat.set(name, plainText(field ?? false));
  }
  for (const name of dropped) flat.delete(name);
  return flat;
}

/** A free value with all that is within it: `args[0]`, `labels[0][a]`; what is null reads `nil`. */
export function deep(value: unknown): Flat {
  const flat = new Map<string, string>();
  flattenInto(flat, '', value);
  return flat;
}

function flattenInto(flat: Map<string, string>, prefix: string, value: unknown): void {
  if (Array.isArray(value)) {
    value.forEach((item, index) => {
      flattenInto(flat, `${prefix}[${String(index)}]`, item);
    });
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) flattenInto(flat, prefix === '' ? key : `${prefix}[${key}]`, item);
  } else if (prefix !== '') flat.set(prefix, value === null || value === undefined ? 'nil' : plainText(value));
}

export function plainText(value: unknown): string {
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value).toString();
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function fieldDiffs(before: Flat, after: Flat, contextual: boolean): FieldDiff[] {
  const names = new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])]);
  const diffs = [...names].flatMap((name) =>
    fieldDiff(name, before?.get(name) ?? '', after?.get(name) ?? '', contextual),
  );
  return diffs.sort(byField);
}

function fieldDiff(name: string, before: string, after: string, contextual: boolean): FieldDiff[] {
  if (before === after && !contextual) return [];
  const Type = before === after ? 'None' : before === '' ? 'Added' : after === '' ? 'Deleted' : 'Edited';
  return [{ Type, Name: name, Old: before, New: after, Annotations: null }];
}

function byField(a: FieldDiff, b: FieldDiff): number {
  return compareTexts(a.Name, b.Name) || compareTexts(a.Old, b.Old) || compareTexts(a.New, b.New);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function objectDiff(name: string, type: DiffType, fields: FieldDiff[], objects: ObjectDiff[] = []): ObjectDiff {
  return { Type: type, Name: name, Fields: orNull(fields), Objects: orNull(objects) };
}

export function orNull<T>(list: T[]): T[] | null {
  return list.length > 0 ? list : null;
}

/** How a thing changed, told by which of both sides is there. */
export function presence(before: unknown, after: unknown): DiffType {
  return isAbsent(before) ? 'Added' : isAbsent(after) ? 'Deleted' : 'Edited';
}

function isAbsent(value: unknown): boolean {
  return value === null || value === undefined;
}

/** An object whose type follows from its fields; null when no field changed. */
export function flatDiff(name: string, before: Flat, after: Flat, contextual: boolean): ObjectDiff | null {
  const fields = fieldDiffs(before, after, contextual);
  const types = new Set(fields.map(({ Type }) => Type));
  const mixed = types.has('Edited') || (types.has('Added') && types.has('Deleted'));
  const type = mixed ? 'Edited' : types.has('Added') ? 'Added' : types.has('Deleted') ? 'Deleted' : null;
  return type && objectDiff(name, type, fields);
}

/** A set of texts is an object whose fields all carry the set's name. */
export function textSetDiff(
  name: string,
  before: readonly string[],
  after: readonly string[],
  contextual: boolean,
): ObjectDiff | null {
  const all = [...new Set([...before, ...after])];
  const fields = all.flatMap((text) => {
    const [was, is] = [before.includes(text) ? text : '', after.includes(text) ? text : ''];
    return fieldDiff(name, was, is, contextual);
  });
  if (fields.length === 0) return null;
  const added = all.some((text) => !before.includes(text));
  const deleted = all.some((text) => !after.includes(text));
  const type = added && deleted ? 'Edited' : added ? 'Added' : deleted ? 'Deleted' : 'None';
  return objectDiff(name, type, fields.sort(byField));
}

/** A free map, as a task's `Config`. Its type is told by which side has entries. */
export function freeMapDiff(name: string, before: unknown, after: unknown, contextual: boolean): ObjectDiff | null {
  if (same(before ?? {}, after ?? {})) return null;
  const filled = (value: unknown): unknown => (Object.keys(value ?? {}).length > 0 ? value : null);
  return objectDiff(name, presence(filled(before), filled(after)), fieldDiffs(deep(before), deep(after), contextual));
}

const typeOrder = ['Edited', 'Added', 'Deleted', 'None'];

/** Sorts objects as the server does, which decides by the first field or object that is less. */
export function sortObjects(objects: ObjectDiff[]): ObjectDiff[] {
  const sorted: ObjectDiff[] = [];
  for (const object of objects) {
    let at = sorted.length;
    for (let before = sorted[at - 1]; before && isLess(object, before); before = sorted[at - 1]) at -= 1;
    sorted.splice(at, 0, object);
  }
  return sorted;
}

function isLess(a: ObjectDiff, b: ObjectDiff): boolean {
  const order =
    compareTexts(a.Name, b.Name) ||
    typeOrder.indexOf(a.Type) - typeOrder.indexOf(b.Type) ||
    (a.Fields?.length ?? 0) - (b.Fields?.length ?? 0) ||
    (a.Objects?.length ?? 0) - (b.Objects?.length ?? 0);
  if (order !== 0) return order < 0;
  const fieldLess = a.Fields?.some((field, at) => b.Fields?.[at] !== undefined && byField(field, b.Fields[at]) < 0);
  return (
    fieldLess === true ||
    (a.Objects?.some((object, at) => b.Objects?.[at] !== undefined && isLess(object, b.Objects[at])) ?? false)
  );
}
