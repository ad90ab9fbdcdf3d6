const marked = '[redacted]';

/** Of longer secrets only the plain forms are looked for: a pattern of each of their characters would be too large. */
const maxPatternLength = 4096;
/** A secret in base64 after unknown text can only be recognised if it has at least this many characters. */
const minInsideLength = 8;
/** A server's text may end within a secret, as the reason of a close frame does. */
const minCutLength = 6;

/**
 * `text` without secrets, as they are and as a server may repeat them: URL-encoded, HTML-escaped, as JSON, Go and
 * JavaScript write them, in base64 of both alphabets, with and without padding, alone or after other text, as in the
 * header of basic authentication. Of two that begin alike the longer one goes first, so that nothing of it is left.
 */
export function redact(text: string, secrets: readonly string[]): string {
  if (text === '' || secrets.length === 0) return text;
  const forms = [...new Set(secrets)].filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
  let rest = forms.reduce(withoutForm, text);
  for (const secret of forms) rest = withoutCut(rest, secret);
  for (const inside of forms.flatMap(insideBase64)) rest = rest.replaceAll(pattern(inside), marked);
  return rest;
}

function withoutForm(text: string, secret: string): string {
  if (secret.length > maxPatternLength) {
    const forms = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(wellFormed(secret))];
    return forms.reduce((rest, form) => rest.replaceAll(form, marked), text);
  }
  const bytes = Buffer.from(secret, 'utf8');
  const encoded = [bytes.toString('base64'), bytes.toString('base64url')].map((form) => form.replace(/=+$/, ''));
  return encoded.reduce(
    (rest, form) => rest.replace(pattern(form, '(?:=|%3[Dd]){0,2}'), marked),
    text.replace(pattern(secret), marked),
  );
}

/** A secret whose end was cut off together with the text. */
function withoutCut(text: string, secret: string): string {
  if (secret.length <= minCutLength) return text;
  const start = secret.slice(0, minCutLength);
  const from = text.length - secret.length;
  for (let at = text.indexOf(start, from); at !== -1; at = text.indexOf(start, at + 1)) {
    if (secret.startsWith(text.slice(at))) return text.slice(0, at) + marked;
  }
  return text;
}

/** The base64 of a secret after one, two or three other bytes, without the characters that it shares with others. */
function insideBase64(secret: string): string[] {
  if (secret.length > maxPatternLength) return [];
  const bytes = Buffer.from(secret, 'utf8');
  const inside = [0, 1, 2].flatMap((before) => {
    const all = Buffer.concat([Buffer.alloc(before), bytes]);
    const whole = all.subarray(0, all.byteLength - (all.byteLength % 3));
    const skipped = before === 0 ? 0 : before + 1;
    return (['base64', 'base64url'] as const).map((alphabet) => whole.toString(alphabet).slice(skipped));
  });
  return [...new Set(inside)].filter((part) => part.length >= minInsideLength);
}

/** Matches a secret whichever way each of its characters is quoted or escaped. */
function pattern(secret: string, end = ''): RegExp {
  return new RegExp(Array.from(wellFormed(secret), anySpelling).join('') + end, 'gu');
}

const named: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };
const backslashed: Readonly<Record<string, string>> = { '\n': 'n', '\r': 'r', '\t': 't', '\b': 'b', '\f': 'f' };

function anySpelling(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  const spellings = [
    literally(character),
    percent(character),
    `&#0*${String(code)};`,
    `&#[xX]0*${anyCase(hex)};`,
    `\\\\{1,4}u${anyCase(hex.padStart(4, '0'))}`,
    `\\\\{1,4}U${anyCase(hex.padStart(8, '0'))}`,
  ];
  if (code < 256) spellings.push(`\\\\{1,4}x${anyCase(hex.padStart(2, '0'))}`);
  if (code > 0xffff) spellings.push([...unitsOf(character)].map((unit) => `\\\\u${anyCase(unit)}`).join(''));
  if (named[character] !== undefined) spellings.push(`&${named[character]};`);
  if (backslashed[character] !== undefined) spellings.push(`\\\\{1,4}${backslashed[character]}`);
  if (/["'/`\\]/.test(character)) spellings.push(`\\\\{1,7}${literally(character)}`);
  if (character === ' ') spellings.push('\\+');
  return `(?:${spellings.join('|')})`;
}

function literally(character: string): string {
  return /[\w\s]/.test(character) || character.length > 1
    ? character
    : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** Once, or twice as where a URL is part of another one. */
function percent(character: string): string {
  return [...Buffer.from(character, 'utf8')]
    .map((byte) => `%(?:25)?${anyCase(byte.toString(16).padStart(2, '0'))}`)
    .join('');
}

function anyCase(hex: string): string {
  return hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

/** Half a surrogate pair is sent as U+FFFD. */
function wellFormed(secret: string): string {
  return Buffer.from(secret, 'utf8').toString('utf8');
}

function* unitsOf(character: string): Generator<string> {
  for (let at = 0; at < character.length; at += 1) yield character.charCodeAt(at).toString(16).padStart(4, '0');
}
