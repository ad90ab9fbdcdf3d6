/** A struct of the API with whatever fields it has; jobs come from users, so any of them may be missing or null. */
export type Fields = Record<string, unknown>;

export function child(owner: Fields, name: string): Fields | null {
  const value = owner[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

/** The structs in a list; empty when there is none. */
export function children(owner: Fields | null | undefined, name: string): Fields[] {
  const value = owner?.[name];
  const items: unknown[] = Array.isArray(value) ? value : [];
  return items.filter((item): item is Fields => typeof item === 'object' && item !== null);
}

export function textOf(owner: Fields | null | undefined, name: string): string {
  const value = owner?.[name];
  return typeof value === 'string' ? value : '';
}

export function numberOf(owner: Fields | null | undefined, name: string): number {
  const value = owner?.[name];
  return typeof value === 'number' ? value : 0;
}

export function textsOf(owner: Fields | null | undefined, name: string): string[] {
  const value = owner?.[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** Sets the fields that are missing or null. */
export function fill(owner: Fields, defaults: Fields): void {
  for (const [name, value] of Object.entries(defaults)) owner[name] ??= value;
}

/** Sets the texts that are missing, null or empty. */
export function fillEmpty(owner: Fields, defaults: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(defaults)) if (textOf(owner, name) === '') owner[name] = value;
}

/** The fields of `over` that are set, on top of `under`. */
export function overlay(under: Fields, over: Fields): Fields {
  const set = Object.entries(over).filter(([, value]) => value !== null && value !== undefined);
  return { ...under, ...Object.fromEntries(set) };
}

/** Whether two values are deeply equal; a missing field equals null. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b || (isNothing(a) && isNothing(b))) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, at) => same(item, b[at]));
  }
  const [left, right] = [a as Fields, b as Fields];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) => same(left[key], right[key]));
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined;
}
