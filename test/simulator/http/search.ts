import { textOf } from '../scheduler/resources.ts';
import { Refusal, permissionDenied } from '../cluster/refusal.ts';
import { writeMeta } from '../state/wire.ts';
import { type Answer, type Exchange, field } from './exchange.ts';
import { type Route, writes } from './route.ts';
import { type SearchContext, contextsOf, idsIn, indexFor, mayNever, maySearch } from './searchContexts.ts';
import { type FuzzyHit, fuzzyItems } from './searchFuzzy.ts';

/** `/v1/search` and `/v1/search/fuzzy` */
export const searchRoutes: readonly Route[] = [
  { path: /^\/v1\/search$/, methods: writes, handle: search },
  { path: /^\/v1\/search\/fuzzy$/, methods: writes, handle: fuzzy },
];

const limit = 20;
const limitResults = 100;

/** The contexts that are asked for and allowed. @throws Refusal for one that isn't there, or isn't allowed */
function chosen(exchange: Exchange, context: string, isFuzzy: boolean): readonly SearchContext[] {
  const all = contextsOf(exchange.isOld);
  if (context !== 'all' && !all.some((item) => item === context)) {
    throw new Refusal(500, `context must be one of [${all.join(' ')}] or 'all' for all contexts; got "${context}"`);
  }
  if (exchange.acl.enabled && exchange.token !== '' && exchange.acl.token(exchange.token) === undefined) {
    throw permissionDenied();
  }
  const wanted = context === 'all' ? all : all.filter((item) => item === context);
  if (isFuzzy && exchange.namespace === '*') return wanted;
  if (context !== 'all' && wanted.some((item) => mayNever(exchange, item))) throw permissionDenied();
  return wanted.filter((item) => maySearch(exchange, item));
}

function answer(exchange: Exchange, contexts: readonly SearchContext[], found: Record<string, unknown>): Answer {
  const index = Math.max(0, ...contexts.map((context) => indexFor(exchange, context)));
  return { body: { ...found, ...writeMeta(index), KnownLeader: true }, index };
}

/** Ids come by whole bytes, so of an odd number of digits the last is looked at after the page was cut. */
function evenPart(prefix: string, context: string): string {
  if (context === 'jobs') return prefix;
  return prefix.replaceAll('-', '').length % 2 === 0 ? prefix : prefix.slice(0, -1);
}

interface PrefixResult {
  readonly ids: readonly string[];
  readonly truncated: boolean;
}

function byPrefix(exchange: Exchange, context: SearchContext, even: string, whole: string): PrefixResult | undefined {
  const all = idsIn(exchange, context, even, limit + 1);
  if (all === undefined) return undefined;
  const page = all.slice(0, limit).filter((id) => id.startsWith(whole));
  return { ids: page, truncated: all.length > limit };
}

async function search(exchange: Exchange): Promise<Answer> {
  const body = await exchange.body();
  const prefix = textOf(field(body, 'Prefix'));
  const context = textOf(field(body, 'Context'));
  const contexts = chosen(exchange, context, false);
  const Matches: Record<string, readonly string[] | null> = {};
  const Truncations: Record<string, boolean> = {};
  for (const item of contexts) {
    const result = byPrefix(exchange, item, evenPart(prefix, context), prefix);
    if (result === undefined) continue;
    Matches[item] = result.ids.length === 0 ? null : result.ids;
    Truncations[item] = result.truncated;
  }
  return answer(exchange, contexts, { Matches, Truncations });
}

/** Found by their ids, also where names are searched for. */
const byIdOnly = ['evals', 'deployment', 'scaling_policy', 'volumes', 'host_volumes'];

async function fuzzy(exchange: Exchange): Promise<Answer> {
  const body = await exchange.body();
  const whole = textOf(field(body, 'Text'));
  const context = textOf(field(body, 'Context'));
  const contexts = chosen(exchange, context, true);
  if (Buffer.byteLength(whole) < 2) {
    const got = String(Buffer.byteLength(whole));
    throw new Refusal(500, `fuzzy search query must be at least 2 characters, got ${got}`);
  }
  const text = whole.toLowerCase();
  const Matches: Record<string, { ID: string; Scope?: readonly string[] }[]> = {};
  const Truncations: Record<string, boolean> = {};
  for (const item of contexts) {
    if (byIdOnly.includes(item)) {
      // The server reads these from the start and compares only the first page with the text.
      const result = byPrefix(exchange, item, '', whole);
      if (result === undefined) continue;
      Matches[item] = result.ids.map((ID) => ({ ID }));
      Truncations[item] = result.truncated;
      continue;
    }
    const found = fuzzyMatches(exchange, item, text);
    Truncations[item] = found.truncated;
    for (const [kind, hits] of found.hits) Matches[kind] = hits.map(shown);
  }
  return answer(exchange, contexts, { Matches, Truncations });
}

function shown({ name, scope }: FuzzyHit): { ID: string; Scope?: readonly string[] } {
  return scope === undefined ? { ID: name } : { ID: name, Scope: scope };
}

/** Only so many objects are looked at; a hit in the last of them, with more to come, counts as cut off. */
function fuzzyMatches(exchange: Exchange, context: SearchContext, text: string) {
  const { objects, more } = fuzzyItems(exchange, context, limit);
  const hits = new Map<string, FuzzyHit[]>();
  let truncated = false;
  objects.forEach((object, at) => {
    for (const hit of object) {
      if (!hit.name.toLowerCase().includes(text)) continue;
      const known = hits.get(hit.kind) ?? [];
      if (known.length < limitResults) hits.set(hit.kind, [...known, hit]);
      if (known.length >= limitResults || (more && at === limit - 1)) truncated = true;
    }
  });
  const rank = (hit: FuzzyHit) => hit.name.toLowerCase().indexOf(text);
  for (const [kind, items] of hits) {
    const order = (a: FuzzyHit, b: FuzzyHit) =>
      rank(a) - rank(b) || a.name.length - b.name.length || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
    hits.set(kind, [...items].sort(order));
  }
  return { hits, truncated };
}
