/** A record without some of its fields. */
export function without<T extends object, Name extends keyof T & string>(
  record: T,
  ...names: readonly Name[]
): Omit<T, Name> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.some((one) => one === name))) as Omit<
    T,
    Name
  >;
}

/** Whether two plain values say the same. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, at) => same(item, b[at]));
  const entries = Object.entries(a);
  if (Array.isArray(b) || entries.length !== Object.keys(b).length) return false;
  return entries.every(([name, value]) => name in b && same(value, (b as Record<string, unknown>)[name]));
}
