import type { Job } from '../../../src/nomad/types/job.ts';
import { listOf, recordOf, textOf } from '../scheduler/resources.ts';
import { type AllocationRecord, jobKey, namespaceOf } from '../state/records.ts';
import { byId } from '../state/table.ts';
import type { Exchange } from './exchange.ts';
import { inSight } from './listing.ts';
import { type SearchContext, firstOf } from './searchContexts.ts';

/** The names that a fuzzy search compares with its text. */

/** Something with a name that a text may be part of. `kind` is where the answer lists it. */
export interface FuzzyHit {
  readonly kind: string;
  readonly name: string;
  readonly scope?: readonly string[];
}

/** The first objects of a context with the names in each, and whether there are more. */
export interface FuzzyPage {
  readonly objects: readonly (readonly FuzzyHit[])[];
  readonly more: boolean;
}

interface Source<T> {
  readonly items: Iterable<T>;
  readonly key: (item: T) => string;
  readonly hits: (item: T) => readonly FuzzyHit[];
}

function page<T>({ items, key, hits }: Source<T>, limit: number): FuzzyPage {
  const first = firstOf(items, key, limit + 1);
  return { objects: first.slice(0, limit).map(hits), more: first.length > limit };
}

/** Whether a record is in a namespace that is searched, and the token may read it. */
function sees({ acl, token, namespace }: Exchange, item: { readonly Namespace?: string }): boolean {
  const own = namespaceOf(item);
  return (namespace === '*' || own === namespace) && acl.allows(token, 'read-job', own);
}

type Reader = (exchange: Exchange, limit: number) => FuzzyPage;

const readers: Partial<Record<SearchContext, Reader>> = {
  jobs: (exchange, limit) => {
    const items = [...exchange.store.jobs.values()].filter((job) => sees(exchange, job));
    return page({ items, key: (job) => jobKey(namespaceOf(job), job.ID), hits: namesIn }, limit);
  },
  allocs: (exchange, limit) => {
    const items: AllocationRecord[] = [];
    const isSeen = inSight(exchange, 'read-job')();
    for (const item of exchange.store.allocations.inOrder(byId)) {
      if (isSeen(item) && items.push(item) > limit) break;
    }
    const hits = ({ ID, Name, Namespace }: (typeof items)[number]) => [
      { kind: 'allocs', name: Name, scope: [Namespace, ID] },
    ];
    return page({ items, key: ({ ID }) => ID, hits }, limit);
  },
  nodes: ({ store, acl, token }, limit) => {
    const items = acl.allowsOn(token, 'node', 'read') ? [...store.nodes.values()] : [];
    const hits = ({ ID, Name }: (typeof items)[number]) => [{ kind: 'nodes', name: Name, scope: [ID] }];
    return page({ items, key: ({ ID }) => ID, hits }, limit);
  },
  node_pools: ({ store, acl, token }, limit) => {
    const items = [...store.nodePools.keys()].filter((name) => acl.allowsPool(token, 'read', name));
    return page({ items, key: String, hits: (name) => [{ kind: 'node_pools', name, scope: [name] }] }, limit);
  },
  vars: ({ store, acl, token, namespace }, limit) => {
    const items = [...store.variables.values()].filter(
      (item) =>
        (namespace === '*' || item.Namespace === namespace) &&
        acl.allowsVariable(token, 'list', item.Namespace, item.Path),
    );
    const hits = ({ Namespace, Path }: (typeof items)[number]) => [
      { kind: 'vars', name: Path, scope: [Namespace, Path] },
    ];
    return page({ items, key: ({ Namespace, Path }) => jobKey(Namespace, Path), hits }, limit);
  },
  namespaces: ({ store, acl, token }, limit) => {
    const items = [...store.namespaces.keys()].filter((name) => acl.allowsNamespace(token, name));
    return page({ items, key: String, hits: (name) => [{ kind: 'namespaces', name }] }, limit);
  },
};

export function fuzzyItems(exchange: Exchange, context: SearchContext, limit: number): FuzzyPage {
  return readers[context]?.(exchange, limit) ?? { objects: [], more: false };
}

const configFields: Record<string, { readonly field: string; readonly kind: string }> = {
  docker: { field: 'image', kind: 'images' },
  exec: { field: 'command', kind: 'commands' },
  raw_exec: { field: 'command', kind: 'commands' },
  java: { field: 'class', kind: 'classes' },
};

/** All names in a job, each with where it stands. */
function namesIn(job: Job): FuzzyHit[] {
  const top = [namespaceOf(job), job.ID];
  const hits: FuzzyHit[] = [{ kind: 'jobs', name: job.Name, scope: top }];
  for (const group of job.TaskGroups ?? []) {
    const inGroup = [...top, group.Name];
    hits.push({ kind: 'groups', name: group.Name, scope: top }, ...servicesIn(group.Services, inGroup));
    for (const task of group.Tasks ?? []) {
      const inTask = [...inGroup, task.Name];
      hits.push({ kind: 'tasks', name: task.Name, scope: inGroup }, ...servicesIn(task.Services, inTask));
      const config = configFields[task.Driver];
      const name = config === undefined ? '' : textOf(recordOf(task.Config)[config.field]);
      if (config !== undefined && name !== '') hits.push({ kind: config.kind, name, scope: inTask });
    }
  }
  return hits;
}

function servicesIn(blocks: unknown, scope: readonly string[]): FuzzyHit[] {
  return listOf(blocks).map((block) => ({ kind: 'services', name: textOf(block['Name']), scope }));
}
