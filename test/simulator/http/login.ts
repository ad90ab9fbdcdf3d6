import { parseGoDuration } from '../client/goDuration.ts';
import { textOf, textOr } from '../scheduler/resources.ts';
import { Refusal, invalidMethod } from '../cluster/refusal.ts';
import { type AuthMethodRecord, hashOf } from './acl.ts';
import { aclIndex, enabled } from './aclRoutes.ts';
import { type Answer, type Exchange, field } from './exchange.ts';
import { type Claims, boundPolicies, claimsOfCode, claimsOfJwt, loginUrl } from './identity.ts';
import { list } from './listing.ts';
import { type Route, reads, writes } from './route.ts';

/** Ways to log in: `/v1/acl/auth-method…`, `/v1/acl/login`, `/v1/acl/oidc/…`. */
export const loginRoutes: readonly Route[] = [
  { path: /^\/v1\/acl\/auth-methods$/, methods: reads, handle: listMethods },
  { path: /^\/v1\/acl\/auth-method$/, methods: writes, handle: writeMethod },
  { path: /^\/v1\/acl\/auth-method\/(.*)$/, handle: (x, [name = '']) => one(x, name) },
  { path: /^\/v1\/acl\/binding-rules$/, methods: reads, handle: listRules },
  { path: /^\/v1\/acl\/binding-rule$/, methods: writes, handle: writeRule },
  { path: /^\/v1\/acl\/login$/, methods: writes, handle: login },
  { path: /^\/v1\/acl\/oidc\/auth-url$/, methods: writes, handle: authUrl },
  { path: /^\/v1\/acl\/oidc\/complete-auth$/, methods: writes, handle: completeAuth },
];

function stub(method: AuthMethodRecord): Record<string, unknown> {
  const { name, type, isDefault, createIndex, modifyIndex } = method;
  const Hash = hashOf([name, type, isDefault]);
  return { Name: name, Type: type, Default: isDefault, Hash, CreateIndex: createIndex, ModifyIndex: modifyIndex };
}

/** Everyone may know how to log in. */
function listMethods(exchange: Exchange): Promise<Answer> {
  enabled(exchange);
  const methods = () => [...exchange.acl.authMethods.values()];
  return list<AuthMethodRecord>(exchange, {
    tables: ['acl'],
    items: () => methods().sort((a, b) => (a.name < b.name ? -1 : 1)),
    whole: stub,
    stub,
    token: ({ name }) => name,
    prefix: ({ name }) => name,
    index: () => Math.max(1, ...methods().map(({ modifyIndex }) => modifyIndex)),
  });
}

function one(exchange: Exchange, name: string): Promise<Answer> | Answer {
  if (exchange.isWrite) return writeMethod(exchange);
  enabled(exchange);
  exchange.requireManagement();
  const method = exchange.acl.authMethods.get(name);
  if (exchange.method === 'DELETE') {
    if (method === undefined) throw new Refusal(404, 'ACL auth-method not found');
    exchange.acl.authMethods.delete(name);
    return { text: '', index: aclIndex(exchange, 'ACLAuthMethodDeleted'), write: true };
  }
  if (exchange.method !== 'GET') throw invalidMethod();
  if (method === undefined) return { status: 404, text: 'ACL auth-method not found', index: 0 };
  return { body: { ...method.body, ...stub(method) }, index: method.modifyIndex };
}

async function writeMethod(exchange: Exchange): Promise<Answer> {
  enabled(exchange);
  const body = await exchange.body();
  exchange.requireManagement();
  const [name, type] = [textOf(field(body, 'Name')), textOf(field(body, 'Type'))];
  if (type !== 'OIDC' && type !== 'JWT') {
    const reason = `invalid token type '${type}'`;
    throw new Refusal(400, `auth method 0 invalid: 1 error occurred:\n\t* ${reason}\n\n`);
  }
  const index = aclIndex(exchange, 'ACLAuthMethodUpserted');
  const createIndex = exchange.acl.authMethods.get(name)?.createIndex ?? index;
  const isDefault = field(body, 'Default') === true;
  const method = { name, type, isDefault, body, createIndex, modifyIndex: index };
  exchange.acl.authMethods.set(name, method);
  return { body: { ...body, ...stub(method) }, index, write: true };
}

async function writeRule(exchange: Exchange): Promise<Answer> {
  enabled(exchange);
  const body = await exchange.body();
  exchange.requireManagement();
  const index = aclIndex(exchange, 'ACLBindingRuleUpserted');
  const rule = { ID: exchange.cluster.random.uuid(), ...body, CreateIndex: index, ModifyIndex: index };
  exchange.acl.bindingRules.push(rule);
  return { body: rule, index, write: true };
}

function listRules(exchange: Exchange): Answer {
  enabled(exchange);
  exchange.requireManagement();
  return { body: exchange.acl.bindingRules, index: Math.max(1, exchange.store.tableIndex('acl')) };
}

/** The texts of a login's body. @throws Refusal 400 that names all that are missing */
function textsOf(what: string, body: Record<string, unknown>, names: Readonly<Record<string, string>>) {
  const texts = Object.fromEntries(Object.keys(names).map((name) => [name, textOf(field(body, name))]));
  const missing = Object.entries(names).filter(([name]) => texts[name] === '');
  if (missing.length === 0) return texts;
  const count = `${String(missing.length)} error${missing.length === 1 ? '' : 's'} occurred`;
  const listed = missing.map(([, label]) => `\t* missing ${label}\n`).join('');
  throw new Refusal(400, `invalid ${what} request: ${count}:\n${listed}\n`);
}

function methodOf(exchange: Exchange, name = ''): AuthMethodRecord {
  const method = exchange.acl.authMethods.get(name);
  if (method === undefined) throw new Refusal(400, `auth-method "${name}" not found`);
  return method;
}

async function login(exchange: Exchange): Promise<Answer> {
  enabled(exchange);
  const names = { AuthMethodName: 'auth method name', LoginToken: 'login token' };
  const { AuthMethodName, LoginToken = '' } = textsOf('login', await exchange.body(), names);
  const method = methodOf(exchange, AuthMethodName);
  if (method.type !== 'JWT') throw new Refusal(400, `unsupported auth-method type: ${method.type}`);
  const known = exchange.acl.login(LoginToken, method.name, exchange.store.index + 1);
  if (known !== undefined) {
    return { body: exchange.acl.body(known), index: aclIndex(exchange, 'ACLTokenUpserted'), write: true };
  }
  return tokenFor(exchange, method, claimsOfJwt(method, LoginToken, exchange.store.clock.now()));
}

/** @throws Refusal 400 where no rule is for these claims */
function tokenFor(exchange: Exchange, method: AuthMethodRecord, claims: Claims): Answer {
  const { acl, store } = exchange;
  const policies = boundPolicies(method, acl.bindingRules, claims);
  if (policies.length === 0) throw new Refusal(400, 'no role or policy bindings matched');
  const ttl = textOr(textOf(field(method.body, 'MaxTokenTTL')), '1h0m0s');
  const expiresAtMs = store.clock.now() + (parseGoDuration(ttl) ?? 3600e9) / 1e6;
  const index = aclIndex(exchange, 'ACLTokenUpserted');
  const options = { name: `${method.type}-${method.name}`, type: 'client', policies, expiresAtMs } as const;
  const token = acl.add(acl.newSecret(), options, { index, ttl });
  return { body: acl.body(token), index, write: true };
}

const oidcNames = {
  AuthMethodName: 'auth method name',
  ClientNonce: 'client nonce',
};

async function authUrl(exchange: Exchange): Promise<Answer> {
  enabled(exchange);
  const texts = textsOf('OIDC auth-url', await exchange.body(), { ...oidcNames, RedirectURI: 'redirect URI' });
  const method = methodOf(exchange, texts['AuthMethodName']);
  const { RedirectURI = '', ClientNonce = '' } = texts;
  const AuthURL = await loginUrl(method, RedirectURI, ClientNonce);
  exchange.acl.begun.set(ClientNonce, method.name);
  return { body: { AuthURL } };
}

async function completeAuth(exchange: Exchange): Promise<Answer> {
  enabled(exchange);
  const names = { ...oidcNames, State: 'state', Code: 'code', RedirectURI: 'redirect URI' };
  const texts = textsOf('OIDC complete-auth', await exchange.body(), names);
  const method = methodOf(exchange, texts['AuthMethodName']);
  const { RedirectURI = '', ClientNonce = '', Code = '' } = texts;
  if (exchange.acl.begun.get(ClientNonce) !== method.name) {
    throw new Refusal(500, 'no OIDC request found for client nonce');
  }
  exchange.acl.begun.delete(ClientNonce);
  const parts = { code: Code, redirect: RedirectURI, nonce: ClientNonce };
  return tokenFor(exchange, method, await claimsOfCode(method, parts, exchange.store.clock.now()));
}
