import { segment, writeRequest } from '../http/query.ts';
import type { Answer, ReadOptions, WriteOptions } from '../http/query.ts';
import { Resource } from './resource.ts';
import type { NamespaceServices, ServiceRegistration } from '../types/service.ts';

/**
 * Services that Nomad itself lists, not Consul: `/v1/services`, `/v1/service/:name`. All since 1.3. Every read blocks
 * and needs `read-job` in the namespace. `name` is a service's, `options` are those of every read or write and what
 * else is named.
 */
export class ServicesApi extends Resource {
  /** Names and tags, by namespace. */
  list(options: ReadOptions = {}): Promise<Answer<NamespaceServices[]>> {
    return this.getList('/v1/services', options);
  }

  /**
   * The instances of a service; empty for an unknown one.
   *
   * @param options `choose` is `<number>|<key>`: so many instances, the same ones for the same key. Since 1.3.2
   */
  async read(
    name: string,
    options: ReadOptions & { choose?: string | undefined } = {},
  ): Promise<Answer<ServiceRegistration[]>> {
    return this.getList(route(name), options, { choose: options.choose });
  }

  /**
   * Takes the instance of that `id` off the list; its task goes on. `submit-job` (`delete-service-registration`, since
   * 1.11.2).
   */
  async delete(name: string, id: string, options: WriteOptions = {}): Promise<Answer<unknown>> {
    const path = `${route(name)}/${segment('service instance id', id)}`;
    return this.transport.json(writeRequest(path, options, undefined, {}, 'DELETE'));
  }
}

function route(name: string): string {
  return `/v1/service/${segment('service name', name)}`;
}
