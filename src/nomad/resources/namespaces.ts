import { segment } from '../http/query.ts';
import type { Answer, ReadOptions } from '../http/query.ts';
import { Resource } from './resource.ts';
import type { Namespace } from '../types/namespace.ts';

/**
 * Namespaces: `/v1/namespaces`, `/v1/namespace/:name`. Since 1.0; before that Enterprise only. Every read blocks.
 * `options` are those of every read.
 */
export class NamespacesApi extends Resource {
  /** Those in which the token has any right; needs no other. */
  list(options: ReadOptions = {}): Promise<Answer<Namespace[]>> {
    return this.getList('/v1/namespaces', options);
  }

  /** The namespace of that `name`; an unknown one is of kind `notFound`. Needs any capability in it. */
  async read(name: string, options: ReadOptions = {}): Promise<Answer<Namespace>> {
    return this.get(`/v1/namespace/${segment('namespace', name)}`, options);
  }
}
