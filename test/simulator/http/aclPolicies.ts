import { textOf } from '../scheduler/resources.ts';
import { Refusal, invalidMethod, permissionDenied } from '../cluster/refusal.ts';
import { type Policy, expandRights, hashOf } from './acl.ts';
import { aclIndex, enabled } from './aclRoutes.ts';
import { type Answer, type Exchange, field } from './exchange.ts';
import { list } from './listing.ts';
import { namespacePolicies, parseRules } from './policyRules.ts';
import { type Route, reads } from './route.ts';

/** `/v1/acl/policies`, `/v1/acl/policy/:name`, and the roles, of which there are none. */
export const policyRoutes: readonly Route[] = [
  { path: /^\/v1\/acl\/policies$/, methods: reads, handle: listPolicies },
  { path: /^\/v1\/acl\/policy\/self$/, methods: reads, handle: listPolicies },
  { path: /^\/v1\/acl\/policy\/(.*)$/, handle: (x, [name = '']) => one(x, name) },
  { path: /^\/v1\/acl\/roles$/, methods: reads, handle: listRoles },
];

function stub({ name, description, rules, index, createIndex }: Policy, isOld: boolean): Record<string, unknown> {
  const body = { Name: name, Description: description, Hash: hashOf([name, description, rules]) };
  // Older agents tell of a policy of jobs only when it is read by itself.
  return { ...body, ...(isOld ? {} : { JobACL: null }), CreateIndex: createIndex, ModifyIndex: index };
}

/** A name that isn't known, or not the token's, tells nothing to anyone but managers. */
function knownToken(exchange: Exchange): void {
  enabled(exchange);
  if (exchange.token !== '' && exchange.acl.token(exchange.token) === undefined) throw permissionDenied();
}

function listPolicies(exchange: Exchange): Promise<Answer> {
  knownToken(exchange);
  const { acl, isOld, token } = exchange;
  return list<Policy>(exchange, {
    tables: ['acl'],
    items: () => acl.policies.filter(({ name }) => acl.holds(token, name)),
    whole: (policy) => stub(policy, isOld),
    stub: (policy) => stub(policy, isOld),
    token: ({ name }) => name,
    prefix: ({ name }) => name,
    modifyIndex: ({ index }) => index,
    index: () => Math.max(1, ...acl.policies.map(({ index }) => index)),
  });
}

function one(exchange: Exchange, name: string): Promise<Answer> | Answer {
  if (name === '') throw new Refusal(400, 'Missing Policy Name');
  if (exchange.method === 'GET') return read(exchange, name);
  if (exchange.isWrite) return write(exchange, name);
  if (exchange.method === 'DELETE') return remove(exchange, name);
  throw invalidMethod();
}

function read(exchange: Exchange, name: string): Answer {
  knownToken(exchange);
  if (!exchange.acl.holds(exchange.token, name)) throw permissionDenied();
  const policy = exchange.acl.policies.find((item) => item.name === name);
  if (policy === undefined) {
    return { status: 404, text: 'ACL policy not found', index: exchange.store.tableIndex('acl') };
  }
  const { isOld } = exchange;
  const body = { ...stub(policy, false), Rules: policy.rules, RulesJSON: rulesJson(policy.rules, isOld) };
  return { body, index: policy.index };
}

/** The rules as Nomad has read them; only what the simulator knows of them. */
function rulesJson(text: string, isOld: boolean): Record<string, unknown> {
  const rules = parseRules(text);
  const access = (policy: string | undefined) => (policy === undefined ? null : { Policy: policy });
  const spaces = Object.entries(rules.namespaces ?? {}).map(([Name, rights]) => ({
    Name,
    Policy: namespacePolicies.find((policy) => policy === rights[0]) ?? '',
    Capabilities: expandRights(rights).filter((right) => !isOld || !right.startsWith('host-volume-')),
    Variables: null,
  }));
  const pools = Object.entries(rules.nodePools ?? {}).map(([Name, Capabilities]) => ({
    Name,
    Policy: '',
    Capabilities,
  }));
  return {
    Namespaces: spaces.length > 0 ? spaces : null,
    NodePools: pools.length > 0 ? pools : null,
    HostVolumes: null,
    Agent: access(rules.agent),
    Node: access(rules.node),
    Operator: access(rules.operator),
    Quota: null,
    Plugin: null,
    ...(isOld ? {} : { Sentinel: null, ExtraKeysHCL: null }),
    Raw: text,
  };
}

async function write(exchange: Exchange, name: string): Promise<Answer> {
  enabled(exchange);
  const body = await exchange.body();
  const given = textOf(field(body, 'Name'));
  if (given !== '' && given !== name) throw new Refusal(400, 'ACL policy name does not match request path');
  exchange.requireManagement();
  const rules = textOf(field(body, 'Rules'));
  const granted = parseRules(rules);
  const index = aclIndex(exchange, 'ACLPolicyUpserted');
  exchange.acl.setPolicy({ name, description: textOf(field(body, 'Description')), rules, index }, granted);
  return { text: '', index, write: true };
}

function remove(exchange: Exchange, name: string): Answer {
  enabled(exchange);
  exchange.requireManagement();
  exchange.acl.removePolicy(name);
  return { text: '', index: aclIndex(exchange, 'ACLPolicyDeleted'), write: true };
}

function listRoles(exchange: Exchange): Answer {
  knownToken(exchange);
  return { body: [], index: 1 };
}
