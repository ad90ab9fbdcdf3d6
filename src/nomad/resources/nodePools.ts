import { flag, segment } from '../http/query.ts';
import type { Answer, ReadOptions } from '../http/query.ts';
import { Resource } from './resource.ts';
import type { JobStub } from '../types/job.ts';
import type { NodeStub } from '../types/node.ts';
import type { NodePool } from '../types/nodePool.ts';

/**
 * Node pools: `/v1/node/pools`, `/v1/node/pool/:name`. All since 1.6. Every read blocks, and needs the capability
 * `read` of the pool. `name` is a pool's, `options` are those of every read. Of an unknown pool the lists are empty.
 */
export class NodePoolsApi extends Resource {
  /** Those that the token may read; `all` and `default` are always there. */
  list(options: ReadOptions = {}): Promise<Answer<NodePool[]>> {
    return this.getList('/v1/node/pools', options);
  }

  /** One pool; an unknown one is of kind `notFound`. */
  async read(name: string, options: ReadOptions = {}): Promise<Answer<NodePool>> {
    return this.get(route(name), options);
  }

  /** Jobs that run in the pool; `meta` adds each job's own. A `prefix` is refused. Needs `list-jobs` too. */
  async jobs(name: string, options: ReadOptions & { meta?: boolean | undefined } = {}): Promise<Answer<JobStub[]>> {
    return this.getList(`${route(name)}/jobs`, options, { meta: flag(options.meta) });
  }

  /** The nodes of the pool. Needs the policy `node:read` too. */
  async nodes(name: string, options: ReadOptions = {}): Promise<Answer<NodeStub[]>> {
    return this.getList(`${route(name)}/nodes`, options);
  }
}

function route(name: string): string {
  return `/v1/node/pool/${segment('node pool name', name)}`;
}
