import type { Connection, ParsedAddress } from './connection.ts';
import { NomadError } from './errors.ts';

/**
 * The headers that say who asks. The token is asked for anew with each request.
 *
 * @param secrets gets what no error may show
 * @throws {NomadError} of kind `denied` for a token that can't be sent
 */
export async function credentials(
  { token: source, httpAuth }: Connection,
  { basicAuth }: ParsedAddress,
  secrets: string[],
): Promise<Record<string, string>> {
  const token = (typeof source === 'function' ? await source() : source)?.trim() ?? '';
  const basic = basicAuth ?? httpAuth ?? '';
  const headers: Record<string, string> = {};
  if (token !== '') {
    secrets.push(token);
    if (!/^[\x21-\x7e]+$/.test(token))
      throw new NomadError('denied', 'The token contains characters that no token has.');
    headers['X-Nomad-Token'] = token;
  }
  if (basic !== '') {
    const credentials = basic.includes(':') ? basic : `${basic}:`;
    const encoded = Buffer.from(credentials, 'utf8').toString('base64');
    const password = credentials.slice(credentials.indexOf(':') + 1);
    secrets.push(encoded, ...(password === '' ? [] : [password]));
    headers['Authorization'] = `Basic ${encoded}`;
  }
  return headers;
}
