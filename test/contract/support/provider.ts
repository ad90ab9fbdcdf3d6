import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An OpenID provider that lets one person in, on the loopback interface. */
export interface Provider {
  readonly issuer: string;
  readonly clientId: string;
  /** What a browser would be sent back with, after a login at the address that Nomad gave. */
  login(authUrl: string): { state: string; code: string };
  dispose(): Promise<void>;
}

type Answers = Readonly<Record<string, (form: URLSearchParams) => object>>;

const keyId = 'key-1';
const clientId = 'nomad-workbench';

/** A JSON Web Token, signed with RS256. */
export function signedToken(key: KeyObject, claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'RS256', typ: 'JWT', kid: keyId })}.${part(claims)}`;
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
}

export async function startProvider(claims: object): Promise<Provider> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  /** The nonce of each login, by its code. */
  const nonces = new Map<string, string>();
  let issuer = '';
  const token = (code: string) =>
    signedToken(privateKey, { iss: issuer, aud: clientId, sub: 'bob', nonce: nonces.get(code), ...times(), ...claims });
  const key = { ...publicKey.export({ format: 'jwk' }), kid: keyId, alg: 'RS256', use: 'sig' };
  const answers: Answers = {
    '/.well-known/openid-configuration': () => discovery(issuer),
    '/keys': () => ({ keys: [key] }),
    '/token': (form) => ({
      access_token: 'access',
      token_type: 'Bearer',
      expires_in: 300,
      id_token: token(form.get('code') ?? ''),
    }),
    '/userinfo': () => ({ sub: 'bob', ...claims }),
  };
  const server = createServer((request, response) => void serve(request, response, answers));
  issuer = await listening(server);
  return {
    issuer,
    clientId,
    login: (authUrl) => {
      const { searchParams } = new URL(authUrl);
      const code = createHash('sha256').update(authUrl).digest('hex');
      nonces.set(code, searchParams.get('nonce') ?? '');
      return { state: searchParams.get('state') ?? '', code };
    },
    dispose: () => stop(server),
  };
}

/** From a little before now to a while after it. */
function times(): { iat: number; exp: number } {
  const now = Math.floor(Date.now() / 1000);
  return { iat: now - 5, exp: now + 300 };
}

function discovery(issuer: string): object {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    jwks_uri: `${issuer}/keys`,
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
  };
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

async function serve(request: IncomingMessage, response: ServerResponse, answers: Answers): Promise<void> {
  let body = '';
  for await (const part of request) body += String(part);
  const answer = answers[new URL(request.url ?? '/', 'http://localhost').pathname];
  response.statusCode = answer === undefined ? 404 : 200;
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(answer?.(new URLSearchParams(body)) ?? {}));
}

async function stop(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
