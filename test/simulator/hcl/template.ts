import { type Expression, type ForIntro, literal } from './ast.ts';
import { Cursor } from './cursor.ts';
import { between, type Range } from './source.ts';

/** How the expressions within a template are parsed; handed in, since expressions hold templates too. */
export interface Grammar {
  expression(cursor: Cursor): Expression;
  forIntro(cursor: Cursor): ForIntro;
}

/** A piece of a template before loops and conditions are put together. */
type Piece =
  | { readonly kind: 'text'; text: string; readonly range: Range }
  | { readonly kind: 'value'; readonly value: Expression; readonly range: Range }
  | { readonly kind: 'if'; readonly condition: Expression; readonly range: Range }
  | { readonly kind: 'for'; readonly intro: ForIntro; readonly range: Range }
  | { readonly kind: 'else' | 'endif' | 'endfor'; readonly range: Range };

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

/** Parses the `"…"` at the cursor. */
export function parseQuoted(cursor: Cursor, grammar: Grammar): Expression {
  const start = cursor.at;
  cursor.expect('"');
  const pieces = readPieces(cursor, grammar, true);
  cursor.expect('"');
  return assemble(pieces, cursor.from(start), cursor.from(start + 1, start + 1));
}

/** Parses the `<<EOF` or `<<-EOF` text at the cursor, up to the end of its closing line. */
export function parseHeredoc(cursor: Cursor, grammar: Grammar): Expression {
  const start = cursor.at;
  cursor.expect('<<');
  const flush = cursor.take('-');
  const word = cursor.identifier();
  const text = cursor.source.text;
  const bodyStart = text.indexOf('\n', cursor.at) + 1;
  let lineStart = bodyStart;
  for (;;) {
    const found = text.indexOf('\n', lineStart);
    const lineEnd = found < 0 ? text.length : found;
    if (text.slice(lineStart, lineEnd).trim() === word) {
      cursor.at = lineEnd;
      break;
    }
    if (found < 0) throw cursor.problem(`expected the line ${word}`);
    lineStart = found + 1;
  }
  const pieces = readPieces(new Cursor(cursor.source, bodyStart, lineStart), grammar, false);
  if (flush) removeIndent(pieces);
  return assemble(pieces, cursor.from(start), cursor.from(bodyStart, bodyStart));
}

/** Parses a whole text as a template, as a string within JSON is. */
export function parseTemplateText(cursor: Cursor, grammar: Grammar): Expression {
  const range = cursor.from(cursor.at, cursor.end);
  return assemble(readPieces(cursor, grammar, false), range, range);
}

function readPieces(cursor: Cursor, grammar: Grammar, quoted: boolean): Piece[] {
  const pieces: Piece[] = [];
  let text = '';
  let textStart = cursor.at;
  const flush = (): void => {
    if (text !== '') pieces.push({ kind: 'text', text, range: cursor.from(textStart) });
    text = '';
  };
  let trimNext = false;
  while (!cursor.done && !(quoted && cursor.startsWith('"'))) {
    if (cursor.startsWith('$${') || cursor.startsWith('%%{')) {
      text += cursor.peek(3).slice(1);
      cursor.at += 3;
    } else if (cursor.startsWith('${') || cursor.startsWith('%{')) {
      const trimBefore = cursor.peek(3).endsWith('~');
      if (trimNext) text = trimLineStart(text);
      if (trimBefore) text = trimLineEnd(text);
      flush();
      trimNext = readSequence(cursor, grammar, pieces);
      textStart = cursor.at;
    } else if (quoted && cursor.startsWith('\\')) {
      text += readEscape(cursor);
    } else {
      text += cursor.peek();
      cursor.at += 1;
    }
  }
  if (trimNext) text = trimLineStart(text);
  flush();
  return pieces;
}

/** `~}` trims the rest of its line, with the line end. */
function trimLineStart(text: string): string {
  return text.replace(/^[^\S\n]*\n?/, '');
}

/** `${~` trims what is before it in its line, or the line end when that is all. */
function trimLineEnd(text: string): string {
  return text.replace(/[^\S\n]+$|\s+$/, '');
}

function readEscape(cursor: Cursor): string {
  const mark = cursor.peek(2).charAt(1);
  const digits = mark === 'u' ? 4 : mark === 'U' ? 8 : 0;
  const hex = cursor.peek(2 + digits).slice(2);
  cursor.at += 2 + digits;
  return digits > 0 ? String.fromCodePoint(Number.parseInt(hex, 16)) : (escapes[mark] ?? mark);
}

/** Reads `${…}` or `%{…}`; true when it ends in `~}`, which trims what follows. */
function readSequence(cursor: Cursor, grammar: Grammar, pieces: Piece[]): boolean {
  const start = cursor.at;
  const directive = cursor.startsWith('%{');
  cursor.at += 2;
  cursor.take('~');
  cursor.skip(true);
  const inner = directive
    ? readDirective(cursor, grammar)
    : { kind: 'value' as const, value: grammar.expression(cursor) };
  cursor.skip(true);
  const trim = cursor.take('~');
  cursor.expect('}');
  pieces.push({ ...inner, range: cursor.from(start) } as Piece);
  return trim;
}

function readDirective(cursor: Cursor, grammar: Grammar): object {
  const word = cursor.identifier();
  if (word === 'if') return { kind: 'if', condition: grammar.expression(cursor) };
  if (word === 'for') return { kind: 'for', intro: grammar.forIntro(cursor) };
  if (word === 'else' || word === 'endif' || word === 'endfor') return { kind: word };
  throw cursor.problem('expected a template directive');
}

/** What `<<-` does: the indentation that all lines share goes. Empty lines don't count. */
function removeIndent(pieces: Piece[]): void {
  let least = Number.POSITIVE_INFINITY;
  eachText(pieces, (piece, first) => {
    const lines = piece.text.split('\n');
    lines.forEach((line, index) => {
      const starts = index > 0 || first;
      const last = index === lines.length - 1;
      if (!starts || (last ? piece === pieces.at(-1) : line === '')) return;
      least = Math.min(least, /^[ \t]*/.exec(line)?.[0].length ?? 0);
    });
  });
  if (!Number.isFinite(least)) return;
  eachText(pieces, (piece, first) => {
    const lines = piece.text.split('\n');
    piece.text = lines.map((line, index) => (index > 0 || first ? line.slice(least) : line)).join('\n');
  });
}

function eachText(pieces: Piece[], visit: (piece: Piece & { kind: 'text' }, first: boolean) => void): void {
  pieces.forEach((piece, index) => {
    if (piece.kind === 'text') visit(piece, index === 0);
  });
}

function assemble(pieces: readonly Piece[], range: Range, empty: Range): Expression {
  const queue = [...pieces];
  const parts = assembleParts(queue, []);
  const only = parts.length === 1 ? parts[0] : undefined;
  if (only && pieces[0]?.kind === 'value') return { kind: 'wrapped', inner: only, range, start: range };
  return { kind: 'template', parts, range, start: parts[0]?.start ?? empty };
}

function assembleParts(queue: Piece[], stop: readonly string[]): Expression[] {
  const parts: Expression[] = [];
  for (let piece = queue[0]; piece && !stop.includes(piece.kind); piece = queue[0]) {
    queue.shift();
    if (piece.kind === 'text') parts.push(literal(piece.text, piece.range));
    else if (piece.kind === 'value') parts.push(piece.value);
    else if (piece.kind === 'if') parts.push(assembleIf(queue, piece.condition, piece.range));
    else if (piece.kind === 'for') {
      const body = assembleParts(queue, ['endfor']);
      const range = between(piece.range, queue.shift()?.range ?? piece.range);
      const value = joined(body, range);
      const rest = { condition: null, key: null, value, grouped: false, joined: true, range, start: range };
      parts.push({ kind: 'for', ...piece.intro, ...rest });
    }
  }
  return parts;
}

function assembleIf(queue: Piece[], condition: Expression, opening: Range): Expression {
  const whenTrue = assembleParts(queue, ['else', 'endif']);
  const other = queue.shift();
  const whenFalse = other?.kind === 'else' ? assembleParts(queue, ['endif']) : [];
  const end = other?.kind === 'else' ? queue.shift() : other;
  const range = between(opening, end?.range ?? opening);
  return {
    kind: 'conditional',
    condition,
    whenTrue: joined(whenTrue, range),
    whenFalse: joined(whenFalse, range),
    range,
    start: range,
  };
}

function joined(parts: Expression[], range: Range): Expression {
  return { kind: 'template', parts: parts.length > 0 ? parts : [literal('', range)], range, start: range };
}
