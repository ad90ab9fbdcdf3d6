import type { Open } from './open.ts';

/** What to search. Agents know more with each version; a word they don't know is refused with a list of theirs. */
export type SearchContext = Open<
  | 'all'
  | 'jobs'
  | 'allocs'
  | 'nodes'
  | 'node_pools'
  | 'evals'
  | 'deployment'
  | 'plugins'
  | 'volumes'
  | 'host_volumes'
  | 'scaling_policy'
  | 'vars'
  | 'namespaces'
>;

/** Answer of `POST /v1/search`. */
export interface SearchResponse {
  /** Ids by context. */
  Matches: Record<string, string[] | null> | null;
  /** Whether there were more. */
  Truncations: Record<string, boolean> | null;
}

/** Answer of `POST /v1/search/fuzzy`. */
export interface FuzzySearchResponse {
  Matches: Record<string, FuzzyMatch[] | null> | null;
  Truncations: Record<string, boolean> | null;
}

export interface FuzzyMatch {
  /** The name that matched. */
  ID: string;
  /** Where it is: the namespace, then from the job or the allocation's id downwards; a node's id alone. */
  Scope?: string[] | null;
}
