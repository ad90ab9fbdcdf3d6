import { listOf, readRequest, writeRequest } from './query.ts';
import type { Answer, Query, ReadOptions, WriteOptions } from './query.ts';
import type { Transport } from './transport.ts';

/** What the resources of the client have in common. */
export abstract class Resource {
  protected readonly transport: Transport;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  protected async get<T>(path: string, options: ReadOptions, query: Query = {}): Promise<Answer<T>> {
    return this.transport.json(readRequest(path, options, query));
  }

  protected async getList<T>(path: string, options: ReadOptions, query: Query = {}): Promise<Answer<T[]>> {
    const request = readRequest(path, options, query);
    return listOf(await this.transport.json(request), request);
  }

  protected async send<T>(path: string, options: WriteOptions, body?: unknown, query: Query = {}): Promise<Answer<T>> {
    return this.transport.json(writeRequest(path, options, body, query));
  }
}
