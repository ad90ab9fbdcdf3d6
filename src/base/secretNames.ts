const secretWords =
  /pass(?:word|wd|phrase)|pwd|secret|token|credential|private|(?:api|auth|access|encryption)_?-?key|dsn/i;

/** `db_pass`, `signing_key`: words that tell a secret only where they end the name or stand alone. */
const secretEnds = /(?:^|[_-])(?:(?:pg|my)?pass|key|pin|salt|auth|cert|pem)$/i;

/** Whether a name looks like that of a value that nobody should read over a shoulder. */
export function looksSecret(name: string): boolean {
  return secretWords.test(name) || secretEnds.test(name);
}
