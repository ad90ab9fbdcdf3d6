/** Where the rooms below VS Code write what they do. No method throws; none is given a secret. */
export interface Log {
  trace(message: string): void;
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** What was thrown and where, for the log. Anything but an Error is left out: it might be a secret. */
export function placeOfFault(error: unknown): string {
  return error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : `thrown: ${typeof error}`;
}

const nothing = () => undefined;

/** Says nothing. */
export const silentLog: Log = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
