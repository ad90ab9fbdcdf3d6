const simpleEscapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

/**
 * The value of a quoted HCL string, given with its quotes.
 *
 * @returns undefined when it holds a template (`${…}`, `%{…}`) or is no whole quoted string
 */
export function unquote(literal: string): string | undefined {
  if (literal.length < 2 || !literal.startsWith('"') || !literal.endsWith('"')) return undefined;
  const inner = literal.slice(1, -1);
  const plain = inner.replace(/\$\$\{|%%\{|\\./gs, '');
  if (/\$\{|%\{|"|\\|\n/.test(plain)) return undefined;
  return decodeTemplateText(inner);
}

/** The text between the quotes and interpolations of a quoted string, with its escapes decoded. */
export function decodeTemplateText(text: string): string {
  return text.replace(
    /\$\$\{|%%\{|\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})|\\(.)/gs,
    (whole, short?: string, long?: string, simple?: string) => {
      const code = short ?? long;
      if (code !== undefined) return codePoint(code);
      if (simple !== undefined) return simpleEscapes[simple] ?? simple;
      return whole.slice(1);
    },
  );
}

function codePoint(hex: string): string {
  const code = Number.parseInt(hex, 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
}

/** A quoted HCL string with exactly this value: nothing in it is a template or ends the string. */
export function quote(value: string): string {
  const escaped = value
    .replace(/[\ud800-\udfff]/gu, '\ufffd')
    .replace(/["\\]/g, '\\$&')
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')
    .replace(/\t/g, '\\t')
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, unicodeEscape)
    // One sign is escaped by doubling it; several in a row would be read differently.
    .replace(/(\$+|%+)(?=\{)/g, (signs) => (signs.length === 1 ? signs + signs : signs.replace(/./g, unicodeEscape)));
  return `"${escaped}"`;
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** True for a name that can be assigned in a variable file. */
export function isIdentifier(name: string): boolean {
  return /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u.test(name);
}
