import { segment } from './query.ts';
import type { Answer, ReadOptions } from './query.ts';
import { Resource } from './resource.ts';
import type { JobStub } from './types/job.ts';
import type { NodeStub } from './types/node.ts';
import type { NodePool } from './types/nodePool.ts';

/** Node pools: `/v1/node/pools`, `/v1/node/pool/:name`. Since 1.6. All block, and need `read` of the pool. */
export class NodePoolsApi extends Resource {
  /** Those that the token may read; `all` and `default` are always there. */
  list(options: ReadOptions = {}): Promise<Answer<NodePool[]>> {
    return this.getList('/v1/node/pools', options);
  }

  read(name: string, options: ReadOptions = {}): Promise<Answer<NodePool>> {
    return this.get(route(name), options);
  }

  /** Jobs that run in the pool. Needs `list-jobs` too. */
  jobs(name: string, options: ReadOptions = {}): Promise<Answer<JobStub[]>> {
    return this.getList(`${route(name)}/jobs`, options);
  }

  /** Needs `node:read` too. */
  nodes(name: string, options: ReadOptions = {}): Promise<Answer<NodeStub[]>> {
    return this.getList(`${route(name)}/nodes`, options);
  }
}

function route(name: string): string {
  return `/v1/node/pool/${segment('node pool name', name)}`;
}
