import { readRequest, writeRequest } from '../http/query.ts';
import type { Answer, NomadRequest, Query, ReadOptions, WriteOptions } from '../http/query.ts';
import { listOf, maybe, object } from '../http/shape.ts';
import type { Shape } from '../http/shape.ts';
import type { Transport } from '../http/transport.ts';

const anyObject = object();

/** What the resources of the client have in common. */
export abstract class Resource {
  protected readonly transport: Transport;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  protected async get<T>(
    path: string,
    options: ReadOptions,
    query: Query = {},
    shape: Shape = anyObject,
  ): Promise<Answer<T>> {
    return this.transport.json({ ...readRequest(path, options, query), shape });
  }

  /** @param item what each item looks like */
  protected async getList<T>(
    path: string,
    options: ReadOptions,
    query: Query = {},
    item: Shape = anyObject,
  ): Promise<Answer<T[]>> {
    return this.listFrom(readRequest(path, options, query), item);
  }

  /** A list, for which null means that it is empty. */
  protected async listFrom<T>(request: NomadRequest, item: Shape = anyObject): Promise<Answer<T[]>> {
    const shape = maybe(listOf(item));
    const { value, meta } = await this.transport.json<T[] | null>({ ...request, answer: 'list', shape });
    return { value: value ?? [], meta };
  }

  protected async send<T>(
    path: string,
    options: WriteOptions,
    body?: unknown,
    query: Query = {},
    shape: Shape = anyObject,
  ): Promise<Answer<T>> {
    return this.transport.json({ ...writeRequest(path, options, body, query), shape });
  }
}
