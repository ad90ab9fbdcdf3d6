import { deletePool, upsertPool } from '../cluster/nodePools.ts';
import { Refusal, invalidMethod, permissionDenied } from '../cluster/refusal.ts';
import { textOf } from '../scheduler/resources.ts';
import { jobKey, namespaceOf } from '../state/records.ts';
import type { NodePoolRecord } from '../state/registry.ts';
import { jobStub } from '../state/wire.ts';
import { nodeBody, nodeStub } from '../state/wireNode.ts';
import { type Answer, type Exchange, field } from './exchange.ts';
import { list } from './listing.ts';
import { type Route, reads } from './route.ts';

/** `/v1/node/pools` and `/v1/node/pool/:name` */
export const nodePoolRoutes: readonly Route[] = [
  { path: /^\/v1\/node\/pools$/, handle: pools },
  { path: /^\/v1\/node\/pool\/(.+)\/nodes$/, methods: reads, handle: (x, [name = '']) => nodes(x, name) },
  { path: /^\/v1\/node\/pool\/(.+)\/jobs$/, methods: reads, handle: (x, [name = '']) => jobs(x, name) },
  { path: /^\/v1\/node\/pool\/(.*)$/, handle: (x, [name = '']) => one(x, name) },
];

type Right = 'read' | 'write' | 'delete';

function may(exchange: Exchange, right: Right, name: string): boolean {
  return exchange.acl.allowsPool(exchange.token, right, name);
}

function check(exchange: Exchange, right: Right, name: string): void {
  if (!may(exchange, right, name)) throw permissionDenied();
}

function tableIndex(exchange: Exchange): number {
  return Math.max(1, exchange.store.tableIndex('node_pools'));
}

function pools(exchange: Exchange): Promise<Answer> {
  if (exchange.isWrite) return write(exchange, '');
  if (exchange.method !== 'GET') throw invalidMethod();
  return list<NodePoolRecord>(exchange, {
    tables: ['node_pools'],
    items: () =>
      [...exchange.store.nodePools.values()]
        .filter(({ Name }) => may(exchange, 'read', Name))
        .sort((a, b) => (a.Name < b.Name ? -1 : 1)),
    whole: (pool) => pool,
    stub: (pool) => pool,
    token: ({ Name }) => Name,
    prefix: ({ Name }) => Name,
    modifyIndex: ({ ModifyIndex }) => ModifyIndex,
    index: () => tableIndex(exchange),
  });
}

function one(exchange: Exchange, name: string): Promise<Answer> | Answer {
  if (exchange.method === 'GET') return read(exchange, name);
  if (exchange.isWrite) return write(exchange, name);
  if (exchange.method !== 'DELETE') throw invalidMethod();
  check(exchange, 'delete', name);
  if (name === '') throw new Refusal(400, 'node pool name is empty');
  return { text: '', index: deletePool(exchange.store, name), write: true };
}

async function read(exchange: Exchange, name: string): Promise<Answer> {
  check(exchange, 'read', name);
  const find = () => exchange.store.nodePools.get(name);
  const index = () => find()?.ModifyIndex ?? tableIndex(exchange);
  await exchange.block(index);
  const pool = find();
  if (pool === undefined) return { status: 404, text: 'node pool not found', index: index() };
  return { body: pool, index: index() };
}

async function write(exchange: Exchange, name: string): Promise<Answer> {
  const given = await exchange.body();
  const Name = textOf(field(given, 'Name'));
  if (name !== '' && Name !== name) throw new Refusal(400, 'Node pool name does not match request path');
  check(exchange, 'write', Name);
  const index = upsertPool(exchange.store, {
    Name,
    Description: textOf(field(given, 'Description')),
    Meta: (field(given, 'Meta') ?? null) as Record<string, string> | null,
    SchedulerConfiguration: field(given, 'SchedulerConfiguration') ?? null,
  });
  return { text: '', index, write: true };
}

function refusePrefix(exchange: Exchange): void {
  if ((exchange.query.get('prefix') ?? '') !== '') throw new Refusal(400, 'prefix argument not allowed');
}

function nodes(exchange: Exchange, name: string): Promise<Answer> {
  refusePrefix(exchange);
  exchange.requireOn('node', 'read');
  check(exchange, 'read', name);
  const [resources, os] = [exchange.flag('resources'), exchange.flag('os')];
  return list(exchange, {
    tables: ['nodes'],
    items: () =>
      [...exchange.store.nodes.values()]
        .filter(({ NodePool }) => name === 'all' || NodePool === name)
        .sort((a, b) => (a.ID < b.ID ? -1 : 1)),
    whole: nodeBody,
    stub: (node) => nodeStub(node, resources, os),
    token: ({ ID }) => ID,
    modifyIndex: ({ ModifyIndex }) => ModifyIndex,
  });
}

function jobs(exchange: Exchange, name: string): Promise<Answer> {
  refusePrefix(exchange);
  exchange.require('list-jobs');
  check(exchange, 'read', name);
  const withMeta = exchange.flag('meta');
  const { store } = exchange;
  return list(exchange, {
    tables: ['jobs', 'job_summary'],
    items: () =>
      [...store.jobs.values()]
        .filter((job) => (job.NodePool ?? 'default') === name && exchange.sees('list-jobs', namespaceOf(job)))
        .sort((a, b) => (jobKey(namespaceOf(a), a.ID) < jobKey(namespaceOf(b), b.ID) ? -1 : 1)),
    whole: (job) => job,
    stub: (job) => jobStub(job, store.summaries.get(jobKey(namespaceOf(job), job.ID)), withMeta),
    token: (job) => `${namespaceOf(job)}.${job.ID}`,
    modifyIndex: (job) => job.ModifyIndex,
  });
}
