import { Refusal } from '../cluster/refusal.ts';
import type { Table } from '../state/store.ts';
import type { Answer, Exchange } from './exchange.ts';
import { parseFilter } from './filter.ts';

/** How one list is made from a table. */
export interface Listing<T> {
  readonly tables: readonly Table[];
  /** All that the client may see, in the list's order. */
  readonly items: () => T[];
  /** What `filter` looks at. */
  readonly whole: (item: T) => unknown;
  readonly stub: (item: T) => unknown;
  /** Where a page that begins with the item starts. */
  readonly token: (item: T) => string;
  /** What `prefix` is compared with; lists of ids demand whole bytes of them. */
  readonly prefix?: (item: T) => string;
  /** Whether `prefix` may be written in capitals. */
  readonly ignoresCase?: boolean;
  /** Whether older agents do not know `reverse` of this list. */
  readonly sinceTwoReversible?: boolean;
  readonly modifyIndex?: (item: T) => number;
  readonly index?: () => number;
}

/** Answers a list: waits, filters, and cuts the page. */
export async function list<T>(exchange: Exchange, listing: Listing<T>): Promise<Answer> {
  const given = exchange.query.get('prefix') ?? '';
  const prefix = listing.ignoresCase === true ? given.toLowerCase() : given;
  const index = listing.index ?? (() => exchange.store.tableIndex(...listing.tables));
  const matching = () => {
    const items = listing.items();
    const { prefix: prefixOf } = listing;
    return prefix === '' || prefixOf === undefined ? items : items.filter((item) => prefixOf(item).startsWith(prefix));
  };
  const watch = () => (prefix === '' ? index() : watched(matching(), listing));
  const predicate = filterOf(exchange);
  await exchange.block(index, watch);
  let items = matching();
  if (isReversed(exchange, listing)) items = items.reverse();
  if (predicate !== undefined) items = items.filter((item) => predicate(listing.whole(item)));
  const { page, nextToken } = cut(exchange, listing, items);
  const answer = { body: page.map(listing.stub), index: index() };
  return nextToken === undefined ? answer : { ...answer, nextToken };
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

function cut<T>(
  exchange: Exchange,
  listing: Listing<T>,
  items: readonly T[],
): { page: readonly T[]; nextToken?: string } {
  const size = pageSize(exchange);
  const from = exchange.query.get('next_token') ?? '';
  const descending = isReversed(exchange, listing);
  let start = 0;
  if (from !== '') {
    const order = orderOf(listing, items);
    const found = items.findIndex((item) => order(listing.token(item), from) * (descending ? -1 : 1) >= 0);
    start = found === -1 ? items.length : found;
  }
  if (size === 0) return { page: items.slice(start) };
  const end = start + Math.max(0, size);
  const next = items[end];
  return next === undefined
    ? { page: items.slice(start, end) }
    : { page: items.slice(start, end), nextToken: listing.token(next) };
}

/** Tokens that begin with an index are compared as numbers first; a list that comes newest first is the other way. */
function orderOf<T>(listing: Listing<T>, items: readonly T[]): (a: string, b: string) => number {
  const order = (a: string, b: string) => {
    const [left, right] = [Number.parseInt(a, 10), Number.parseInt(b, 10)];
    const numeric = /^\d+(\.|$)/.test(a) && /^\d+(\.|$)/.test(b);
    if (numeric && left !== right) return left - right;
    return a < b ? -1 : a > b ? 1 : 0;
  };
  const [first, last] = [items[0], items.at(-1)];
  const falling = first !== undefined && last !== undefined && order(listing.token(first), listing.token(last)) > 0;
  return falling ? (a, b) => -order(a, b) : order;
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
