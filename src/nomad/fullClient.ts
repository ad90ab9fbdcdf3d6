import { AclApi } from './resources/acl.ts';
import { NomadClient } from './client.ts';
import type { Connection } from './http/connection.ts';
import { NomadError } from './http/errors.ts';
import { parseExact } from './http/exactNumbers.ts';
import { FullAgentApi } from './resources/fullAgent.ts';
import { NamespacesApi } from './resources/namespaces.ts';
import { NodePoolsApi } from './resources/nodePools.ts';
import { readRequest } from './http/query.ts';
import type { Answer, ReadOptions } from './http/query.ts';
import { ScalingApi } from './resources/scaling.ts';
import { SearchApi } from './resources/search.ts';
import { ServicesApi } from './resources/services.ts';
import type { TransportOptions } from './http/transport.ts';
import { VariablesApi } from './resources/variables.ts';

/**
 * The client with the resources that a window doesn't need to start. They stand apart from {@link NomadClient} so that
 * what an editor loads stays small.
 */
export class FullNomadClient extends NomadClient {
  override readonly agent: FullAgentApi;
  readonly acl: AclApi;
  readonly namespaces: NamespacesApi;
  readonly nodePools: NodePoolsApi;
  readonly scaling: ScalingApi;
  readonly search: SearchApi;
  readonly services: ServicesApi;
  readonly variables: VariablesApi;

  /** @throws {NomadError} of kind `address` */
  constructor(connection: Connection, options: TransportOptions = {}) {
    super(connection, options);
    const { transport } = this;
    this.agent = new FullAgentApi(transport);
    this.acl = new AclApi(transport);
    this.namespaces = new NamespacesApi(transport);
    this.nodePools = new NodePoolsApi(transport);
    this.scaling = new ScalingApi(transport);
    this.search = new SearchApi(transport);
    this.services = new ServicesApi(transport);
    this.variables = new VariablesApi(transport);
  }

  /**
   * Reads any path with its times exact to the nanosecond, as `parseExact` says.
   *
   * @param path starts with `/v1/`; ids in it are encoded already
   * @param fields those to keep exact, such as `SubmitTime`, `CreateTime`, `ModifyTime`
   */
  async readExact(path: string, fields: readonly string[], options: ReadOptions = {}): Promise<Answer<unknown>> {
    const { value: text, meta } = await this.transport.text({ ...readRequest(path, options), answer: 'list' });
    try {
      return { value: parseExact(text, fields), meta };
    } catch {
      throw new NomadError('decode', `The answer of ${this.displayAddress} is not valid JSON.`, { path });
    }
  }
}
