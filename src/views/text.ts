/** Line ends, tabs and the like: they separate words, so a space takes their place. */
const separators = /[\t\n\v\f\r\u0085\u2028\u2029]+/gu;

/** Other control characters, and the marks that turn the reading direction of what follows. */
// eslint-disable-next-line no-control-regex -- finding them is the point
const controls = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/gu;

/** A server's word as one line of plain text. */
export function plain(text: string): string {
  return text.replace(separators, ' ').replace(controls, '');
}

/** A server's name as a label, which must never be empty. */
export function plainLabel(text: string): string {
  const label = plain(text);
  return label.trim() === '' ? '(unprintable name)' : label;
}

/**
 * Plain text that shows as it is where VS Code draws `$(name)` as an icon: the status bar and quick picks.
 * Only what would become an icon is escaped, since a stray backslash would show.
 */
export function withoutIcons(text: string): string {
  return plain(text).replace(/\$\([A-Za-z0-9-]+(?:~[A-Za-z]+)?\)/gu, '\\$&');
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '|': '&#124;' };

/** Plain text that shows as it is in Markdown: no emphasis, link, image, table cell, HTML or bare address is left. */
export function markdownText(text: string): string {
  return plain(text)
    .replace(/[&<>|]|[!-/:-@[-`{-~]/gu, (mark) => entities[mark] ?? `\\${mark}`)
    .trim();
}

/** A table of facts in Markdown. The names are ours, the values may be anybody's. */
export function factTable(title: string, facts: readonly (readonly [name: string, value: string])[]): string {
  const rows = facts.map(([name, value]) => `| ${markdownText(name)} | ${markdownText(value)} |`);
  if (facts.length === 0) return markdownText(title);
  return [`**${markdownText(title)}**`, '', '| | |', '|---|---|', ...rows].join('\n');
}
