import { printable } from '../base/plain.ts';
import { markdownText } from '../wording/markdown.ts';

/** A server's name as a label, which must never be empty. */
export function plainLabel(text: string): string {
  const label = printable(text);
  return label.trim() === '' ? '(unprintable name)' : label;
}

/** A table of facts in Markdown. The names are ours, the values may be anybody's. */
export function factTable(title: string, facts: readonly (readonly [name: string, value: string])[]): string {
  const rows = facts.map(([name, value]) => `| ${markdownText(name)} | ${markdownText(value)} |`);
  if (facts.length === 0) return markdownText(title);
  return [`**${markdownText(title)}**`, '', '| | |', '|---|---|', ...rows].join('\n');
}
