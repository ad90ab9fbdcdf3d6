/** A command as one could type it: words that need it stand in quotes. `psql -c "select 1"`. Any text comes back as it was. */
export function commandText(words: readonly string[]): string {
  return words.map(wordText).join(' ');
}

function wordText(word: string): string {
  if (/^[^\s"'\\]+$/u.test(word)) return word;
  if (!word.includes("'")) return `'${word}'`;
  // A backslash at the start may read as that of a Windows path, where it would escape nothing.
  if (!word.includes('\\')) return `"${word.replace(/"/g, '\\"')}"`;
  return word
    .split(/(')/)
    .map((part) => (part === "'" ? `"'"` : part === '' ? '' : `'${part}'`))
    .join('');
}
