import type { ClusterId } from '../../state/clusters/clusterId.ts';

/** What somebody gave for a jobspec, as it is kept: by the cluster that it was given for. */
interface Kept<T> {
  readonly clusters: Readonly<Record<string, T>>;
  /** The last of them. */
  readonly last: string;
}

/** What is known of a jobspec on one cluster. */
export interface GivenFor<T> {
  /** What was given for this cluster; undefined where nobody was asked for it yet. */
  readonly here: T | undefined;
  /**
   * What was last given for another cluster, or by a version that kept one value for all: a start for editing, never
   * used without asking.
   */
  readonly elsewhere: T | undefined;
}

/** @param cluster undefined where there is no connection: what was given last counts then */
export function givenFor<T>(
  kept: unknown,
  cluster: ClusterId | undefined,
  isOne: (value: unknown) => value is T,
): GivenFor<T> {
  const all = keptOf(kept, isOne);
  if (all === undefined) {
    const one = isOne(kept) ? kept : undefined;
    return cluster === undefined ? { here: one, elsewhere: undefined } : { here: undefined, elsewhere: one };
  }
  const last = ownOf(all.clusters, all.last);
  if (cluster === undefined) return { here: last, elsewhere: undefined };
  const here = ownOf(all.clusters, cluster);
  return here === undefined ? { here, elsewhere: last } : { here, elsewhere: undefined };
}

/** Ids come from outside, and may be called as what every object has. */
function ownOf<T>(clusters: Kept<T>['clusters'], id: string): T | undefined {
  return Object.hasOwn(clusters, id) ? clusters[id] : undefined;
}

/**
 * What to keep from now on.
 *
 * @param cluster undefined where there is no connection: it counts for the last one then, or is a start to edit for any
 * @param given undefined to forget what was given for the cluster
 */
export function withGiven<T>(
  kept: unknown,
  cluster: ClusterId | undefined,
  given: T | undefined,
  isOne: (value: unknown) => value is T,
): unknown {
  const before = keptOf(kept, isOne);
  const of = cluster ?? before?.last;
  if (of === undefined) return given;
  const others = Object.entries(before?.clusters ?? {}).filter(([id]) => id !== of);
  if (given !== undefined) return { clusters: Object.fromEntries([...others, [of, given]]), last: of };
  const last = others.at(-1)?.[0];
  return last === undefined ? undefined : { clusters: Object.fromEntries(others), last };
}

function keptOf<T>(kept: unknown, isOne: (value: unknown) => value is T): Kept<T> | undefined {
  if (typeof kept !== 'object' || kept === null || !('clusters' in kept) || !('last' in kept)) return undefined;
  const { clusters, last } = kept;
  // Values by name may have these names, too, but those are texts.
  if (typeof clusters !== 'object' || clusters === null || typeof last !== 'string') return undefined;
  const sound = Object.entries(clusters).filter((entry): entry is [string, T] => isOne(entry[1]));
  return { clusters: Object.fromEntries(sound), last };
}
