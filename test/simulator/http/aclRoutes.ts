import { textOf, textOr } from '../scheduler/resources.ts';
import { Refusal, permissionDenied } from '../cluster/refusal.ts';
import { parseGoDuration } from '../client/goDuration.ts';
import { without } from '../state/wire.ts';
import { parseRules } from './acl.ts';
import { type Answer, type Exchange, field } from './exchange.ts';
import { type Route, reads, writes } from './route.ts';

/** `/v1/acl/…` */
export const aclRoutes: readonly Route[] = [
  { path: /^\/v1\/acl\/token\/self$/, methods: reads, handle: self },
  { path: /^\/v1\/acl\/tokens$/, methods: reads, handle: listTokens },
  { path: /^\/v1\/acl\/token$/, methods: writes, handle: createToken },
  { path: /^\/v1\/acl\/token\/([^/]+)$/, methods: ['DELETE'], handle: (x, [id = '']) => removeToken(x, id) },
  { path: /^\/v1\/acl\/policy\/([^/]+)$/, methods: writes, handle: (x, [name = '']) => setPolicy(x, name) },
  { path: /^\/v1\/acl\/(policies|roles|auth-methods)$/, methods: reads, handle: emptyList },
];

const none = {
  SecretID: '',
  Type: 'client',
  Roles: null,
  Global: false,
  Hash: null,
  CreateTime: null,
  ExpirationTime: null,
  ExpirationTTL: '',
  CreateIndex: 0,
  ModifyIndex: 0,
};

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
  if (known === undefined) throw isOld ? new Refusal(404, 'ACL token not found') : permissionDenied();
  if (acl.isExpired(known) && !isOld) throw new Refusal(500, 'ACL token expired');
  return { body: acl.body(known), index: 11 };
}

function enabled(exchange: Exchange): void {
  if (!exchange.acl.enabled) throw new Refusal(400, 'ACL support disabled');
}

function listTokens(exchange: Exchange): Answer {
  enabled(exchange);
  exchange.requireManagement();
  const body = exchange.acl.tokens.map((token) => without(exchange.acl.body(token), 'SecretID'));
  return { body, index: 11 };
}

async function createToken(exchange: Exchange): Promise<Answer> {
  enabled(exchange);
  const body = await exchange.body();
  exchange.requireManagement();
  const type = field(body, 'Type');
  const policies = field(body, 'Policies');
  if (type !== 'client' && type !== 'management') throw invalidToken('token type must be client or management');
  if (type === 'client' && (!Array.isArray(policies) || policies.length === 0)) {
    throw invalidToken('client token missing policies or roles');
  }
  const ttl = parseGoDuration(textOr(textOf(field(body, 'ExpirationTTL')), '0')) ?? 0;
  const token = exchange.acl.add(exchange.acl.newSecret(), {
    name: textOf(field(body, 'Name')),
    type,
    policies: Array.isArray(policies) ? policies.map(String) : [],
    ...(ttl > 0 ? { expiresAtMs: exchange.store.clock.now() + ttl / 1e6 } : {}),
  });
  return { body: exchange.acl.body(token), index: exchange.store.index, write: true };
}

function invalidToken(reason: string): Refusal {
  return new Refusal(400, `token 0 invalid: 1 error occurred:\n\t* ${reason}\n\n`);
}

function removeToken(exchange: Exchange, accessor: string): Answer {
  enabled(exchange);
  exchange.requireManagement();
  if (!exchange.acl.remove(accessor)) throw new Refusal(400, 'token not found');
  return { text: '', index: exchange.store.index, write: true };
}

async function setPolicy(exchange: Exchange, name: string): Promise<Answer> {
  enabled(exchange);
  const body = await exchange.body();
  exchange.requireManagement();
  exchange.acl.setPolicy(name, parseRules(textOf(field(body, 'Rules'))));
  return { text: '', index: exchange.store.index, write: true };
}

function emptyList(exchange: Exchange): Answer {
  enabled(exchange);
  return { body: [], index: 1 };
}
