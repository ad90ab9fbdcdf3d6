/** The text, or undefined if it is empty or not a text at all. */
export function filled(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
