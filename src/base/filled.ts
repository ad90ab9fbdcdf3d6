/** A text that says something; undefined for an empty one, and for what is no text. */
export function filled(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
