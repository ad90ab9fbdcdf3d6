import type { Answer, WriteOptions } from './query.ts';
import { Resource } from './resource.ts';
import type { FuzzySearchResponse, SearchContext, SearchResponse } from './types/search.ts';

/**
 * Search: `/v1/search`. Needs for each context the right to list it; contexts that the token may not list are left out
 * of `all`, and denied by name. None blocks. `namespace: '*'` searches all that the token may see.
 */
export class SearchApi extends Resource {
  /** Ids that start with a text, 20 for each context. Hex prefixes of ids may have an odd length here. Since 0.8. */
  prefix(prefix: string, context: SearchContext = 'all', options: WriteOptions = {}): Promise<Answer<SearchResponse>> {
    return this.send('/v1/search', options, { Prefix: prefix, Context: context });
  }

  /**
   * Names that contain a text, in any case; those of groups, tasks, services, images and commands come with `jobs`. Ids
   * of evaluations, deployments and volumes that start with it. Since 1.1.
   *
   * @param text at least 2 characters, or the server refuses it
   */
  fuzzy(
    text: string,
    context: SearchContext = 'all',
    options: WriteOptions = {},
  ): Promise<Answer<FuzzySearchResponse>> {
    return this.send('/v1/search/fuzzy', options, { Text: text, Context: context });
  }
}
