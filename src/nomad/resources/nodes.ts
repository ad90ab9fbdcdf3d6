import { flag, segment } from '../http/query.ts';
import type { Answer, ReadOptions } from '../http/query.ts';
import { Resource } from './resource.ts';
import type { Node, NodeStub } from '../types/node.ts';

/**
 * Client nodes: `/v1/nodes`, `/v1/node/:id`. Every read blocks on `index` and needs the policy `node:read`. All are
 * there since 0.1, except where noted. `id` is a node's whole id, `options` are those of every read or write and what
 * else is named. An unknown id is an error of kind `notFound`, an incomplete one `rejected`.
 */
export class NodesApi extends Resource {
  /**
   * All nodes, by id. `os` adds the attribute `os.name` (since 1.3), `resources` what they have (since 1.0). `prefix`
   * is an even number of hex digits of the id.
   */
  async list(
    options: ReadOptions & { os?: boolean | undefined; resources?: boolean | undefined } = {},
  ): Promise<Answer<NodeStub[]>> {
    const query = { os: flag(options.os), resources: flag(options.resources) };
    return this.getList('/v1/nodes', options, query);
  }

  /** One node. */
  async read(id: string, options: ReadOptions = {}): Promise<Answer<Node>> {
    return this.get(`/v1/node/${segment('node id', id)}`, options);
  }
}
