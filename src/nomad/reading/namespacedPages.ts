import { NomadError } from '../http/errors.ts';
import type { Answer, ReadOptions } from '../http/query.ts';
import type { ListPage } from './pages.ts';

/** What a list by namespace and id is made of. */
interface Placed {
  readonly ID: string;
  readonly Namespace?: string | undefined;
}

/** How a list is paged. */
export interface PageChoice<T> {
  readonly firstSize?: number | undefined;
  readonly skip?: (last: T) => string | undefined;
}

/**
 * Yields the pages of a list that is ordered by namespace and id, such as `/v1/jobs`, one after the other: each item once,
 * however many there are. What comes or goes while the list is read may be missed.
 *
 * A page token is `<namespace>.<id>`, and the server skips what is before it as a text. Over all namespaces that goes
 * wrong behind one whose name goes on with a hyphen: `prod-eu.a` is before `prod.a` as a text, while `prod-eu` is listed
 * after `prod`. Such a page would start over with `prod`, so a filter leaves out what was listed.
 *
 * @param options `perPage` sets the size of all pages but the first
 * @param more `firstSize` is how many items the first page has; `skip` may name, by the last item of a page, a token
 *   further on
 * @throws {NomadError} as `list` does, and of kind `decode` when the server repeats pages whatever it is asked
 */
export async function* namespacedPages<T extends Placed>(
  list: ListPage<T>,
  options: ReadOptions,
  more: PageChoice<T> = {},
): AsyncGenerator<Answer<T[]>> {
  const { firstSize = options.perPage, skip } = more;
  const listed = new Set<string>();
  const tokens = new Set<string>();
  let page = await list({ ...options, perPage: firstSize });
  for (;;) {
    yield page;
    const nextToken = later(page.meta.nextToken, page.value.at(-1), skip);
    if (nextToken === undefined) return;
    if (tokens.has(nextToken)) throw new NomadError('decode', 'The server repeats the pages of a list.');
    tokens.add(nextToken);
    for (const { Namespace = 'default' } of page.value) listed.add(Namespace);
    page = await list({ ...options, nextToken, filter: unlessListed(options.filter, nextToken, listed) });
  }
}

function unlessListed(filter: string | undefined, token: string, listed: ReadonlySet<string>): string | undefined {
  const next = namespaceOf(token);
  const before = [...listed].filter((name) => next.startsWith(`${name}-`));
  const parts = [...(filter === undefined ? [] : [`(${filter})`]), ...before.map((name) => `Namespace != "${name}"`)];
  return before.length === 0 ? filter : parts.join(' and ');
}

/** The later of two tokens of one namespace. */
function later<T>(token: string | undefined, last: T | undefined, skip: PageChoice<T>['skip']): string | undefined {
  const further = last === undefined ? undefined : skip?.(last);
  if (token === undefined || further === undefined || namespaceOf(token) !== namespaceOf(further)) return token;
  return further > token ? further : token;
}

/** No name of a namespace has a dot. */
function namespaceOf(token: string): string {
  return token.slice(0, token.indexOf('.'));
}
