import { listOf, readRequest, segment } from './query.ts';
import type { Answer, ReadOptions } from './query.ts';
import type { Transport } from './transport.ts';
import type { Node, NodeStub } from './types/node.ts';

/** Client nodes: `/v1/nodes`, `/v1/node/:id`. */
export class NodesApi {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async list(options: ReadOptions = {}): Promise<Answer<NodeStub[]>> {
    const request = readRequest('/v1/nodes', options);
    return listOf(await this.#transport.json(request), request);
  }

  read(id: string, options: ReadOptions = {}): Promise<Answer<Node>> {
    return this.#transport.json(readRequest(`/v1/node/${segment('node id', id)}`, options));
  }
}
