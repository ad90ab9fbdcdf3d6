import { scalingPolicies } from '../cluster/scalingPolicies.ts';
import { jobKey, namespaceOf } from '../state/records.ts';
import type { TableName } from '../state/store.ts';
import { type Table as RecordTable, byId, startingWith } from '../state/table.ts';
import type { Exchange } from './exchange.ts';

/** What search looks at, in which order, and who may. */

const contexts = [
  ...(['allocs', 'jobs', 'nodes', 'node_pools', 'evals', 'deployment', 'plugins', 'volumes'] as const),
  ...(['scaling_policy', 'vars', 'namespaces', 'host_volumes'] as const),
] as const;
export type SearchContext = (typeof contexts)[number];

export function contextsOf(isOld: boolean): readonly SearchContext[] {
  return isOld ? contexts.filter((context) => context !== 'host_volumes') : contexts;
}

/** Whether searching a context by name is refused. */
export function mayNever(exchange: Exchange, context: SearchContext): boolean {
  return !maySearch(exchange, context);
}

/** Whether the token may search a context at all; what it finds is filtered further. */
export function maySearch(exchange: Exchange, context: SearchContext): boolean {
  const { acl, token, namespace } = exchange;
  if (acl.isManagement(token)) return true;
  const anyOf = (...rights: string[]) =>
    namespace === '*'
      ? [...exchange.store.namespaces.keys()].some((name) => rights.some((right) => acl.allows(token, right, name)))
      : rights.some((right) => acl.allows(token, right, namespace));
  switch (context) {
    case 'nodes':
      return acl.allowsOn(token, 'node', 'read');
    case 'node_pools':
      return [...exchange.store.nodePools.keys()].some((name) => acl.allowsPool(token, 'read', name));
    case 'vars':
      return acl.allowsVariable(token, 'list', namespace, '*');
    case 'namespaces':
      return namespace === '*' || acl.allowsNamespace(token, namespace);
    case 'volumes':
    case 'plugins':
      return anyOf('csi-list-volume', 'csi-read-volume', 'list-jobs', 'read-job');
    case 'host_volumes':
      return anyOf('host-volume-read');
    case 'scaling_policy':
      return anyOf('list-scaling-policies', 'read-job');
    default:
      return anyOf('read-job');
  }
}

const tables: Record<SearchContext, readonly TableName[]> = {
  allocs: ['allocations'],
  jobs: ['jobs'],
  nodes: ['nodes'],
  node_pools: ['node_pools'],
  evals: ['evaluations'],
  deployment: ['deployments'],
  plugins: [],
  volumes: [],
  scaling_policy: [],
  vars: ['variables'],
  namespaces: ['namespaces'],
  host_volumes: [],
};

export function indexFor(exchange: Exchange, context: SearchContext): number {
  const index = exchange.store.tableIndex(...tables[context]);
  return context === 'node_pools' ? Math.max(1, index) : index;
}

interface Named {
  readonly id: string;
  readonly namespace: string;
}

interface Item {
  readonly ID: string;
  readonly Namespace?: string;
}

/** The first records by id, of a table that may hold many. */
function firstIn<T extends Item>(table: RecordTable<T>, namespace: string, prefix: string, count: number): T[] {
  const found: T[] = [];
  for (const item of startingWith(table.inOrder(byId), prefix)) {
    if (namespace !== '*' && namespaceOf(item) !== namespace) continue;
    if (found.push(item) >= count) break;
  }
  return found;
}

/** The first ids of a context that start with `prefix`, sorted; undefined where the prefix can't be part of an id. */
export function idsIn(exchange: Exchange, context: SearchContext, prefix: string, count: number): string[] | undefined {
  const { store, namespace, acl, token } = exchange;
  const uuids = ['allocs', 'nodes', 'evals', 'deployment'].includes(context);
  if (uuids && /[^0-9a-f-]/i.test(prefix)) return undefined;
  const inNamespace = (items: Iterable<Item>): Named[] => {
    const named: Named[] = [];
    for (const item of items) {
      const space = namespaceOf(item);
      if (!item.ID.startsWith(prefix) || (namespace !== '*' && space !== namespace)) continue;
      named.push({ id: item.ID, namespace: space });
    }
    return named;
  };
  const firstOnes = <T extends Item>(table: RecordTable<T>) => firstIn(table, namespace, prefix, count);
  const named = (names: Iterable<string>): Named[] => [...names].map((id) => ({ id, namespace: '' }));
  const all: Record<SearchContext, () => Named[]> = {
    allocs: () => inNamespace(firstOnes(store.allocations)),
    jobs: () => inNamespace(store.jobs.values()),
    nodes: () => named(store.nodes.keys()),
    node_pools: () => named([...store.nodePools.keys()].filter((name) => acl.allowsPool(token, 'read', name))),
    evals: () => inNamespace(firstOnes(store.evaluations)),
    deployment: () => inNamespace(firstOnes(store.deployments)),
    plugins: () => [],
    volumes: () => [],
    scaling_policy: () =>
      inNamespace(scalingPolicies(store).map(({ ID, Target }) => ({ ID, Namespace: Target.Namespace }))),
    vars: () =>
      [...store.variables.values()]
        .filter((item) => acl.allowsVariable(token, 'list', item.Namespace, item.Path))
        .map((item) => ({ id: item.Path, namespace: item.Namespace })),
    namespaces: () => named([...store.namespaces.keys()].filter((name) => acl.allowsNamespace(token, name))),
    host_volumes: () => [],
  };
  const found = all[context]().filter(({ id }) => id.startsWith(prefix));
  const key = ({ id, namespace: space }: Named) => (uuids ? id : jobKey(space, id));
  return firstOf(found, key, count).map(({ id }) => id);
}

/** The first items in the order of their keys. Most of many are never sorted. */
export function firstOf<T>(items: Iterable<T>, key: (item: T) => string, count: number): T[] {
  const order = (a: T, b: T) => (key(a) < key(b) ? -1 : 1);
  let kept: T[] = [];
  let highest: string | undefined;
  for (const item of items) {
    if (highest !== undefined && key(item) > highest) continue;
    kept.push(item);
    if (kept.length < count * 2) continue;
    kept = kept.sort(order).slice(0, count);
    const last = kept.at(-1);
    highest = last === undefined ? undefined : key(last);
  }
  return kept.sort(order).slice(0, count);
}
