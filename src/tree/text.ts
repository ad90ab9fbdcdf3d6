import { printable } from '../base/plain.ts';

/** A server's name as a label, which must never be empty. */
export function plainLabel(text: string): string {
  const label = printable(text);
  return label.trim() === '' ? '(unprintable name)' : label;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '|': '&#124;' };

/** Plain text that shows as it is in Markdown: no emphasis, link, image, table cell, HTML or bare address is left. */
export function markdownText(text: string): string {
  return printable(text)
    .replace(/[&<>|]|[!-/:-@[-`{-~]/gu, (mark) => entities[mark] ?? `\\${mark}`)
    .trim();
}

/** A table of facts in Markdown. The names are ours, the values may be anybody's. */
export function factTable(title: string, facts: readonly (readonly [name: string, value: string])[]): string {
  const rows = facts.map(([name, value]) => `| ${markdownText(name)} | ${markdownText(value)} |`);
  if (facts.length === 0) return markdownText(title);
  return [`**${markdownText(title)}**`, '', '| | |', '|---|---|', ...rows].join('\n');
}
