import { textOf } from '../scheduler/resources.ts';
import { Refusal, permissionDenied } from '../cluster/refusal.ts';
import type { NamespaceRecord } from '../state/records.ts';
import { type Answer, type Exchange, field } from './exchange.ts';
import { list } from './listing.ts';
import { type Route, reads } from './route.ts';

/** `/v1/namespaces` and `/v1/namespace/…` */
export const namespaceRoutes: readonly Route[] = [
  { path: /^\/v1\/namespaces$/, methods: reads, handle: listNamespaces },
  { path: /^\/v1\/namespace$/, methods: ['PUT', 'POST'], handle: write },
  {
    path: /^\/v1\/namespace\/([^/]+)$/,
    methods: ['GET', 'PUT', 'POST', 'DELETE'],
    handle: (x, [name = '']) => one(x, name),
  },
];

function body(namespace: NamespaceRecord): Record<string, unknown> {
  return {
    ...namespace,
    Quota: '',
    Capabilities: null,
    NodePoolConfiguration: null,
    VaultConfiguration: null,
    ConsulConfiguration: null,
    RequiredExtraClaims: null,
    OptionalExtraClaims: null,
    Hash: '',
  };
}

function sees(exchange: Exchange, name: string): boolean {
  const { acl, token } = exchange;
  return ['list-jobs', 'read-job', 'submit-job'].some((capability) => acl.allows(token, capability, name));
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
    whole: body,
    stub: body,
    token: ({ Name }) => Name,
    prefix: ({ Name }) => Name,
    modifyIndex: ({ ModifyIndex }) => ModifyIndex,
  });
}

function one(exchange: Exchange, name: string): Promise<Answer> | Answer {
  if (exchange.isWrite) return write(exchange);
  if (exchange.method === 'DELETE') return remove(exchange, name);
  if (!sees(exchange, name)) throw permissionDenied();
  const namespace = exchange.store.namespaces.get(name);
  const index = namespace?.ModifyIndex ?? exchange.store.tableIndex('namespaces');
  return namespace === undefined
    ? { status: 404, text: 'Namespace not found', index }
    : { body: body(namespace), index };
}

async function write(exchange: Exchange): Promise<Answer> {
  const given = await exchange.body();
  exchange.requireManagement();
  const Name = textOf(field(given, 'Name'));
  if (!/^[a-zA-Z0-9-]{1,128}$/.test(Name)) {
    const text = `invalid name "${Name}". Must match regex ^[a-zA-Z0-9-]{1,128}$`;
    throw new Refusal(500, `1 error occurred:\n\t* ${text}\n\n`);
  }
  const Description = textOf(field(given, 'Description'));
  const Meta = (field(given, 'Meta') ?? null) as Record<string, string> | null;
  const index = exchange.store.apply('NamespaceUpserted', (tx) => {
    tx.putNamespace({ Name, Description, Meta, CreateIndex: 0, ModifyIndex: 0 });
  });
  return { text: '', index, write: true };
}

function remove(exchange: Exchange, name: string): Answer {
  exchange.requireManagement();
  if (name === 'default') throw new Refusal(500, 'can not delete default namespace');
  if (!exchange.store.namespaces.has(name)) throw new Refusal(500, `namespace "${name}" not found`);
  const used = [...exchange.store.jobs.values()].some((job) => job.Namespace === name && job.Status !== 'dead');
  if (used) {
    throw new Refusal(500, `namespace "${name}" has non-terminal jobs in regions: [global]`);
  }
  const index = exchange.store.apply('NamespaceDeleted', (tx) => {
    exchange.store.namespaces.delete(name);
    tx.touch('namespaces');
  });
  return { text: '', index, write: true };
}
