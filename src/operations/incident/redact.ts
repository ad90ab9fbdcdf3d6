import { looksSecret } from '../../base/secretNames.ts';

/** In the place of a value; the same for every one, so that not even its length is told. */
const mask = '(redacted)';

/** Signed tokens that Nomad gave the tasks, and a key of an artifact whose name has no mark in it. */
const neverShown = /^(?:SignedIdentities|sshkey)$/;

/**
 * What came from Nomad, fit to be handed to others: without the values of fields, variables and lines of templates whose
 * names look secret, and without passwords in addresses. What looks like nothing special stays, be it a secret.
 */
export function withoutSecretValues(value: unknown): unknown {
  if (typeof value === 'string') return redactedText(value);
  if (Array.isArray(value)) return value.map(withoutSecretValues);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, redactedField(name, one)]));
}

function redactedField(name: string, value: unknown): unknown {
  if (isEmpty(value)) return value;
  if (neverShown.test(name)) return mask;
  const isPlain = typeof value === 'string' || typeof value === 'number';
  return isPlain && looksSecret(name) ? mask : withoutSecretValues(value);
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || value === undefined;
}

/** Passwords in addresses, and values of lines such as `DB_PASSWORD=…` or `token: …`. */
export function redactedText(text: string): string {
  return text
    .replace(/(:\/\/[^\s/:@]*:)[^\s/@]+@/g, `$1${mask}@`)
    .replace(
      /^([ \t]*(?:export[ \t]+)?["']?([A-Za-z][\w.-]*)["']?[ \t]*[=:][ \t]*)(\S.*)$/gm,
      (line, head: string, name: string) => (looksSecret(name) ? `${head}${mask}` : line),
    );
}
