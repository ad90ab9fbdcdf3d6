import { sendable } from '../http/query.ts';
import type { Answer, WriteOptions } from '../http/query.ts';
import { Resource } from './resource.ts';
import type { FuzzySearchResponse, SearchContext, SearchResponse } from '../types/search.ts';

/**
 * Search: `/v1/search`. Needs for each context the right to list it, such as `read-job` or the policy `node:read`;
 * contexts that the token may not list are left out of `all`, and denied by name. None of them blocks. `options` are
 * those of every write; `namespace: '*'` searches all that the token may see. An unknown `context` is refused.
 */
export class SearchApi extends Resource {
  /**
   * Ids that start with `prefix`, 20 for each context; all where it is empty. One of hex digits may have an odd length
   * here. Since 0.6.1.
   */
  async prefix(
    prefix: string,
    context: SearchContext = 'all',
    options: WriteOptions = {},
  ): Promise<Answer<SearchResponse>> {
    sendable('context', context);
    return this.send('/v1/search', options, { Prefix: prefix, Context: context });
  }

  /**
   * Names that contain a text, in any case; those of groups, tasks, services, images and commands come with `jobs`. Ids
   * of evaluations, deployments and volumes that start with it. Since 1.1.
   *
   * @param text at least 2 characters, or the server refuses it
   */
  async fuzzy(
    text: string,
    context: SearchContext = 'all',
    options: WriteOptions = {},
  ): Promise<Answer<FuzzySearchResponse>> {
    sendable('context', context);
    return this.send('/v1/search/fuzzy', options, { Text: text, Context: context });
  }
}
