import { Refusal } from '../cluster/refusal.ts';
import { namespaceOf } from '../state/records.ts';
import type { TableName } from '../state/store.ts';
import { firstPlace } from '../state/table.ts';
import type { Answer, Exchange } from './exchange.ts';
import { parseFilter } from './filter.ts';

/** How one list is made from a table. */
export interface Listing<T> {
  readonly tables: readonly TableName[];
  /** In the list's order; with a `prefix`, those that it leaves are enough. Never changed. */
  readonly items: (prefix: string) => readonly T[];
  /** Which of the items the client may see: all when left out. Asked for once for each look at the list. */
  readonly visible?: () => (item: T) => boolean;
  /** What `filter` looks at. */
  readonly whole: (item: T) => unknown;
  readonly stub: (item: T) => unknown;
  /** Where a page that begins with the item starts. */
  readonly token: (item: T) => string;
  /** What `prefix` is compared with; lists of ids demand whole bytes of them. */
  readonly prefix?: (item: T) => string;
  /** Whether `prefix` may be written in capitals. */
  readonly ignoresCase?: boolean;
  /** Whether the tokens rise or fall with the items, so that the start of a page can be found by halves. */
  readonly isSortedByToken?: boolean;
  /** Whether the tokens fall from item to item, as where the newest comes first. They rise when left out. */
  readonly isFalling?: boolean;
  /** Whether older agents do not know `reverse` of this list. */
  readonly sinceTwoReversible?: boolean;
  readonly modifyIndex?: (item: T) => number;
  /** What the answer's index is when it isn't that of the tables. */
  readonly index?: (page: () => readonly T[]) => number;
}

interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken?: string;
}

/** Answers a list: waits, filters, and cuts the page. */
export async function list<T>(exchange: Exchange, listing: Listing<T>): Promise<Answer> {
  const given = exchange.query.get('prefix') ?? '';
  const prefix = listing.ignoresCase === true ? given.toLowerCase() : given;
  const predicate = filterOf(exchange);
  const look = () => cut(exchange, listing, prefix, predicate);
  const index = () =>
    listing.index === undefined ? exchange.store.tableIndex(...listing.tables) : listing.index(() => look().items);
  const watch = () => (prefix === '' ? index() : watched(matching(listing, prefix), listing));
  await exchange.block(index, watch);
  const page = look();
  const answer = {
    body: page.items.map(listing.stub),
    index: listing.index === undefined ? index() : listing.index(() => page.items),
  };
  return page.nextToken === undefined ? answer : { ...answer, nextToken: page.nextToken };
}

/** Items of the namespaces that the query asks for and the client has the right to; each is decided once. */
export function inSight(
  exchange: Exchange,
  capability: string,
): () => (item: { readonly Namespace?: string }) => boolean {
  return () => {
    const known = new Map<string, boolean>();
    return (item) => {
      const namespace = namespaceOf(item);
      let isSeen = known.get(namespace);
      if (isSeen === undefined) {
        isSeen = exchange.sees(capability, namespace);
        known.set(namespace, isSeen);
      }
      return isSeen;
    };
  };
}

/** What an item must be to be listed, apart from the filter. */
function shown<T>({ visible, prefix: prefixOf }: Listing<T>, prefix: string): (item: T) => boolean {
  const isVisible = visible?.() ?? (() => true);
  if (prefix === '' || prefixOf === undefined) return isVisible;
  return (item) => prefixOf(item).startsWith(prefix) && isVisible(item);
}

function matching<T>(listing: Listing<T>, prefix: string): T[] {
  return listing.items(prefix).filter(shown(listing, prefix));
}

function isReversed<T>(exchange: Exchange, { sinceTwoReversible }: Listing<T>): boolean {
  return exchange.query.get('reverse') === 'true' && !(sinceTwoReversible === true && exchange.isOld);
}

function watched<T>(items: readonly T[], listing: Listing<T>): string {
  const { modifyIndex } = listing;
  if (modifyIndex === undefined) return String(items.length);
  return items.map((item) => `${listing.token(item)}@${String(modifyIndex(item))}`).join();
}

function filterOf(exchange: Exchange) {
  const filter = exchange.query.get('filter') ?? '';
  return filter === '' ? undefined : parseFilter(filter);
}

function pageSize(exchange: Exchange): number {
  const raw = exchange.query.get('per_page');
  if (raw === null || raw === '') return 0;
  if (/^[+-]?\d+$/.test(raw)) return Number(raw);
  if (exchange.isOld) return 0;
  throw new Refusal(400, 'Expect a number for `per_page` query string parameter');
}

/** Looks at no more items than the page and the start of the next one need. */
function cut<T>(
  exchange: Exchange,
  listing: Listing<T>,
  prefix: string,
  predicate: ((object: unknown) => boolean) | undefined,
): Page<T> {
  const size = pageSize(exchange);
  const all = listing.items(prefix);
  const isShown = shown(listing, prefix);
  const isReverse = isReversed(exchange, listing);
  const page: T[] = [];
  const { start, isReached } = startOf(exchange, listing, all, isReverse);
  let isFound = false;
  for (let at = start; at < all.length; at += 1) {
    const item = all[isReverse ? all.length - 1 - at : at];
    // What the list does not show can't be where the page starts, however its token compares.
    if (item === undefined || (!isFound && !isReached(at)) || !isShown(item)) continue;
    if (predicate !== undefined && !predicate(listing.whole(item))) continue;
    isFound = true;
    if (size !== 0 && page.length >= size) return { items: page, nextToken: listing.token(item) };
    page.push(item);
  }
  return { items: page };
}

/** How many items come before the one that `next_token` names, as far as that is known, and whether one is behind it. */
function startOf<T>(
  exchange: Exchange,
  listing: Listing<T>,
  all: readonly T[],
  isReverse: boolean,
): { readonly start: number; readonly isReached: (at: number) => boolean } {
  const from = exchange.query.get('next_token') ?? '';
  if (from === '') return { start: 0, isReached: () => true };
  const isDescending = (listing.isFalling === true) !== isReverse;
  const isReached = (at: number) => {
    const item = all[isReverse ? all.length - 1 - at : at];
    return item !== undefined && compareTokens(listing.token(item), from) * (isDescending ? -1 : 1) >= 0;
  };
  const isAlike = all[0] === undefined || isNumbered(listing.token(all[0])) === isNumbered(from);
  const isSorted = listing.isSortedByToken === true && isAlike;
  return { start: isSorted ? firstPlace(all.length, isReached) : 0, isReached };
}

function isNumbered(token: string): boolean {
  return /^\d+(\.|$)/.test(token);
}

/** Tokens that begin with an index are compared as numbers first. */
function compareTokens(a: string, b: string): number {
  if (isNumbered(a) && isNumbered(b)) {
    const difference = Number.parseInt(a, 10) - Number.parseInt(b, 10);
    if (difference !== 0) return difference;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Ids are looked up by whole bytes.
 *
 * @param what starts the refusal; deployments have it without
 * @throws Refusal 500
 */
export function checkIdPrefix(exchange: Exchange, what?: string): void {
  const start = what === undefined ? '' : `${what} lookup failed: `;
  const given = exchange.query.get('prefix') ?? '';
  const prefix = given.replaceAll('-', '');
  if (given.length > 36) {
    const length = `UUID have 36 characters; got ${String(given.length)}`;
    throw new Refusal(500, `${start}index error: Invalid UUID length. ${length}`);
  }
  const wrong = /[^0-9a-f]/i.exec(prefix)?.[0];
  if (wrong !== undefined) {
    const code = `U+${wrong.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')} '${wrong}'`;
    throw new Refusal(500, `${start}index error: Invalid UUID: encoding/hex: invalid byte: ${code}`);
  }
  if (prefix.length % 2 === 1) {
    throw new Refusal(500, `${start}index error: Input (without hyphens) must be even length`);
  }
}

/** @throws Refusal 500 for anything that isn't a whole id */
export function checkId(id: string, what?: string): void {
  const start = what === undefined ? '' : `${what} lookup failed: `;
  if (id.length !== 36) throw new Refusal(500, `${start}index error: UUID must be 36 characters`);
}
