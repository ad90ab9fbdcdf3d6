const fields = ['minute', 'hour', 'day of month', 'month', 'day of week'];
const shortcuts = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@hourly'];
const part = /^(\*|\?|[\da-zA-Z#LW]+(-[\da-zA-Z]+)?)(\/\d+)?$/;

/** Why a text is no cron spec, in the server's words; null when it is one. */
export function cronProblem(text: string): string | null {
  if (shortcuts.includes(text.trim())) return null;
  const given = text.trim().split(/\s+/);
  if (given.length < fields.length) return 'missing field(s)';
  const offset = given.length > fields.length ? 1 : 0;
  for (const [index, name] of fields.entries()) {
    const field = given[index + offset] ?? '';
    if (!field.split(',').every((item) => part.test(item))) return `syntax error in ${name} field: '${field}'`;
  }
  return null;
}
