import { NomadError } from '../http/errors.ts';
import type { Answer, Meta, ReadOptions } from '../http/query.ts';

/** A list that comes in pages. */
export type ListPage<T> = (options: ReadOptions) => Promise<Answer<T[]>>;

/**
 * Yields the pages of a list one after the other, and keeps only the last one in memory. An agent without paging gives
 * everything as one page.
 *
 * Agents before 1.10.2 compare the index in a page token as text, so their lists of evaluations, deployments and
 * allocations start over where it gains a digit. Such a page is thrown away, and the rest is read as one last page,
 * from a list without paging, so no item is lost or repeated. Only if the item that a token names is removed before the
 * next page is read may such an agent skip others.
 *
 * @param options `perPage` sets the size; the first page starts at `nextToken`
 * @throws {NomadError} as `list` does, and of kind `decode` when the server repeats pages whatever it is asked, or
 *   starts over while all items of the last page are removed
 */
export async function* pages<T>(list: ListPage<T>, options: ReadOptions = {}): AsyncGenerator<Answer<T[]>> {
  // A page that starts over shows the last item of an earlier page again.
  const ends = new Set<string>();
  const tokens = new Set<string>();
  let last: readonly T[] = [];
  let nextToken = options.nextToken;
  for (;;) {
    const page = await list({ ...options, nextToken });
    if (ends.size > 0 && page.value.some((item) => ends.has(stateOf(item)))) {
      yield restAfter(last, await list({ ...options, perPage: undefined }));
      return;
    }
    yield page;
    nextToken = page.meta.nextToken;
    if (nextToken === undefined) return;
    if (tokens.has(nextToken)) throw repeats();
    tokens.add(nextToken);
    if (page.value.length > 0) {
      last = page.value;
      ends.add(stateOf(last.at(-1)));
    }
  }
}

/**
 * The part of a whole list after the items of `last`. Items are compared by their state first, since those that changed
 * may have moved.
 */
function restAfter<T>(last: readonly T[], whole: Answer<T[]>): Answer<T[]> {
  const endBy = (tell: (item: unknown) => string) => {
    const told = new Set(last.map(tell));
    return whole.value.findLastIndex((item) => told.has(tell(item)));
  };
  const end = endBy(stateOf);
  const start = (end === -1 ? endBy(nameOf) : end) + 1;
  if (whole.meta.nextToken !== undefined || start === 0) throw repeats();
  return { value: whole.value.slice(start), meta: whole.meta };
}

function repeats(): NomadError {
  return new NomadError('decode', 'The server repeats the pages of a list.');
}

/** What tells one item from another. */
function nameOf(item: unknown): string {
  const { Namespace, ID, Path, Name } = Object(item) as Record<string, unknown>;
  const name = ID ?? Path ?? Name;
  return typeof name === 'string' ? `${String(Namespace)}/${name}` : JSON.stringify(item);
}

/** The same for one state of an item: a list by age shows an item again once it changed. */
function stateOf(item: unknown): string {
  const { ModifyIndex } = Object(item) as Record<string, unknown>;
  return `${nameOf(item)}/${String(ModifyIndex)}`;
}

/** All pages as one list. Its index is the lowest of the pages', so that what changed while reading isn't missed. */
export async function allPages<T>(list: ListPage<T>, options: ReadOptions = {}): Promise<Answer<T[]>> {
  const value: T[] = [];
  const metas: Meta[] = [];
  for await (const page of pages(list, options)) {
    // One by one, since a spread of a long list overflows the stack.
    for (const item of page.value) value.push(item);
    metas.push(page.meta);
  }
  return {
    value,
    meta: {
      index: Math.min(...metas.map((meta) => meta.index)),
      knownLeader: metas.every((meta) => meta.knownLeader),
      lastContactMs: Math.max(...metas.map((meta) => meta.lastContactMs)),
    },
  };
}
