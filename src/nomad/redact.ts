/**
 * `text` without secrets: neither as they are nor as JSON writes them, since servers repeat what they were sent. Of two
 * that begin alike the longer one goes first, so that nothing of it is left.
 */
export function redact(text: string, secrets: readonly string[]): string {
  const forms = secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  return forms
    .sort((one, other) => other.length - one.length)
    .reduce((rest, form) => rest.replaceAll(form, '[redacted]'), text);
}
