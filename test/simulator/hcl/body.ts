import type { Attribute, Block, Body } from './ast.ts';
import { Cursor } from './cursor.ts';
import { parseExpression } from './expression.ts';
import type { Source } from './source.ts';

/** Parses a whole HCL text that is known to be well-formed. Throws `SyntaxProblem` for what this parser can't read. */
export function parseBody(source: Source): Body {
  return readBody(new Cursor(source), false);
}

function readBody(cursor: Cursor, nested: boolean): Body {
  const bodyStart = nested ? cursor.at - 1 : cursor.at;
  const missingRange = cursor.from(bodyStart, bodyStart);
  const attributes = new Map<string, Attribute>();
  const blocks: Block[] = [];
  for (cursor.skip(true); !cursor.done && !(nested && cursor.startsWith('}')); cursor.skip(true)) {
    const start = cursor.at;
    const name = cursor.identifier();
    const nameRange = cursor.from(start);
    if (name === '') throw cursor.problem('expected an argument or a block');
    cursor.skip(false);
    if (cursor.startsWith('=') && !cursor.startsWith('==')) {
      cursor.at += 1;
      const value = parseExpression(cursor, false);
      attributes.set(name, { name, nameRange, range: cursor.from(start), value });
    } else blocks.push(readBlock(cursor, start, name));
  }
  return { attributes, blocks, missingRange, json: false };
}

function readBlock(cursor: Cursor, start: number, type: string): Block {
  const typeRange = cursor.from(start, start + type.length);
  const labels: { text: string; range: typeof typeRange }[] = [];
  let headerEnd = typeRange.end;
  for (cursor.skip(false); !cursor.startsWith('{'); cursor.skip(false)) {
    const labelStart = cursor.at;
    const text = cursor.startsWith('"') ? readLabel(cursor) : cursor.identifier();
    if (cursor.at === labelStart) throw cursor.problem('expected a block body');
    headerEnd = cursor.at;
    labels.push({ text, range: cursor.from(labelStart) });
  }
  const openRange = cursor.expect('{');
  const body = readBody(cursor, true);
  cursor.expect('}');
  return { type, typeRange, labels, headerRange: cursor.from(start, headerEnd), openRange, body };
}

function readLabel(cursor: Cursor): string {
  const label = /^"(?:[^"\\\n]|\\.)*"/.exec(cursor.source.text.slice(cursor.at))?.[0];
  if (label === undefined) throw cursor.problem('expected a block label');
  cursor.at += label.length;
  return JSON.parse(label) as string;
}
