import { createRequire } from 'node:module';
import { JobspecParser } from '../../../src/hcl/syntax/parse.ts';
import type { ParserFiles } from '../../../src/hcl/syntax/parse.ts';
import { readJobspec } from '../../../src/hcl/jobspec.ts';
import type { Jobspec } from '../../../src/hcl/jobspec.ts';
import type { TextRange } from '../../../src/hcl/syntax/text.ts';

const resolver = createRequire(import.meta.url);

/** The wasm files where npm put them. */
export const wasm: ParserFiles = {
  runtime: resolver.resolve('web-tree-sitter/web-tree-sitter.wasm'),
  grammar: resolver.resolve('@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-hcl.wasm'),
};

/** Reads one text with a parser of its own. */
export async function read(text: string): Promise<Jobspec> {
  const parser = await JobspecParser.load(wasm);
  try {
    return readJobspec(parser, text);
  } finally {
    parser.dispose();
  }
}

/** The text a range covers, as an editor would select it. */
export function textAt(text: string, { start, end }: TextRange): string {
  const lines = text.split('\n');
  const covered = lines.slice(start.line, end.line + 1);
  const last = covered.length - 1;
  covered[last] = (covered[last] ?? '').slice(0, end.character);
  covered[0] = (covered[0] ?? '').slice(start.character);
  return covered.join('\n');
}

/** A range as `line:character-line:character`. */
export function show({ start, end }: TextRange): string {
  const one = (position: TextRange['start']) => `${String(position.line)}:${String(position.character)}`;
  return `${one(start)}-${one(end)}`;
}
