import type { HttpResponse } from './body.ts';
import type { Call } from './call.ts';
import type { ParsedAddress } from './connection.ts';
import { NomadError } from './errors.ts';
import type { NomadErrorDetails } from './errors.ts';

/** More in a row lead in a circle. */
const maxRedirects = 5;

/** Where an answer redirects to; undefined if it doesn't. */
export function redirectTarget(response: HttpResponse, from: string): URL | undefined {
  const location = response.headers.get('location');
  if (![301, 302, 303, 307, 308].includes(response.status) || location === null) return undefined;
  return URL.canParse(location, from) ? new URL(location, from) : undefined;
}

interface Redirected {
  readonly address: ParsedAddress;
  readonly call: Call;
  /** How many there were before. */
  readonly redirects: number;
  readonly status: number;
}

/**
 * Lets a read follow a redirect within the same origin: no other server gets the token, and no write is sent twice.
 *
 * @throws {NomadError} of kind `notNomad` or `rejected` for any other
 */
export function checkRedirect(target: URL, { address, call, redirects, status }: Redirected): void {
  const { facts } = call;
  const details: NomadErrorDetails = { status, method: facts.method, path: facts.path };
  const { displayAddress, origin } = address;
  if (target.origin !== origin) {
    throw new NomadError(
      'notNomad',
      `${displayAddress} redirects to ${call.redact(target.origin)}, which was not followed.`,
      details,
    );
  }
  if (facts.method !== 'GET') {
    throw new NomadError('rejected', `${displayAddress} redirects this write, which was not followed.`, details);
  }
  if (redirects >= maxRedirects) {
    throw new NomadError('notNomad', `${displayAddress} redirects in a circle.`, details);
  }
}
