import { createPublicKey, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { Refusal } from '../cluster/refusal.ts';
import { recordOf, textOf } from '../scheduler/resources.ts';
import type { AuthMethodRecord } from './acl.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** What a provider of identities says of itself. */
interface Discovery {
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly jwks_uri: string;
}

function textsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function unauthorized(reason: string): Refusal {
  return new Refusal(401, `unable to validate provided token: ${reason}`);
}

function configOf(method: AuthMethodRecord): Record<string, unknown> {
  return recordOf(method.body['Config']);
}

function parts(jwt: string): { claims: Claims; signed: string; signature: Buffer } {
  const [head = '', body = '', signature = ''] = jwt.split('.');
  try {
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Claims;
    return { claims, signed: `${head}.${body}`, signature: Buffer.from(signature, 'base64url') };
  } catch {
    throw unauthorized('failed to parse token');
  }
}

/** The claims of a token that one of the keys signed, and that is meant for the method. @throws Refusal 401 */
function checked(method: AuthMethodRecord, jwt: string, keys: readonly KeyObject[], nowMs: number): Claims {
  const { claims, signed, signature } = parts(jwt);
  if (!keys.some((key) => verify('sha256', Buffer.from(signed), key, signature))) {
    throw unauthorized('failed to verify signature of token using provided keys');
  }
  const config = configOf(method);
  const audiences = textsOf(config['BoundAudiences']);
  const issuers = textsOf(config['BoundIssuer']);
  const given = Array.isArray(claims['aud']) ? (claims['aud'] as unknown[]) : [claims['aud']];
  if (audiences.length > 0 && !given.some((audience) => audiences.includes(audience))) {
    throw unauthorized('invalid audience (aud) claim: audience claim does not match any bound audience');
  }
  if (issuers.length > 0 && !issuers.includes(claims['iss'])) throw unauthorized('invalid issuer (iss) claim');
  if (Number(claims['exp']) * 1000 < nowMs) throw unauthorized('token is expired');
  return claims;
}

/** The claims of a JWT. @throws Refusal 401 */
export function claimsOfJwt(method: AuthMethodRecord, jwt: string, nowMs: number): Claims {
  const keys = textsOf(configOf(method)['JWTValidationPubKeys']);
  return checked(
    method,
    jwt,
    keys.map((pem) => createPublicKey(textOf(pem))),
    nowMs,
  );
}

async function fetchJson<T>(url: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(5000) });
  if (!response.ok) throw new Refusal(500, `oidc: ${url} answered with ${String(response.status)}`);
  return (await response.json()) as T;
}

function discover(method: AuthMethodRecord): Promise<Discovery> {
  return fetchJson(`${textOf(configOf(method)['OIDCDiscoveryURL'])}/.well-known/openid-configuration`);
}

/** Where a browser is sent for a login. @throws Refusal 500 for an address that the method does not allow */
export async function loginUrl(method: AuthMethodRecord, redirect: string, nonce: string): Promise<string> {
  const config = configOf(method);
  if (!textsOf(config['AllowedRedirectURIs']).includes(redirect)) {
    const reason = `Provider.validRedirect: redirect URI ${redirect}: unauthorized redirect_uri`;
    throw new Refusal(500, `failed to generate auth URL: Provider.AuthURL: ${reason}`);
  }
  const url = new URL((await discover(method)).authorization_endpoint);
  const query = {
    client_id: textOf(config['OIDCClientID']),
    nonce,
    redirect_uri: redirect,
    response_type: 'code',
    scope: 'openid',
    state: `st_${nonce}`,
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

/** The claims that a provider gives for a code. */
export async function claimsOfCode(
  method: AuthMethodRecord,
  { code, redirect, nonce }: { code: string; redirect: string; nonce: string },
  nowMs: number,
): Promise<Claims> {
  const config = configOf(method);
  const provider = await discover(method);
  const { keys } = await fetchJson<{ keys: JsonWebKey[] }>(provider.jwks_uri);
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirect,
    client_id: textOf(config['OIDCClientID']),
    client_secret: textOf(config['OIDCClientSecret']),
  });
  const { id_token: token } = await fetchJson<{ id_token: string }>(provider.token_endpoint, { method: 'POST', body });
  const imported = keys.map((key) => createPublicKey({ key: key as never, format: 'jwk' }));
  const claims = checked(method, token, imported, nowMs);
  if (claims['nonce'] !== nonce) throw unauthorized('invalid nonce');
  return claims;
}

/** The policies that binding rules give to who has these claims. */
export function boundPolicies(
  method: AuthMethodRecord,
  rules: readonly Readonly<Record<string, unknown>>[],
  claims: Claims,
): string[] {
  const mappings = Object.entries(recordOf(configOf(method)['ClaimMappings']));
  const values = new Map(mappings.map(([claim, name]) => [textOf(name), textOf(claims[claim])]));
  const fits = (selector: string) => {
    const [, name = '', value] = /^\s*value\.(\w+)\s*==\s*"?([^"]*)"?\s*$/.exec(selector) ?? [];
    return selector === '' || (value !== undefined && values.get(name) === value);
  };
  return rules
    .filter((rule) => rule['AuthMethod'] === method.name && rule['BindType'] === 'policy')
    .filter((rule) => fits(textOf(rule['Selector'])))
    .map((rule) => textOf(rule['BindName']));
}
