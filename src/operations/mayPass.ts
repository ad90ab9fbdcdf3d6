import { isNomadError } from '../nomad/http/errors.ts';

/** True for a failure that may pass: Nomad or the network failed, and nothing was said about the object itself. */
export function mayPass(error: unknown): boolean {
  if (!isNomadError(error)) return false;
  // A gateway's own words for a server that it can't reach, or that took too long for it.
  if (error.kind === 'notNomad') return [502, 503, 504].includes(error.status ?? 0);
  return !isNomadError(error, 'denied', 'notFound', 'rejected', 'unsupported', 'address', 'tls');
}
