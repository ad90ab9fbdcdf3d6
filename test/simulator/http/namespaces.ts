import { createHash } from 'node:crypto';
import { recordOf, textOf } from '../scheduler/resources.ts';
import { Refusal, invalidMethod, permissionDenied } from '../cluster/refusal.ts';
import { type NamespaceRecord, isTerminal } from '../state/records.ts';
import { type Answer, type Exchange, field } from './exchange.ts';
import { list } from './listing.ts';
import { type Route, reads, writes } from './route.ts';

/** `/v1/namespaces` and `/v1/namespace/…` */
export const namespaceRoutes: readonly Route[] = [
  { path: /^\/v1\/namespaces$/, methods: reads, handle: listNamespaces },
  { path: /^\/v1\/namespace$/, methods: writes, handle: (x) => write(x, '') },
  { path: /^\/v1\/namespace\/(.*)$/, handle: (x, [name = '']) => one(x, name) },
];

function body(exchange: Exchange, namespace: NamespaceRecord): Record<string, unknown> {
  const { Name, Description, Meta, Capabilities = null } = namespace;
  const Hash = createHash('sha256')
    .update(JSON.stringify([Name, Description, Meta, Capabilities]))
    .digest('base64');
  const newer = {
    VaultConfiguration: null,
    ConsulConfiguration: null,
    RequiredExtraClaims: null,
    OptionalExtraClaims: null,
  };
  const common = { Quota: '', Capabilities, NodePoolConfiguration: null, Hash };
  return { ...namespace, ...common, ...(exchange.isOld ? {} : newer) };
}

function sees(exchange: Exchange, name: string): boolean {
  const { acl, token } = exchange;
  return acl.allowsNamespace(token, name);
}

function listNamespaces(exchange: Exchange): Promise<Answer> {
  if (exchange.token !== '' && exchange.acl.enabled && exchange.acl.token(exchange.token) === undefined) {
    throw permissionDenied();
  }
  return list(exchange, {
    tables: ['namespaces'],
    items: () =>
      [...exchange.store.namespaces.values()]
        .filter(({ Name }) => sees(exchange, Name))
        .sort((a, b) => (a.Name < b.Name ? -1 : 1)),
    whole: (item) => body(exchange, item),
    stub: (item) => body(exchange, item),
    token: ({ Name }) => Name,
    prefix: ({ Name }) => Name,
    modifyIndex: ({ ModifyIndex }) => ModifyIndex,
  });
}

function one(exchange: Exchange, name: string): Promise<Answer> | Answer {
  if (name === '') throw new Refusal(400, 'Missing Namespace Name');
  if (exchange.isWrite) return write(exchange, name);
  if (exchange.method === 'DELETE') return remove(exchange, name);
  if (exchange.method !== 'GET') throw invalidMethod();
  return read(exchange, name);
}

async function read(exchange: Exchange, name: string): Promise<Answer> {
  if (!sees(exchange, name)) throw permissionDenied();
  const find = () => exchange.store.namespaces.get(name);
  const index = () => find()?.ModifyIndex ?? exchange.store.tableIndex('namespaces');
  await exchange.block(index);
  const namespace = find();
  return namespace === undefined
    ? { status: 404, text: 'Namespace not found', index: index() }
    : { body: body(exchange, namespace), index: index() };
}

function checkNamespace(name: string, description: string): void {
  const problems: string[] = [];
  if (!/^[a-zA-Z0-9-]{1,128}$/.test(name)) {
    problems.push(`invalid name "${name}". Must match regex ^[a-zA-Z0-9-]{1,128}$`);
  }
  if (description.length > 256) problems.push('description longer than 256');
  if (problems.length > 0) throw new Refusal(500, `Invalid namespace "${name}": ${several(problems)}`);
}

function several(problems: readonly string[]): string {
  const count = `${String(problems.length)} error${problems.length === 1 ? '' : 's'} occurred`;
  return `${count}:\n${problems.map((problem) => `\t* ${problem}\n`).join('')}\n`;
}

function capabilitiesOf(exchange: Exchange, given: unknown): unknown {
  if (given === undefined || given === null) return null;
  const record = recordOf(given);
  const listed = (name: string) => field(record, name) ?? null;
  const drivers = {
    EnabledTaskDrivers: listed('EnabledTaskDrivers'),
    DisabledTaskDrivers: listed('DisabledTaskDrivers'),
  };
  if (exchange.isOld) return drivers;
  const modes = {
    EnabledNetworkModes: listed('EnabledNetworkModes'),
    DisabledNetworkModes: listed('DisabledNetworkModes'),
  };
  return { ...drivers, ...modes };
}

async function write(exchange: Exchange, name: string): Promise<Answer> {
  const given = await exchange.body();
  const Name = textOf(field(given, 'Name'));
  if (name !== '' && Name !== name) throw new Refusal(400, 'Namespace name does not match request path');
  exchange.requireManagement();
  const Description = textOf(field(given, 'Description'));
  checkNamespace(Name, Description);
  const Meta = (field(given, 'Meta') ?? null) as Record<string, string> | null;
  const Capabilities = capabilitiesOf(exchange, field(given, 'Capabilities'));
  const index = exchange.store.apply('NamespaceUpserted', (tx) => {
    tx.putNamespace({ Name, Description, Meta, Capabilities, CreateIndex: 0, ModifyIndex: 0 });
  });
  return { text: '', index, write: true };
}

function remove(exchange: Exchange, name: string): Answer {
  exchange.requireManagement();
  const { store } = exchange;
  if (name === 'default') throw new Refusal(500, 'can not delete default namespace');
  const problems = inUse(exchange, name);
  if (problems.length > 0) throw new Refusal(500, several(problems));
  if (!store.namespaces.has(name)) throw new Refusal(500, 'namespace not found');
  const index = store.apply('NamespaceDeleted', (tx) => {
    store.namespaces.delete(name);
    tx.touch('namespaces');
  });
  return { text: '', index, write: true };
}

/** What stands in the way of deleting a namespace. */
function inUse(exchange: Exchange, name: string): string[] {
  const { jobs, allocations, variables } = exchange.store;
  const problem = (what: string) => `namespace "${name}" has ${what} in regions: [${exchange.cluster.region}]`;
  const problems: string[] = [];
  const has = (items: Iterable<{ readonly Namespace?: string }>) =>
    [...items].some(({ Namespace = 'default' }) => Namespace === name);
  if (has([...jobs.values()].filter((job) => job.Status !== 'dead'))) problems.push(problem('non-terminal jobs'));
  if (exchange.isOld) return problems;
  if (has([...allocations.values()].filter((item) => !isTerminal(item)))) {
    problems.push(problem('non-terminal allocations'));
  }
  if (has(variables.values())) problems.push(problem('variables associated with it'));
  return problems;
}
