/**
 * What a record that came from outside, or is asked with a name from outside, has under that name itself: a group may be
 * called `constructor`, which every object has by nature.
 */
export function own<T>(record: Readonly<Record<string, T>> | null | undefined, name: string): T | undefined {
  return record !== null && record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}
