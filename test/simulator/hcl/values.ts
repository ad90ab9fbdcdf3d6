/** Stands for a value that could not be worked out; an error about it has been reported already. */
export const unknown: unique symbol = Symbol('unknown');

export type Value = string | number | boolean | null | typeof unknown | readonly Value[] | ValueMap;

export interface ValueMap {
  readonly [key: string]: Value;
}

/** A value does not fit; the message is Nomad's. */
export class ValueProblem extends Error {}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isMap(value: Value): value is ValueMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function mapOf(entries: Iterable<readonly [string, Value]>): ValueMap {
  return Object.fromEntries<Value>(entries);
}

/** The entries of a map in the order HCL goes through them. */
export function sortedEntries(map: ValueMap): [string, Value][] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

export function typeName(value: Value): string {
  if (value === unknown || value === null) return 'dynamic';
  if (isList(value)) return 'tuple';
  if (isMap(value)) return 'object';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

export function numberText(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return BigInt(value).toString();
  // The server counts with more digits than a double holds, so the last ones mean nothing.
  return String(Number(value.toPrecision(15)));
}

export function toText(value: Value): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'boolean') return String(value);
  throw new ValueProblem(value === null ? 'string required' : `string required, but have ${typeName(value)}`);
}

export function toNumber(value: Value): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value)) return Number(value);
  throw new ValueProblem('a number is required');
}

export function toBool(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  throw new ValueProblem('a bool is required');
}

export function sameValue(a: Value, b: Value): boolean {
  if (isList(a))
    return isList(b) && a.length === b.length && a.every((item, index) => sameValue(item, b[index] ?? null));
  if (isMap(a)) {
    if (!isMap(b)) return false;
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => key in b && sameValue(a[key] ?? null, b[key] ?? null))
    );
  }
  return a === b;
}

export function sizeOf(value: Value): number {
  if (isList(value)) return value.length;
  if (isMap(value)) return Object.keys(value).length;
  throw new ValueProblem('collection must be a list, a map or a tuple');
}

/** Whether any part of a value is unknown. */
export function hasUnknown(value: Value): boolean {
  if (isList(value)) return value.some(hasUnknown);
  if (isMap(value)) return Object.values(value).some(hasUnknown);
  return value === unknown;
}
