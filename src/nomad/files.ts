import { NomadError } from './errors.ts';
import { listOf, readRequest, segment } from './query.ts';
import type { Answer, ReadOptions } from './query.ts';
import type { Transport } from './transport.ts';
import type { AllocationFile } from './types/file.ts';

/** A part of a file, in bytes. */
export interface CatOptions extends ReadOptions {
  offset?: number | undefined;
  limit?: number | undefined;
}

/** Files of an allocation: `/v1/client/fs/…`. Paths are relative to the allocation's directory. */
export class FilesApi {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The entries of a directory. */
  async ls(allocationId: string, path = '/', options: ReadOptions = {}): Promise<Answer<AllocationFile[]>> {
    const request = readRequest(route('ls', allocationId), options, { path });
    return listOf(await this.#transport.json(request), request);
  }

  stat(allocationId: string, path: string, options: ReadOptions = {}): Promise<Answer<AllocationFile>> {
    return this.#transport.json(readRequest(route('stat', allocationId), options, { path }));
  }

  /**
   * The bytes of a file, or of a part of it.
   *
   * @throws {NomadError} of kind `rejected` for a directory, `notFound` for a missing file, `tooLarge`
   */
  async cat(allocationId: string, path: string, options: CatOptions = {}): Promise<Answer<Uint8Array>> {
    // Nomad answers a failed read with 200 and the error's text, so ask first what is there.
    const { value: file } = await this.stat(allocationId, path, options);
    if (file.IsDir) throw new NomadError('rejected', `${path} is a directory.`);
    if (options.offset === undefined && options.limit === undefined) {
      return this.#transport.bytes(readRequest(route('cat', allocationId), options, { path }));
    }
    const offset = options.offset ?? 0;
    const limit = options.limit ?? Math.max(0, file.Size - offset);
    if (limit === 0) return { value: new Uint8Array(0), meta: { index: 0, knownLeader: true, lastContactMs: 0 } };
    return this.#transport.bytes(readRequest(route('readat', allocationId), options, { path, offset, limit }));
  }
}

function route(action: string, allocationId: string): string {
  return `/v1/client/fs/${action}/${segment('allocation id', allocationId)}`;
}
