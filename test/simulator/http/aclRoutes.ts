import { textOf, textOr } from '../scheduler/resources.ts';
import { Refusal, invalidMethod, permissionDenied } from '../cluster/refusal.ts';
import { parseGoDuration } from '../client/goDuration.ts';
import { without } from '../state/wire.ts';
import type { Token, TokenOptions } from './acl.ts';
import { type Answer, type Exchange, field } from './exchange.ts';
import { list } from './listing.ts';
import { type Route, reads, writes } from './route.ts';

/** The tokens: `/v1/acl/bootstrap`, `/v1/acl/token…` */
export const tokenRoutes: readonly Route[] = [
  { path: /^\/v1\/acl\/bootstrap$/, methods: writes, handle: bootstrap },
  { path: /^\/v1\/acl\/tokens$/, methods: reads, handle: listTokens },
  { path: /^\/v1\/acl\/token$/, methods: writes, handle: createToken },
  { path: /^\/v1\/acl\/token\/self$/, methods: reads, handle: self },
  { path: /^\/v1\/acl\/token\/onetime$/, methods: writes, handle: createOneTime },
  { path: /^\/v1\/acl\/token\/onetime\/exchange$/, methods: writes, handle: exchangeOneTime },
  { path: /^\/v1\/acl\/token\/(.+)$/, handle: (x, [id = '']) => one(x, id) },
];

const none = {
  SecretID: '',
  Type: 'client',
  Roles: null,
  Global: false,
  Hash: null,
  CreateTime: '0001-01-01T00:00:00Z',
  ExpirationTime: null,
  ExpirationTTL: '',
  CreateIndex: 0,
  ModifyIndex: 0,
};

/** @throws Refusal 400 where there is no access control */
export function enabled(exchange: Exchange): void {
  if (!exchange.acl.enabled) throw new Refusal(400, 'ACL support disabled');
}

/** Takes one index for a change of the access control. */
export function aclIndex(exchange: Exchange, type: string): number {
  return exchange.store.apply(type, (tx) => {
    tx.touch('acl');
  });
}

function self(exchange: Exchange): Answer {
  const { acl, isOld, token } = exchange;
  if (!acl.enabled) {
    if (isOld) throw new Refusal(400, 'ACL support disabled');
    return { body: { ...none, AccessorID: 'acls-disabled', Name: 'ACLs disabled token', Policies: null }, index: 0 };
  }
  if (token === '') {
    if (isOld) throw new Refusal(500, 'acl token lookup failed: missing secret id');
    const body = { ...none, AccessorID: 'anonymous', Name: 'Anonymous Token', Policies: ['anonymous'] };
    return { body, index: 0 };
  }
  const known = acl.known(token);
  if (known === undefined) {
    if (!isOld) throw permissionDenied();
    return { status: 404, text: 'ACL token not found', index: exchange.store.tableIndex('acl') };
  }
  if (acl.isExpired(known) && !isOld) throw new Refusal(500, 'ACL token expired');
  return { body: acl.body(known), index: known.modifyIndex };
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

async function bootstrap(exchange: Exchange): Promise<Answer> {
  enabled(exchange);
  const { acl } = exchange;
  const secret = textOf(field(await exchange.optionalBody(), 'BootstrapSecret'));
  if (acl.bootstrapIndex > 0) {
    throw new Refusal(400, `ACL bootstrap already done (reset index: ${String(acl.bootstrapIndex)})`);
  }
  if (secret !== '' && !uuid.test(secret)) throw new Refusal(400, 'invalid acl token');
  const index = aclIndex(exchange, 'ACLTokenUpserted');
  const token = acl.bootstrap(textOr(secret, acl.newSecret()), index);
  return { body: acl.body(token), index, write: true };
}

function stub(exchange: Exchange, token: Token): Record<string, unknown> {
  return without(without(exchange.acl.body(token), 'SecretID'), 'ExpirationTTL');
}

function listTokens(exchange: Exchange): Promise<Answer> {
  enabled(exchange);
  exchange.requireManagement();
  const isGlobal = exchange.query.get('global') === 'true';
  return list<Token>(exchange, {
    tables: ['acl'],
    items: () => exchange.acl.tokens.filter(({ type }) => !isGlobal || type === 'management'),
    whole: (token) => stub(exchange, token),
    stub: (token) => stub(exchange, token),
    token: ({ accessor, createIndex }) => `${String(createIndex)}.${accessor}`,
    prefix: ({ accessor }) => accessor,
    modifyIndex: ({ modifyIndex }) => modifyIndex,
    index: () => Math.max(1, ...exchange.acl.tokens.map(({ modifyIndex }) => modifyIndex)),
  });
}

function invalidToken(reason: string): Refusal {
  return new Refusal(400, `token 0 invalid: 1 error occurred:\n\t* ${reason}\n\n`);
}

const dayNs = 86_400e9;

/** What a body asks for. @throws Refusal 400 */
function optionsOf(exchange: Exchange, body: Record<string, unknown>): { options: TokenOptions; ttl: string } {
  const type = field(body, 'Type');
  const policies = field(body, 'Policies');
  if (type !== 'client' && type !== 'management') throw invalidToken('token type must be client or management');
  const listed = Array.isArray(policies) ? policies.map(String) : [];
  if (type === 'client' && listed.length === 0) throw invalidToken('client token missing policies or roles');
  if (type === 'management' && listed.length > 0) {
    throw invalidToken('management token cannot be associated with policies or roles');
  }
  const text = textOf(field(body, 'ExpirationTTL'));
  const ttl = parseGoDuration(textOr(text, '0')) ?? 0;
  if (ttl > dayNs) {
    const hours = `${String(Math.floor(ttl / 3600e9))}h0m0s`;
    throw invalidToken(`expiration time cannot be more than 24h0m0s in the future (was ${hours})`);
  }
  const expiry = ttl > 0 ? { expiresAtMs: exchange.store.clock.now() + ttl / 1e6 } : {};
  return { options: { name: textOf(field(body, 'Name')), type, policies: listed, ...expiry }, ttl: text };
}

async function createToken(exchange: Exchange): Promise<Answer> {
  enabled(exchange);
  const body = await exchange.body();
  exchange.requireManagement();
  const { options, ttl } = optionsOf(exchange, body);
  const index = aclIndex(exchange, 'ACLTokenUpserted');
  const token = exchange.acl.add(exchange.acl.newSecret(), options, { index, ttl });
  return { body: exchange.acl.body(token), index, write: true };
}

function one(exchange: Exchange, accessor: string): Promise<Answer> | Answer {
  if (exchange.method === 'GET') return readToken(exchange, accessor);
  if (exchange.isWrite) return changeToken(exchange, accessor);
  if (exchange.method === 'DELETE') return removeToken(exchange, accessor);
  throw invalidMethod();
}

/** A token may read itself. */
function readToken(exchange: Exchange, accessor: string): Answer {
  enabled(exchange);
  const { acl } = exchange;
  const token = acl.byAccessor(accessor);
  if (acl.token(exchange.token)?.accessor !== accessor) exchange.requireManagement();
  if (token === undefined) return { status: 404, text: 'ACL token not found', index: exchange.store.tableIndex('acl') };
  return { body: acl.body(token), index: token.modifyIndex };
}

async function changeToken(exchange: Exchange, accessor: string): Promise<Answer> {
  enabled(exchange);
  const body = await exchange.body();
  const given = textOf(field(body, 'AccessorID'));
  if (given !== accessor) throw new Refusal(400, 'ACL token accessor ID does not match request path');
  exchange.requireManagement();
  const known = exchange.acl.byAccessor(accessor);
  if (known === undefined) throw new Refusal(400, `cannot find token ${accessor}`);
  const { options } = optionsOf(exchange, { Type: known.type, Policies: known.policies, ...body });
  const index = aclIndex(exchange, 'ACLTokenUpserted');
  return { body: exchange.acl.body(exchange.acl.change(known, options, index)), index, write: true };
}

function removeToken(exchange: Exchange, accessor: string): Answer {
  enabled(exchange);
  exchange.requireManagement();
  if (!exchange.acl.remove(accessor)) throw new Refusal(400, `Cannot delete nonexistent tokens: ${accessor}`);
  return { text: '', index: aclIndex(exchange, 'ACLTokenDeleted'), write: true };
}

const oneTimeMs = 600_000;

function createOneTime(exchange: Exchange): Answer {
  enabled(exchange);
  const { acl } = exchange;
  const token = acl.token(exchange.token);
  if (token === undefined) throw permissionDenied();
  const OneTimeSecretID = acl.newSecret();
  const expiresAtMs = exchange.store.clock.now() + oneTimeMs;
  acl.oneTime.set(OneTimeSecretID, { accessor: token.accessor, expiresAtMs });
  const Index = aclIndex(exchange, 'OneTimeTokenUpserted');
  const OneTimeToken = {
    OneTimeSecretID,
    AccessorID: token.accessor,
    ExpiresAt: new Date(expiresAtMs).toISOString(),
    CreateIndex: Index,
    ModifyIndex: Index,
  };
  return { body: { OneTimeToken, Index }, index: Index, write: true };
}

async function exchangeOneTime(exchange: Exchange): Promise<Answer> {
  enabled(exchange);
  const { acl } = exchange;
  const secret = textOf(field(await exchange.body(), 'OneTimeSecretID'));
  const known = acl.oneTime.get(secret);
  acl.oneTime.delete(secret);
  const token = known === undefined ? undefined : acl.byAccessor(known.accessor);
  if (known === undefined || token === undefined || known.expiresAtMs <= exchange.store.clock.now()) {
    throw permissionDenied();
  }
  const Index = aclIndex(exchange, 'OneTimeTokenDeleted');
  return { body: { Token: acl.body(token), Index }, index: Index, write: true };
}
