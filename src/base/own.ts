/**
 * The record's own value of that name, ignoring what every object inherits. For records or names from outside: a group
 * may be called `constructor`.
 */
export function own<T>(record: Readonly<Record<string, T>> | null | undefined, name: string): T | undefined {
  return record !== null && record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}
