import { segment } from './query.ts';
import type { Answer, ReadOptions } from './query.ts';
import { Resource } from './resource.ts';
import type { Namespace } from './types/namespace.ts';

/** Namespaces: `/v1/namespaces`, `/v1/namespace/:name`. Since 1.0. Both block. */
export class NamespacesApi extends Resource {
  /** Those in which the token has any right. */
  list(options: ReadOptions = {}): Promise<Answer<Namespace[]>> {
    return this.getList('/v1/namespaces', options);
  }

  /** Needs any right in the namespace. */
  read(name: string, options: ReadOptions = {}): Promise<Answer<Namespace>> {
    return this.get(`/v1/namespace/${segment('namespace', name)}`, options);
  }
}
