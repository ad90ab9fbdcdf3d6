import { recordOf, textOf, textOr } from '../scheduler/resources.ts';
import type { DrainSpec, NodeWrite } from '../cluster/nodes.ts';
import { namespaceOf } from '../state/records.ts';
import { byId } from '../state/table.ts';
import { allocationBody, writeMeta } from '../state/wire.ts';
import { nodeBody, nodeStub } from '../state/wireNode.ts';
import { rpcAddressOf } from './federation.ts';
import { type Answer, type Exchange, field } from './exchange.ts';
import { checkId, checkIdPrefix, list } from './listing.ts';
import { type Route, reads, writes } from './route.ts';

/** `/v1/nodes` and `/v1/node/…` */
export const nodeRoutes: readonly Route[] = [
  { path: /^\/v1\/nodes$/, methods: reads, handle: listNodes },
  { path: /^\/v1\/node\/([^/]*)\/allocations$/, methods: reads, handle: (x, [id = '']) => allocations(x, id) },
  { path: /^\/v1\/node\/([^/]*)\/eligibility$/, methods: writes, handle: (x, [id = '']) => eligibility(x, id) },
  { path: /^\/v1\/node\/([^/]*)\/drain$/, methods: writes, handle: (x, [id = '']) => drain(x, id) },
  { path: /^\/v1\/node\/([^/]*)\/evaluate$/, methods: writes, handle: (x, [id = '']) => evaluate(x, id) },
  { path: /^\/v1\/node\/([^/]*)\/purge$/, methods: writes, handle: (x, [id = '']) => purge(x, id) },
  { path: /^\/v1\/node\/(.*)$/, methods: reads, handle: (x, [id = '']) => read(x, id) },
];

function listNodes(exchange: Exchange): Promise<Answer> {
  exchange.requireOn('node', 'read');
  checkIdPrefix(exchange, 'node');
  const [resources, os] = [exchange.flag('resources'), exchange.flag('os')];
  return list(exchange, {
    tables: ['nodes'],
    items: () => exchange.store.nodes.inOrder(byId),
    whole: nodeBody,
    stub: (node) => nodeStub(node, resources, os),
    token: (node) => node.ID,
    prefix: (node) => node.ID,
    modifyIndex: (node) => node.ModifyIndex,
  });
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
  const named = textOr(textOf(field(body, 'NodeID')), id);
  checkId(named, 'node');
  const written = exchange.cluster.nodes.setEligibility(named, textOf(field(body, 'Eligibility')));
  return { body: written, index: written.Index, write: true };
}

async function drain(exchange: Exchange, id: string): Promise<Answer> {
  const body = await exchange.body();
  exchange.requireOn('node', 'write');
  checkId(id, 'node');
  const given = field(body, 'DrainSpec');
  const spec: DrainSpec | null = given === undefined || given === null ? null : recordOf(given);
  const meta = (field(body, 'Meta') ?? null) as Record<string, string> | null;
  const accessor = `token:${exchange.acl.token(exchange.token)?.accessor ?? 'acls-disabled'}`;
  const markEligible = field(body, 'MarkEligible') === true;
  const written = exchange.cluster.nodes.drain(id, spec, markEligible, { accessor, meta });
  return { body: written, index: written.Index, write: true };
}

/** What a client would be told that registers; the fields of a node's write are among them. */
function updated(exchange: Exchange, id: string, written: NodeWrite): Answer {
  const node = exchange.store.nodes.get(id);
  const LeaderRPCAddr = rpcAddressOf(exchange.server.identity);
  const server = { RPCAdvertiseAddr: LeaderRPCAddr, RPCMajorVersion: 0, RPCMinorVersion: 0, Datacenter: 'dc1' };
  const body = {
    ...writeMeta(written.Index),
    HeartbeatTTL: 0,
    ...written,
    Features: 0,
    LeaderRPCAddr,
    NumNodes: exchange.store.nodes.size,
    Servers: [server],
    SchedulingEligibility: node?.SchedulingEligibility ?? '',
    ...(exchange.isOld ? {} : { SignedIdentity: null }),
  };
  return { body, index: written.Index, write: true };
}

function evaluate(exchange: Exchange, id: string): Answer {
  exchange.requireOn('node', 'write');
  checkId(id, 'node');
  return updated(exchange, id, exchange.cluster.nodes.evaluate(id));
}

function purge(exchange: Exchange, id: string): Answer {
  exchange.requireOn('node', 'write');
  checkId(id, 'node');
  return updated(exchange, id, exchange.cluster.purgeNode(id));
}
