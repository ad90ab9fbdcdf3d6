import { graphemes } from '../source.ts';
import { toText, type Value } from '../values.ts';
import { asList, asNumber, asText, define, type HclFunction } from './catalog.ts';
import { format } from './format.ts';

function trimChars(text: string, chars: string, where: 'both' | 'start' | 'end'): string {
  const cut = new Set(chars);
  let from = 0;
  let to = text.length;
  while (where !== 'end' && from < to && cut.has(text.charAt(from))) from += 1;
  while (where !== 'start' && to > from && cut.has(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

/** What a reader sees as characters. */
function characters(text: string): string[] {
  return [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
}

function substring(text: string, offset: number, length: number): string {
  const chars = characters(text);
  const from = offset < 0 ? chars.length + offset : offset;
  return chars.slice(Math.max(0, from), length < 0 ? undefined : Math.max(0, from) + length).join('');
}

/** The pattern is Go's; what both languages share is enough here. */
function replacePattern(text: string, pattern: string, replacement: string): string {
  return text.replace(
    new RegExp(pattern, 'gu'),
    replacement.replaceAll(/\$\{?(\w+)\}?/g, (_, name: string) => (/^\d+$/.test(name) ? `$${name}` : `$<${name}>`)),
  );
}

function formatEach(spec: string, args: readonly Value[]): Value {
  const length = Math.max(1, ...args.map((arg) => (Array.isArray(arg) ? arg.length : 1)));
  const rows = Array.from({ length }, (_, row) => args.map((arg) => (Array.isArray(arg) ? (arg[row] as Value) : arg)));
  return rows.map((row) => format(spec, row));
}

export const textFunctions: Readonly<Record<string, HclFunction>> = {
  upper: define('str:text', (str) => asText(str).toUpperCase()),
  lower: define('str:text', (str) => asText(str).toLowerCase()),
  title: define('str:text', (str) => asText(str).replace(/(^|\s)\p{L}/gu, (word) => word.toUpperCase())),
  chomp: define('str:text', (str) => asText(str).replace(/(\r?\n)+$/, '')),
  trim: define('str:text cutset:text', (str, cutset) => trimChars(asText(str), asText(cutset), 'both')),
  trimspace: define('str:text', (str) => asText(str).trim()),
  trimprefix: define('str:text prefix:text', (str, prefix) =>
    asText(str).startsWith(asText(prefix)) ? asText(str).slice(asText(prefix).length) : asText(str),
  ),
  trimsuffix: define('str:text suffix:text', (str, suffix) =>
    asText(str).endsWith(asText(suffix))
      ? asText(str).slice(0, asText(str).length - asText(suffix).length)
      : asText(str),
  ),
  strlen: define('str:text', (str) => graphemes(asText(str))),
  strrev: define('str:text', (str) => characters(asText(str)).reverse().join('')),
  reverse: define('str:text', (str) => characters(asText(str)).reverse().join('')),
  substr: define('str:text offset:number length:number', (str, offset, length) =>
    substring(asText(str), asNumber(offset), asNumber(length)),
  ),
  indent: define('spaces:number str:text', (spaces, str) =>
    asText(str).replaceAll('\n', `\n${' '.repeat(asNumber(spaces))}`),
  ),
  split: define('separator:text str:text', (separator, str) => asText(str).split(asText(separator))),
  join: define('separator:text lists:list...', (separator, ...lists) =>
    lists.flatMap((list) => asList(list).map(toText)).join(asText(separator)),
  ),
  replace: define('str:text substr:text replace:text', (str, substr, replacement) =>
    asText(str).replaceAll(asText(substr), () => asText(replacement)),
  ),
  regex_replace: define('str:text pattern:text replace:text', (str, pattern, replacement) =>
    replacePattern(asText(str), asText(pattern), asText(replacement)),
  ),
  format: define('format:text args:any...', (spec, ...args) => format(asText(spec), args)),
  formatlist: define('format:text args:any...', (spec, ...args) => formatEach(asText(spec), args)),
};
