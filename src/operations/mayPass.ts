import { isNomadError } from '../nomad/http/errors.ts';

/** True for a failure that may pass: Nomad or the network failed, and nothing was said about the object itself. */
export function mayPass(error: unknown): boolean {
  if (!isNomadError(error)) return false;
  return !isNomadError(error, 'denied', 'notFound', 'rejected', 'unsupported', 'address', 'tls', 'notNomad');
}
