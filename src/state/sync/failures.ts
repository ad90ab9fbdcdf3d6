import { isCancelled } from '../../base/cancel.ts';
import { placeOfFault } from '../../base/log.ts';
import type { Log } from '../../base/log.ts';
import { isNomadError, NomadError } from '../../nomad/http/errors.ts';

/**
 * Logs a failure that the rest can go on without: Nomad's own at `level`, a fault of ours as an error with its place. A
 * cancellation is no failure.
 */
export function logFailure(log: Log, level: 'debug' | 'warn', what: string, error: unknown): void {
  if (isNomadError(error)) log[level](`${what}: ${error.message}`);
  else if (!isCancelled(error)) logFault(log, what, error);
}

/** Logs a fault of ours, with its place. */
export function logFault(log: Log, what: string, error: unknown): void {
  log.error(`${what}: ${placeOfFault(error)}`);
}

/** Anything thrown, as an error that can be shown. What a fault of ours says is for the log alone. */
export function asNomadError(error: unknown): NomadError {
  if (isNomadError(error)) return error;
  return new NomadError('server', 'An unexpected error in the extension; the log says more.');
}
