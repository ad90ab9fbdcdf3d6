import { createHash } from 'node:crypto';
import { Refusal, invalidMethod } from '../cluster/refusal.ts';
import type { ServiceRecord } from '../state/registry.ts';
import type { Answer, Exchange } from './exchange.ts';
import { checkId, list } from './listing.ts';
import { type Route, reads } from './route.ts';

/** `/v1/services`, `/v1/service/…`, and the services of a job or an allocation. */
export const serviceRoutes: readonly Route[] = [
  { path: /^\/v1\/services$/, methods: reads, handle: listServices },
  { path: /^\/v1\/service\/([^/]+)$/, methods: reads, handle: (x, [name = '']) => byName(x, name) },
  { path: /^\/v1\/service\/([^/]+)\/(.+)$/, handle: (x, [, id = '']) => remove(x, id) },
  { path: /^\/v1\/job\/(.+)\/services$/s, methods: reads, handle: (x, [id = '']) => ofJob(x, id) },
  { path: /^\/v1\/allocation\/([^/]*)\/services$/, methods: reads, handle: (x, [id = '']) => ofAllocation(x, id) },
];

function tableIndex(exchange: Exchange): number {
  return Math.max(1, exchange.store.tableIndex('services'));
}

interface NamespaceServices {
  readonly Namespace: string;
  readonly Services: readonly { readonly ServiceName: string; readonly Tags: readonly string[] }[];
}

/** The services that the token may see, by namespace and name. */
function grouped(exchange: Exchange): NamespaceServices[] {
  const namespaces = new Map<string, Map<string, Set<string>>>();
  const seen = [...exchange.store.services.values()].filter((item) => exchange.sees('read-job', item.Namespace));
  for (const { Namespace, ServiceName, Tags } of seen) {
    const services = namespaces.get(Namespace) ?? new Map<string, Set<string>>();
    services.set(ServiceName, new Set([...(services.get(ServiceName) ?? []), ...Tags]));
    namespaces.set(Namespace, services);
  }
  const byKey = (a: readonly [string, unknown], b: readonly [string, unknown]) => (a[0] < b[0] ? -1 : 1);
  return [...namespaces].sort(byKey).map(([Namespace, services]) => ({
    Namespace,
    Services: [...services].sort(byKey).map(([ServiceName, tags]) => ({ ServiceName, Tags: [...tags] })),
  }));
}

function listServices(exchange: Exchange): Promise<Answer> {
  exchange.require('read-job');
  return list<NamespaceServices>(exchange, {
    tables: ['services'],
    items: () => grouped(exchange),
    whole: (item) => item,
    stub: (item) => item,
    token: (item) => item.Namespace,
    index: () => tableIndex(exchange),
  });
}

async function byName(exchange: Exchange, name: string): Promise<Answer> {
  exchange.require('read-job');
  const choose = exchange.query.get('choose') ?? '';
  const answer = await list<ServiceRecord>(exchange, {
    tables: ['services'],
    items: () => exchange.cluster.services.named(exchange.namespace, name),
    whole: (item) => item,
    stub: (item) => item,
    token: (item) => item.ID,
    index: () => tableIndex(exchange),
  });
  return choose === '' ? answer : { ...answer, body: chosen(answer.body as ServiceRecord[], choose) };
}

/** So many instances; the same ones for the same key. */
function chosen(records: readonly ServiceRecord[], choose: string): ServiceRecord[] {
  const [, count, key] = /^([+-]?\d+)\|(.+)$/s.exec(choose) ?? [];
  if (count === undefined || key === undefined) {
    throw new Refusal(400, "failed to choose services: Parameter for choose must be in form '<number>|<key>'");
  }
  const hash = ({ ID }: ServiceRecord) => createHash('sha256').update(`${ID}\0${key}`).digest('hex');
  const ranked = records.map((record) => ({ record, hash: hash(record) })).sort((a, b) => (a.hash < b.hash ? -1 : 1));
  return ranked.slice(0, Math.max(0, Number(count))).map(({ record }) => record);
}

function remove(exchange: Exchange, id: string): Answer {
  if (exchange.method !== 'DELETE') throw invalidMethod();
  exchange.require('submit-job');
  return { text: '', index: exchange.cluster.services.remove(exchange.namespace, id), write: true };
}

async function ofJob(exchange: Exchange, id: string): Promise<Answer> {
  exchange.require('read-job');
  const { store, namespace } = exchange;
  await exchange.block(() => tableIndex(exchange));
  if (store.job(namespace, id) === undefined) return { status: 404, text: 'job not found', index: 0 };
  return { body: exchange.cluster.services.ofJob(namespace, id), index: tableIndex(exchange) };
}

async function ofAllocation(exchange: Exchange, id: string): Promise<Answer> {
  checkId(id, 'alloc');
  const allocation = exchange.store.allocations.get(id);
  if (allocation === undefined) return { status: 404, text: 'allocation not found', index: 0 };
  exchange.require('read-job', allocation.Namespace);
  await exchange.block(() => tableIndex(exchange));
  return { body: exchange.cluster.services.ofAllocation(id), index: tableIndex(exchange) };
}
