import { Refusal, invalidMethod } from '../cluster/refusal.ts';
import { type AllocationRecord, jobKey } from '../state/records.ts';
import { byCreation, byId, startingWith } from '../state/table.ts';
import { allocationBody, allocationStub } from '../state/wire.ts';
import type { Answer, Exchange } from './exchange.ts';
import { checkId, checkIdPrefix, inSight, list } from './listing.ts';
import { type Route, reads, writes } from './route.ts';

/** `/v1/allocations` and `/v1/allocation/…` */
export const allocationRoutes: readonly Route[] = [
  { path: /^\/v1\/allocations$/, methods: reads, handle: listAllocations },
  { path: /^\/v1\/allocation\/([^/]*)\/stop$/, methods: writes, handle: (x, [id = '']) => stop(x, id) },
  { path: /^\/v1\/allocation\/([^/]*)\/(services|checks)$/, methods: reads, handle: services },
  { path: /^\/v1\/allocation\/([^/]*)$/, methods: reads, handle: (x, [id = '']) => read(x, id) },
  {
    path: /^\/v1\/allocation\/.*$/,
    handle: ({ path }) => {
      if (/^\/v1\/allocation\/[^/]*(?:\/stop)?$/.test(path)) throw invalidMethod();
      throw new Refusal(404, 'resource not found');
    },
  },
];

function listAllocations(exchange: Exchange): Promise<Answer> {
  exchange.require('read-job');
  checkIdPrefix(exchange, 'alloc');
  const options = { taskStates: exchange.flag('task_states', true), resources: exchange.flag('resources') };
  const byPrefix = (exchange.query.get('prefix') ?? '') !== '';
  const { store } = exchange;
  return list<AllocationRecord>(exchange, {
    tables: ['allocations'],
    items: (prefix) =>
      byPrefix ? startingWith(store.allocations.inOrder(byId), prefix) : store.allocations.inOrder(byCreation),
    visible: inSight(exchange, 'read-job'),
    isSortedByToken: true,
    whole: (item) => item,
    stub: (item) => allocationStub(item, options),
    token: (item) => (byPrefix ? item.ID : `${String(item.CreateIndex)}.${item.ID}`),
    prefix: (item) => item.ID,
    modifyIndex: (item) => item.ModifyIndex,
  });
}

async function read(exchange: Exchange, id: string): Promise<Answer> {
  checkId(id, 'alloc');
  const { store } = exchange;
  const find = () => store.allocations.get(id);
  const index = () => find()?.ModifyIndex ?? store.tableIndex('allocations');
  await exchange.block(index);
  const allocation = find();
  if (allocation === undefined) return { status: 404, text: 'alloc not found', index: index() };
  if (!exchange.acl.allows(exchange.token, 'read-job', allocation.Namespace)) {
    throw new Refusal(500, `Unknown allocation "${id}"`);
  }
  return { body: allocationBody(allocation, true), index: index() };
}

function stop(exchange: Exchange, id: string): Answer {
  checkId(id, 'alloc');
  exchange.flag('no_shutdown_delay');
  const allocation = exchange.store.allocations.get(id);
  if (allocation === undefined) throw new Refusal(404, 'allocation not found');
  exchange.require('alloc-lifecycle', allocation.Namespace);
  const written = exchange.cluster.allocations.stop(id);
  return { body: written, index: written.Index, write: true };
}

function services(exchange: Exchange, [id = '', word = '']: readonly string[]): Answer {
  checkId(id, 'alloc');
  const allocation = exchange.store.allocations.get(id);
  if (allocation === undefined) return { status: 404, text: 'allocation not found', index: 0 };
  exchange.require('read-job', allocation.Namespace);
  const index = exchange.store.jobs.get(jobKey(allocation.Namespace, allocation.JobID))?.ModifyIndex ?? 0;
  return { body: word === 'checks' ? {} : [], index };
}
