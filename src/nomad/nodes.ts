import { flag, listOf, readRequest, segment } from './query.ts';
import type { Answer, ReadOptions } from './query.ts';
import type { Transport } from './transport.ts';
import type { Node, NodeStub } from './types/node.ts';

/** Client nodes: `/v1/nodes`, `/v1/node/:id`. Reads block on `index` and need the policy `node:read`. */
export class NodesApi {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** All nodes; `os` adds the attribute `os.name`, `resources` what they have. `prefix` is of the id, as in other lists. */
  async list(
    options: ReadOptions & { os?: boolean | undefined; resources?: boolean | undefined } = {},
  ): Promise<Answer<NodeStub[]>> {
    const query = { os: flag(options.os), resources: flag(options.resources) };
    const request = readRequest('/v1/nodes', options, query);
    return listOf(await this.#transport.json(request), request);
  }

  /** One node, by its full id. */
  read(id: string, options: ReadOptions = {}): Promise<Answer<Node>> {
    return this.#transport.json(readRequest(`/v1/node/${segment('node id', id)}`, options));
  }
}
