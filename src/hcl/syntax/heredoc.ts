import type { Node } from 'web-tree-sitter';

/**
 * What a heredoc says: texts and interpolations in turn. `<<-` takes away the indentation that all lines share.
 *
 * @returns undefined when it holds a template directive (`%{ if }`)
 */
export function heredocParts(text: string, heredoc: Node): (string | Node)[] | undefined {
  const holes = heredoc.namedChildren.filter(({ type }) => type.startsWith('template_') && type !== 'template_literal');
  if (holes.some(({ type }) => type !== 'template_interpolation')) return undefined;
  const start = text.indexOf('\n', heredoc.startIndex) + 1;
  const whole = text.slice(heredoc.startIndex, heredoc.endIndex);
  // The line with the closing word is not part of it.
  const end = heredoc.startIndex + whole.lastIndexOf('\n') + 1;
  if (start === 0 || end < start) return undefined;
  const parts: (string | Node)[] = [];
  let at = start;
  for (const hole of holes) {
    parts.push(text.slice(at, hole.startIndex), hole);
    at = hole.endIndex;
  }
  parts.push(text.slice(at, end));
  const isIndented = whole.startsWith('<<-');
  const plain = isIndented ? withoutIndentation(parts) : parts;
  return plain.map((part) => (typeof part === 'string' ? unescaped(part) : part)).filter((part) => part !== '');
}

/** Backslashes mean nothing in a heredoc; only the start of a template can be escaped. */
function unescaped(part: string): string {
  return part.replaceAll('$${', '${').replaceAll('%%{', '%{');
}

/**
 * Blanks at the starts of lines, as many as the line with the fewest has. Lines of blanks alone don't count and stay as
 * they are; a line that starts with an interpolation has none.
 */
function withoutIndentation(parts: readonly (string | Node)[]): (string | Node)[] {
  const indents: number[] = [];
  eachLineStart(parts, (line) => {
    indents.push(/^\s*/.exec(line)?.[0].length ?? 0);
    return line;
  });
  const startsWithHole = parts.some((part, index) => typeof part !== 'string' && isLineStart(parts[index - 1], index));
  const common = startsWithHole ? 0 : Math.min(...indents);
  return eachLineStart(parts, (line) => line.slice(common));
}

function isLineStart(before: string | Node | undefined, index: number): boolean {
  return typeof before === 'string' && (before.endsWith('\n') || (index === 1 && before === ''));
}

/** Changes each line from its start to its end, or to the interpolation in it. Lines of blanks alone are passed over. */
function eachLineStart(parts: readonly (string | Node)[], change: (line: string) => string): (string | Node)[] {
  return parts.map((part, index) => {
    if (typeof part !== 'string') return part;
    const lines = part.split('\n');
    return lines
      .map((line, number) => {
        const isStart = number > 0 || index === 0;
        const isBlank = line.trim() === '' && number < lines.length - 1;
        const isEnd = line === '' && number === lines.length - 1;
        return isStart && !isBlank && !isEnd ? change(line) : line;
      })
      .join('\n');
  });
}
