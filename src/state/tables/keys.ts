import type { Place } from './place.ts';

declare const jobKeyBrand: unique symbol;

/** A job within a cluster: `<namespace>/<id>`. A namespace never holds a slash; an id may. */
export type JobKey = string & { readonly [jobKeyBrand]: true };

/** Where a job lives when the server leaves its namespace out. */
const defaultNamespace = 'default';

/** The key of the job `id`; an empty namespace counts as `default`. */
export function jobKey(namespace: string | undefined, id: string): JobKey {
  return `${namespace === undefined || namespace === '' ? defaultNamespace : namespace}/${id}` as JobKey;
}

/** The two halves of a key. */
export function parseJobKey(key: JobKey): { namespace: string; id: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), id: key.slice(slash + 1) };
}

/** Where the job of a key is, and all that belongs to it; what the store holds is of the region that is shown. */
export function placeOf(key: JobKey, region?: string): Place {
  return { namespace: parseJobKey(key).namespace, region };
}
