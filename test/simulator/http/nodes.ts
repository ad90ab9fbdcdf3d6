import { recordOf, textOf } from '../scheduler/resources.ts';
import { Refusal } from '../cluster/refusal.ts';
import type { DrainSpec } from '../cluster/nodes.ts';
import { namespaceOf } from '../state/records.ts';
import { allocationBody, nodeBody, nodeStub } from '../state/wire.ts';
import { type Answer, type Exchange, field } from './exchange.ts';
import { checkId, checkIdPrefix, list } from './listing.ts';
import { type Route, reads, writes } from './route.ts';

/** `/v1/nodes`, `/v1/node/…` and the node pools. */
export const nodeRoutes: readonly Route[] = [
  { path: /^\/v1\/nodes$/, methods: reads, handle: listNodes },
  { path: /^\/v1\/node\/pools$/, methods: reads, handle: listPools },
  { path: /^\/v1\/node\/([^/]*)\/allocations$/, methods: reads, handle: (x, [id = '']) => allocations(x, id) },
  { path: /^\/v1\/node\/([^/]*)\/eligibility$/, methods: writes, handle: (x, [id = '']) => eligibility(x, id) },
  { path: /^\/v1\/node\/([^/]*)\/drain$/, methods: writes, handle: (x, [id = '']) => drain(x, id) },
  { path: /^\/v1\/node\/([^/]*)\/evaluate$/, methods: writes, handle: (x, [id = '']) => evaluate(x, id) },
  { path: /^\/v1\/node\/([^/]*)$/, methods: reads, handle: (x, [id = '']) => read(x, id) },
];

function listNodes(exchange: Exchange): Promise<Answer> {
  exchange.requireOn('node', 'read');
  checkIdPrefix(exchange, 'node');
  const [resources, os] = [exchange.flag('resources'), exchange.flag('os')];
  return list(exchange, {
    tables: ['nodes'],
    items: () => [...exchange.store.nodes.values()].sort((a, b) => (a.ID < b.ID ? -1 : 1)),
    whole: nodeBody,
    stub: (node) => nodeStub(node, resources, os),
    token: (node) => node.ID,
    prefix: (node) => node.ID,
    modifyIndex: (node) => node.ModifyIndex,
  });
}

function listPools(exchange: Exchange): Answer {
  const names = new Set(['all', 'default', ...[...exchange.store.nodes.values()].map((node) => node.NodePool)]);
  const visible = exchange.acl.isManagement(exchange.token) ? [...names].sort() : [];
  const pools = visible.map((Name) => ({
    Name,
    Description: '',
    Meta: null,
    SchedulerConfiguration: null,
    CreateIndex: 1,
    ModifyIndex: 1,
  }));
  return { body: pools, index: 1 };
}

async function read(exchange: Exchange, id: string): Promise<Answer> {
  exchange.requireOn('node', 'read');
  checkId(id, 'node');
  const { store } = exchange;
  const find = () => store.nodes.get(id);
  const index = () => find()?.ModifyIndex ?? store.tableIndex('nodes');
  await exchange.block(index);
  const node = find();
  if (node === undefined) return { status: 404, text: 'node not found', index: index() };
  return { body: nodeBody(node), index: index() };
}

async function allocations(exchange: Exchange, id: string): Promise<Answer> {
  exchange.requireOn('node', 'read');
  checkId(id, 'node');
  const index = () => exchange.store.tableIndex('allocations');
  await exchange.block(index);
  const found = exchange.store
    .allocationsOn(id)
    .filter((item) => exchange.acl.allows(exchange.token, 'read-job', namespaceOf(item)));
  return { body: found.map((item) => allocationBody(item, true)), index: index() };
}

async function eligibility(exchange: Exchange, id: string): Promise<Answer> {
  const body = await exchange.body();
  exchange.requireOn('node', 'write');
  checkId(id, 'node');
  const wanted = field(body, 'Eligibility');
  if (wanted === undefined || wanted === '') throw new Refusal(400, 'missing node eligibility');
  const written = exchange.cluster.nodes.setEligibility(id, textOf(wanted));
  return { body: written, index: written.Index, write: true };
}

async function drain(exchange: Exchange, id: string): Promise<Answer> {
  const body = await exchange.body();
  exchange.requireOn('node', 'write');
  checkId(id, 'node');
  const given = field(body, 'DrainSpec');
  const spec: DrainSpec | null = given === undefined || given === null ? null : recordOf(given);
  const written = exchange.cluster.nodes.drain(id, spec, field(body, 'MarkEligible') === true);
  return { body: written, index: written.Index, write: true };
}

function evaluate(exchange: Exchange, id: string): Answer {
  exchange.requireOn('node', 'write');
  checkId(id, 'node');
  const written = exchange.cluster.nodes.evaluate(id);
  return { body: written, index: written.Index, write: true };
}
