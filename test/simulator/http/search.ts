import { textOf } from '../scheduler/resources.ts';
import { Refusal } from '../cluster/refusal.ts';
import { namespaceOf } from '../state/records.ts';
import { writeMeta } from '../state/wire.ts';
import { type Answer, type Exchange, field } from './exchange.ts';
import { type Route, writes } from './route.ts';

/** `/v1/search` and `/v1/search/fuzzy` */
export const searchRoutes: readonly Route[] = [
  { path: /^\/v1\/search$/, methods: writes, handle: search },
  { path: /^\/v1\/search\/fuzzy$/, methods: writes, handle: fuzzy },
];

interface Hit {
  readonly id: string;
  readonly name: string;
  readonly scope?: readonly string[];
}

const limit = 20;
const contexts = ['jobs', 'allocs', 'evals', 'deployment', 'nodes', 'namespaces'] as const;
type Context = (typeof contexts)[number];

const empty = ['node_pools', 'plugins', 'volumes', 'host_volumes', 'scaling_policy', 'vars'];

function hits(exchange: Exchange): Record<Context, Hit[]> {
  const { store } = exchange;
  const sees = (record: { readonly Namespace?: string }) => exchange.sees('read-job', namespaceOf(record));
  const jobs = [...store.jobs.values()].filter(sees);
  const nodes = exchange.acl.allowsOn(exchange.token, 'node', 'read') ? [...store.nodes.values()] : [];
  return {
    jobs: jobs.map((job) => ({ id: job.ID, name: job.Name, scope: [namespaceOf(job), job.ID] })),
    allocs: [...store.allocations.values()]
      .filter(sees)
      .map((item) => ({ id: item.ID, name: item.Name, scope: [item.Namespace, item.ID] })),
    evals: [...store.evaluations.values()].filter(sees).map(({ ID }) => ({ id: ID, name: ID })),
    deployment: [...store.deployments.values()].filter(sees).map(({ ID }) => ({ id: ID, name: ID })),
    nodes: nodes.map((node) => ({ id: node.ID, name: node.Name, scope: [node.ID] })),
    namespaces: [...store.namespaces.keys()]
      .filter((name) => exchange.acl.allows(exchange.token, 'read-job', name))
      .map((name) => ({ id: name, name })),
  };
}

function chosen(exchange: Exchange, context: string): readonly Context[] {
  exchange.require('read-job', context === 'nodes' || context === '' || context === 'all' ? '*' : exchange.namespace);
  if (context === '' || context === 'all') return contexts;
  const found = contexts.find((item) => item === context);
  if (found !== undefined) return [found];
  if (empty.includes(context)) return [];
  const list = [...contexts, ...empty, 'all'].sort().join(' ');
  throw new Refusal(500, `context must be one of [${list}]; got "${context}"`);
}

async function search(exchange: Exchange): Promise<Answer> {
  const body = await exchange.body();
  const prefix = textOf(field(body, 'Prefix'));
  const wanted = chosen(exchange, textOf(field(body, 'Context')));
  const all = hits(exchange);
  const Matches: Record<string, string[]> = {};
  const Truncations: Record<string, boolean> = {};
  for (const context of wanted) {
    const found = all[context].filter(({ id }) => id.startsWith(prefix)).sort((a, b) => (a.id < b.id ? -1 : 1));
    Matches[context] = found.slice(0, limit).map(({ id }) => id);
    Truncations[context] = found.length > limit;
  }
  return {
    body: { Matches, Truncations, ...writeMeta(exchange.store.index), KnownLeader: true },
    index: exchange.store.index,
  };
}

async function fuzzy(exchange: Exchange): Promise<Answer> {
  const body = await exchange.body();
  const text = textOf(field(body, 'Text')).toLowerCase();
  if (text.length < 2) {
    throw new Refusal(500, `fuzzy search query must be at least 2 characters, got ${String(text.length)}`);
  }
  const wanted = chosen(exchange, textOf(field(body, 'Context')));
  const all = hits(exchange);
  const Matches: Record<string, { ID: string; Scope?: readonly string[] }[]> = {};
  const Truncations: Record<string, boolean> = {};
  for (const context of wanted) {
    const byId = context === 'evals' || context === 'deployment';
    const found = all[context]
      .filter(({ id, name }) => (byId ? id.startsWith(text) : name.toLowerCase().includes(text)))
      .sort((a, b) => rank(a, text) - rank(b, text) || a.name.length - b.name.length || (a.name < b.name ? -1 : 1));
    const shown = found.slice(0, limit);
    if (shown.length === 0) continue;
    Matches[context] = shown.map(({ name, scope }) =>
      scope === undefined ? { ID: name } : { ID: name, Scope: scope },
    );
    Truncations[context] = found.length > limit;
  }
  return {
    body: { Matches, Truncations, ...writeMeta(exchange.store.index), KnownLeader: true },
    index: exchange.store.index,
  };
}

function rank(hit: Hit, text: string): number {
  return hit.name.toLowerCase().indexOf(text);
}
