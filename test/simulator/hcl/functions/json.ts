import { isList, isMap, numberText, sortedEntries, type Value } from '../values.ts';

/** JSON with sorted keys and without spaces, and with `<`, `>` and `&` escaped, as Go writes it. */
export function toJson(value: Value): string {
  if (isList(value)) return `[${value.map(toJson).join(',')}]`;
  if (isMap(value))
    return `{${sortedEntries(value)
      .map(([key, item]) => `${quote(key)}:${toJson(item)}`)
      .join(',')}}`;
  if (typeof value === 'string') return quote(value);
  return typeof value === 'number' ? numberText(value) : String(value);
}

function quote(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
