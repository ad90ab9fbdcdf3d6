import { refused } from '../http/errors.ts';
import { fileParts } from './logs.ts';
import type { FilePart, FollowOptions } from './logs.ts';
import { readRequest, segment, whole } from '../http/query.ts';
import type { Answer, ReadOptions } from '../http/query.ts';
import { Resource } from './resource.ts';
import type { AllocationFile } from '../types/file.ts';

/** A part of a file, in bytes. */
export interface CatOptions extends ReadOptions {
  /** From the start. */
  offset?: number | undefined;
  /** At most so many; to the end where undefined. */
  limit?: number | undefined;
}

/**
 * Files of an allocation: `/v1/client/fs/…`. All need `read-fs` in the allocation's namespace; none blocks. All are
 * there since 0.3, except where noted. `allocationId` is a whole id; `path` is relative to the allocation's directory,
 * and may not leave it; `options` are those of every read, or of a stream. A missing file is an error of kind
 * `notFound`, as is an unknown allocation.
 */
export class FilesApi extends Resource {
  /** The entries of a directory. */
  async ls(allocationId: string, path = '/', options: ReadOptions = {}): Promise<Answer<AllocationFile[]>> {
    return this.getList(route('ls', allocationId), options, { path });
  }

  /**
   * What is at a path: a file or a directory, its size in bytes. Nomad opens it, to guess its type: a pipe is waited for, and
   * what is read of it is gone for others. A list tells of it without that.
   */
  async stat(allocationId: string, path: string, options: ReadOptions = {}): Promise<Answer<AllocationFile>> {
    return this.get(route('stat', allocationId), options, { path });
  }

  /**
   * The bytes of a file, or (Nomad's `readat`) of a part of it.
   *
   * @throws {NomadError} of kind `rejected` for a directory, `notFound` for a missing file, `tooLarge`
   */
  async cat(allocationId: string, path: string, options: CatOptions = {}): Promise<Answer<Uint8Array>> {
    const { offset = 0, limit } = options;
    whole('offset', offset);
    if (limit !== undefined) whole('limit', limit);
    // Nomad answers a failed read with 200 and the error's text, so ask first what is there.
    const { value } = await this.stat(allocationId, path, options);
    // A type of the wire promises more than a server may hold.
    const file = value as Partial<AllocationFile> | null;
    if (file?.IsDir === true) throw refused('path', `${path} is a directory.`);
    if (options.offset === undefined && limit === undefined) {
      return this.transport.bytes({ ...readRequest(route('cat', allocationId), options, { path }), answer: 'file' });
    }
    const count = limit ?? Math.max(0, (file?.Size ?? 0) - offset);
    if (count === 0) return { value: new Uint8Array(0), meta: { index: 0, knownLeader: true, lastContactMs: 0 } };
    const query = { path, offset, limit: count };
    return this.transport.bytes({ ...readRequest(route('readat', allocationId), options, query), answer: 'file' });
  }

  /**
   * A file piece by piece, and what happens to it meanwhile. Following ends as for logs: with an abort of the signal,
   * without an error. Since 0.4.1.
   *
   * @throws {NomadError} of kind `rejected` for a directory and for a missing file, `closed` when the stream breaks off
   */
  async *stream(allocationId: string, path: string, options: FollowOptions = {}): AsyncGenerator<FilePart> {
    yield* fileParts(this.transport, route('stream', allocationId), options, { path });
  }
}

function route(action: string, allocationId: string): string {
  return `/v1/client/fs/${action}/${segment('allocation id', allocationId)}`;
}
