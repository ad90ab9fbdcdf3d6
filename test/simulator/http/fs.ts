import { Refusal } from '../cluster/refusal.ts';
import { type FileRequest, serveCat, serveList, serveReadAt, serveStat, serveStream } from '../runtime/files.ts';
import { serveLogs } from '../runtime/logs.ts';
import { groupOf } from '../client/allocationRunner.ts';
import type { Answer, Exchange } from './exchange.ts';
import { find } from './clientAllocations.ts';
import { pack } from './packing.ts';
import type { Route } from './route.ts';

/** `/v1/client/fs/…`: the files and logs of allocations. */
export const fsRoutes: readonly Route[] = [
  {
    path: /^\/v1\/client\/fs\/(ls|stat|cat|readat|stream|logs)\/([^/]*)$/,
    handle: (exchange, [word = '', id = '']) => serve(exchange, word, id),
  },
  {
    path: /^\/v1\/client\/fs\/.*$/,
    handle: () => {
      throw new Refusal(404, 'Invalid method');
    },
  },
];

async function serve(exchange: Exchange, word: string, id: string): Promise<Answer | undefined> {
  if (id === '') throw new Refusal(400, 'must provide a valid alloc id');
  const { response, query } = exchange;
  try {
    find(exchange, id, word === 'logs' ? 'read-logs' : 'read-fs');
  } catch (error) {
    // Older agents say what logs are made of before they look for them.
    if (error instanceof Refusal && word === 'logs' && exchange.isOld) {
      const type = /^(1|t|true)$/i.test(query.get('plain') ?? '') ? 'text/plain' : 'application/json';
      throw new Refusal(error.status === 403 ? 500 : error.status, error.message, type);
    }
    // Two of the paths answer with success, whatever happened.
    if (!(error instanceof Refusal) || error.status !== 403 || (word !== 'cat' && word !== 'readat')) throw error;
    return { text: error.message };
  }
  const unpack = pack(exchange.request, response, exchange.isOld);
  try {
    await read(exchange, word, id);
  } catch (error) {
    unpack();
    throw error;
  }
  return undefined;
}

/** Writes what is asked for to the response itself. */
async function read(exchange: Exchange, word: string, id: string): Promise<void> {
  if (word === 'logs') {
    await logs(exchange, id);
    return;
  }
  const { response, signal, query } = exchange;
  const { runtime } = exchange.cluster;
  prepare(exchange, id);
  const request: FileRequest = {
    allocId: id,
    path: query.get('path'),
    offset: query.get('offset'),
    limit: query.get('limit'),
    origin: query.get('origin'),
    follow: query.get('follow'),
  };
  if (word === 'ls') serveList(runtime, request, response);
  else if (word === 'stat') serveStat(runtime, request, response);
  else if (word === 'cat') await serveCat(runtime, request, response, signal);
  else if (word === 'readat') await serveReadAt(runtime, request, response, signal);
  else await serveStream(runtime, request, response, signal);
}

function prepare(exchange: Exchange, id: string): void {
  const allocation = exchange.store.allocations.get(id);
  if (allocation === undefined || exchange.cluster.client.runner(id) === undefined) return;
  exchange.cluster.runtime.prepare(id, groupOf(allocation)?.Tasks ?? []);
}

async function logs(exchange: Exchange, id: string): Promise<void> {
  const { query } = exchange;
  const states = exchange.store.allocations.get(id)?.TaskStates ?? {};
  const task = query.get('task');
  const request = {
    allocId: id,
    task,
    type: query.get('type'),
    origin: query.get('origin'),
    offset: query.get('offset'),
    follow: query.get('follow'),
    plain: query.get('plain'),
    keepsType: exchange.isOld,
    knownTasks: Object.keys(states),
    started: Boolean(task !== null && states[task]?.StartedAt),
  };
  await serveLogs(exchange.cluster.runtime, request, exchange.response, exchange.signal);
}
