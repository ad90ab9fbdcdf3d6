import type { Connection, ParsedAddress } from './connection.ts';
import type { Meta, NomadRequest } from './query.ts';

/** What the `X-Nomad-…` headers say. Headers that are missing or can't be read count as zero. */
export function metaOf(headers: { get(name: string): string | null }): Meta {
  const nextToken = headers.get('x-nomad-nexttoken') ?? '';
  return {
    index: count(headers.get('x-nomad-index')),
    knownLeader: headers.get('x-nomad-knownleader') === 'true',
    lastContactMs: count(headers.get('x-nomad-lastcontact')),
    ...(nextToken === '' ? {} : { nextToken }),
  };
}

/** The URL of a request, with the connection's region and namespace where the request names none. Holds no secret. */
export function requestUrl(
  address: ParsedAddress,
  connection: Connection,
  { path, query = {} }: Pick<NomadRequest, 'path' | 'query'>,
): string {
  const parameters = new URLSearchParams();
  const all = {
    ...query,
    region: query['region'] ?? connection.region,
    namespace: query['namespace'] ?? connection.namespace,
  };
  for (const [name, value] of Object.entries(all)) {
    if (value === undefined || value === '') continue;
    for (const each of Array.isArray(value) ? (value as readonly string[]) : [value]) {
      parameters.append(name, String(each));
    }
  }
  const text = parameters.toString();
  return `${address.origin}${address.pathPrefix}${path}${text === '' ? '' : `?${text}`}`;
}

function count(header: string | null): number {
  const value = Number(header ?? '0');
  return Number.isSafeInteger(value) && value > 0 ? value : 0;
}
