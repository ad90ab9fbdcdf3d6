/** Several errors as the one text that Go's multierror makes of them; empty when there are none. */
export function multiError(errors: readonly string[]): string {
  if (errors.length === 0) return '';
  const head = errors.length === 1 ? '1 error occurred' : `${String(errors.length)} errors occurred`;
  return `${head}:\n${errors.map((error) => `\t* ${error}`).join('\n')}\n\n`;
}

/** Several warnings as the one text of an answer's `Warnings`; empty when there are none. */
export function warningText(warnings: readonly string[]): string {
  if (warnings.length === 0) return '';
  const head = warnings.length === 1 ? '1 warning' : `${String(warnings.length)} warnings`;
  return `${head}:\n\n${warnings.map((warning) => `* ${warning}`).join('\n')}`.trimEnd();
}

/** The errors as one error, or none: how the parts of a job hand theirs up. */
export function nested(errors: readonly string[], prefix = ''): string[] {
  return errors.length > 0 ? [`${prefix}${multiError(errors)}`] : [];
}

/** The message when `wrong` is true, or none. */
export function when(wrong: boolean, message: string): string[] {
  return wrong ? [message] : [];
}
