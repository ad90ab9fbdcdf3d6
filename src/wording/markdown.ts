import { printable } from '../base/plain.ts';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '|': '&#124;' };

/** Plain text that shows as it is in Markdown: no emphasis, link, image, table cell, HTML or bare address is left. */
export function markdownText(text: string): string {
  return printable(text)
    .replace(/[&<>|]|[!-/:-@[-`{-~]/gu, (mark) => entities[mark] ?? `\\${mark}`)
    .trim();
}

/** The same for a file that people read as it is written, too: only what makes markup is marked. */
export function reportText(text: string): string {
  return printable(text)
    .replace(/[\\`*_[\]<>|~]/g, (mark) => `\\${mark}`)
    .trim();
}

/** A text as a block of its own, whatever it holds: the fence is longer than any within. */
export function markdownBlock(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text.replace(/\n+$/, '')}\n${fence}`;
}

/** A table in such a file; nothing where it has no row. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.map(reportText).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)];
}
