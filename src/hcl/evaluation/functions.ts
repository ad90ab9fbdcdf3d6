import type { Literal } from './literals.ts';
import { asText } from './texts.ts';
import { all, then } from './told.ts';
import type { Told } from './told.ts';

/**
 * The functions that people build ids with, as far as they certainly do the same as Nomad's. All take and give texts.
 */
const functions = new Map<string, (given: readonly string[]) => string | undefined>([
  ['lower', ([text, ...more]) => (more.length === 0 && isAscii(text) ? text.toLowerCase() : undefined)],
  ['upper', ([text, ...more]) => (more.length === 0 && isAscii(text) ? text.toUpperCase() : undefined)],
  ['trimspace', ([text, ...more]) => (more.length === 0 && isAscii(text) ? text.trim() : undefined)],
  ['trimprefix', ([text, part, ...more]) => trimmed(text, part, more, 'start')],
  ['trimsuffix', ([text, part, ...more]) => trimmed(text, part, more, 'end')],
  ['format', ([pattern, ...values]) => formatted(pattern, values)],
  ['replace', ([text, from, to]) => replaced(text, from, to)],
]);

/** What a function gives for these values; unknown where it is not one of those above, or could differ. */
export function callFunction(name: string, given: readonly Literal[]): Told<Literal> {
  if (name === 'join') return join(given);
  const apply = functions.get(name);
  const unknown = { unknown: `it calls ${name}()` };
  if (apply === undefined) return unknown;
  return then(all(given.map(asText)), (texts) => {
    const value = apply(texts);
    return value === undefined ? unknown : { known: { kind: 'string', value } };
  });
}

function join([separator, ...lists]: readonly Literal[]): Told<Literal> {
  const unknown = { unknown: 'it calls join()' };
  if (separator?.kind !== 'string' || lists.length === 0) return unknown;
  const items = lists.flatMap((list) => (list.kind === 'list' ? list.items : [list]));
  if (lists.some((list) => list.kind !== 'list')) return unknown;
  return then(all(items.map(asText)), (texts) => ({
    known: { kind: 'string', value: texts.join(separator.value) },
  }));
}

function isAscii(text: string | undefined): text is string {
  return text !== undefined && /^[\x20-\x7e\t\n\r]*$/.test(text);
}

function trimmed(text?: string, part?: string, more: readonly string[] = [], at?: 'start' | 'end'): string | undefined {
  if (text === undefined || part === undefined || more.length > 0) return undefined;
  if (at === 'start') return text.startsWith(part) ? text.slice(part.length) : text;
  return text.endsWith(part) ? text.slice(0, text.length - part.length) : text;
}

/** `%s` and `%v` alone, as many as there are values. */
function formatted(pattern: string | undefined, values: readonly string[]): string | undefined {
  if (pattern === undefined) return undefined;
  const verbs = pattern.match(/%[\s\S]?/g) ?? [];
  if (verbs.length !== values.length || verbs.some((verb) => verb !== '%s' && verb !== '%v')) return undefined;
  let next = 0;
  return pattern.replace(/%[sv]/g, () => values[next++] ?? '');
}

/** A pattern between slashes is a regular expression of another kind than ours. */
function replaced(text?: string, from?: string, to?: string): string | undefined {
  if (text === undefined || from === undefined || to === undefined || from === '') return undefined;
  return /^\/.*\/$/s.test(from) ? undefined : text.replaceAll(from, () => to);
}
