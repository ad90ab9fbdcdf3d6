import { parse } from '@cdktf/hcl2json';
import { describeRange, type Source } from './source.ts';

const item = /\s(?=input\.hcl:\d+,\d+-[\d,]+: )/;

/**
 * The syntax errors of an HCL text in the words of HashiCorp's own parser: the first one and how many follow. Null when
 * there are none.
 */
export async function syntaxErrors(source: Source, version: '1.6' | '2.0'): Promise<string | null> {
  const { text } = source;
  if (text.trim() === '') return null;
  const message = await complaint(text);
  // Whatever else the package can't do with a text, converting it for instance, is no error of the text.
  if (message?.startsWith('parse config: ') !== true) return null;
  const list = /^parse config: \[([\s\S]*)\]$/.exec(message)?.[1] ?? message;
  const [first = list, ...others] = list.split(item);
  const shown = version === '1.6' ? olderWords(first, source) : first;
  return others.length > 0 ? `${shown}, and ${String(others.length)} other diagnostic(s)` : shown;
}

/** What the parser said of texts, the one that was asked for last at the end. */
const known = new Map<string, Promise<string | undefined>>();
const mostKnown = 200;

/** What the parser says of a text, if it does not take it. Parsing takes longer than all else, and the same texts come again. */
function complaint(text: string): Promise<string | undefined> {
  const said =
    known.get(text) ??
    parse('input.hcl', text).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
  known.delete(text);
  known.set(text, said);
  for (const oldest of known.keys()) {
    if (known.size <= mostKnown) break;
    known.delete(oldest);
  }
  return said;
}

function olderWords(text: string, source: Source): string {
  if (!text.includes(': Unclosed configuration block;')) return text;
  const end = describeRange({ source, start: source.text.length, end: source.text.length });
  const wanted = 'Argument or block definition required';
  return `${end}: ${wanted}; An argument or block definition is required here.`;
}
