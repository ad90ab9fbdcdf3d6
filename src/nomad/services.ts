import { segment, writeRequest } from './query.ts';
import type { Answer, ReadOptions, WriteOptions } from './query.ts';
import { Resource } from './resource.ts';
import type { NamespaceServices, ServiceRegistration } from './types/service.ts';

/** Services that Nomad itself lists, not Consul: `/v1/services`, `/v1/service/:name`. Since 1.3. Reads need `read-job`. */
export class ServicesApi extends Resource {
  /** Names and tags, by namespace. Blocks. */
  list(options: ReadOptions = {}): Promise<Answer<NamespaceServices[]>> {
    return this.getList('/v1/services', options);
  }

  /**
   * The instances of a service; empty for an unknown one. Blocks.
   *
   * @param options `choose` is `<number>|<key>`: so many instances, the same ones for the same key
   */
  read(
    name: string,
    options: ReadOptions & { choose?: string | undefined } = {},
  ): Promise<Answer<ServiceRegistration[]>> {
    return this.getList(route(name), options, { choose: options.choose });
  }

  /** Takes an instance off the list; its task goes on. `submit-job`. */
  delete(name: string, id: string, options: WriteOptions = {}): Promise<Answer<unknown>> {
    const path = `${route(name)}/${segment('service instance id', id)}`;
    return this.transport.json(writeRequest(path, options, undefined, {}, 'DELETE'));
  }
}

function route(name: string): string {
  return `/v1/service/${segment('service name', name)}`;
}
