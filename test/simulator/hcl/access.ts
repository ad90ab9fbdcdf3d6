import type { Range } from './source.ts';
import { isList, isMap, toText, typeName, type Value } from './values.ts';

/** What an attribute or an element is, or why there is none. */
export type Found = { readonly value: Value } | { readonly summary: string; readonly detail: string };

export function attributeOf(value: Value, name: string): Found {
  const summary = 'Unsupported attribute';
  if (isMap(value)) {
    const found = Object.hasOwn(value, name) ? value[name] : undefined;
    if (found !== undefined) return { value: found };
    return { summary, detail: `This object does not have an attribute named ${JSON.stringify(name)}.` };
  }
  if (value === null) {
    const detail = 'This value is null, so it does not have any attributes.';
    return { summary: 'Attempt to get attribute from null value', detail };
  }
  if (isList(value)) return { summary, detail: 'This value does not have any attributes.' };
  return { summary, detail: `Can't access attributes on a primitive-typed value (${typeName(value)}).` };
}

export function elementOf(value: Value, key: Value): Found {
  const summary = 'Invalid index';
  const missing = 'The given key does not identify an element in this collection value';
  if (value === null) {
    const detail = 'This value is null, so it does not have any indices.';
    return { summary: 'Attempt to index null value', detail };
  }
  if (isMap(value)) {
    const name = typeof key === 'number' ? toText(key) : key;
    const found = typeof name === 'string' && Object.hasOwn(value, name) ? value[name] : undefined;
    return found === undefined ? { summary, detail: `${missing}.` } : { value: found };
  }
  if (!isList(value)) return { summary, detail: 'This value does not have any indices.' };
  const at = typeof key === 'string' ? Number(key) : key;
  if (typeof at !== 'number' || Number.isNaN(at)) return { summary, detail: `${missing}: a number is required.` };
  const found = value[at];
  return found === undefined ? { summary, detail: `${missing}.` } : { value: found };
}

/** A name that only the client knows is kept as it was written, with the spaces within its `${…}`. */
export function asWritten({ source: { text }, start, end }: Range): string {
  let from = start;
  while (from > 0 && text[from - 1] === ' ') from -= 1;
  if (text.slice(from - 2, from) !== '${') return `\${${text.slice(start, end)}}`;
  const spaces = /^ */.exec(text.slice(end))?.[0] ?? '';
  const closed = text[end + spaces.length] === '}' ? spaces : '';
  return `${text.slice(from - 2, end)}${closed}}`;
}
