import { NomadError } from './errors.ts';
import type { Answer, Meta, ReadOptions } from './query.ts';

/** A list that comes in pages. */
export type ListPage<T> = (options: ReadOptions) => Promise<Answer<T[]>>;

/**
 * The pages of a list, one after the other. An agent that doesn't page gives everything as the one page.
 *
 * @param options `perPage` sets the size; the first page starts at `nextToken`
 * @throws {NomadError} as `list` does, and of kind `decode` when the server names the same next page again
 */
export async function* pages<T>(list: ListPage<T>, options: ReadOptions = {}): AsyncGenerator<Answer<T[]>> {
  const seen = new Set<string>();
  let nextToken = options.nextToken;
  for (;;) {
    const page = await list({ ...options, nextToken });
    yield page;
    nextToken = page.meta.nextToken;
    if (nextToken === undefined) return;
    if (seen.has(nextToken)) throw new NomadError('decode', 'The server repeats the pages of a list.');
    seen.add(nextToken);
  }
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
