import { secretsOf, segment, whole, writeRequest } from '../http/query.ts';
import type { Answer, Query, ReadOptions, WriteOptions } from '../http/query.ts';
import { Resource } from './resource.ts';
import type { Variable, VariableMetadata } from '../types/variable.ts';

export interface VariableWriteOptions extends WriteOptions {
  /** Writes only if the variable's `ModifyIndex` is this; 0: only if there is none. */
  cas?: number | undefined;
}

/**
 * Variables: `/v1/vars`, `/v1/var/:path`. All since 1.4; older agents answer with kind `unsupported`. Every read
 * blocks. `path` has 1 to 128 letters, digits, `-`, `_`, `~` and `/`; `options` are those of every read or write and
 * what else is named. Capabilities are those that a policy's `variables` block gives to the path. Items of at least four
 * characters never appear in an error; shorter ones are in too many other words.
 */
export class VariablesApi extends Resource {
  /** Paths and times, without items. What the token may not list is left out. Capability `list` of the path. */
  list(options: ReadOptions = {}): Promise<Answer<VariableMetadata[]>> {
    return this.getList('/v1/vars', options);
  }

  /** One variable with its items; an unknown one is of kind `notFound`. Capability `read` of the path. */
  async read(path: string, options: ReadOptions = {}): Promise<Answer<Variable>> {
    return this.get(route(path), options);
  }

  /**
   * Creates a variable, or replaces all its items. Capability `write` of the path.
   *
   * @param items at least one; keys and values together at most 64 KiB, or the server refuses them
   * @throws {NomadError} of kind `conflict` when `cas` doesn't hold, or when the variable is locked
   */
  async write(
    path: string,
    items: Record<string, string>,
    options: VariableWriteOptions = {},
  ): Promise<Answer<Variable>> {
    const request = writeRequest(route(path), options, { Path: path, Items: items }, query(options), 'PUT');
    return this.transport.json({ ...request, secrets: secretsOf(Object.values(items)) });
  }

  /**
   * Deletes a variable, or nothing where there is none. Errors are those of a write. Capability `destroy` of the path.
   */
  async delete(path: string, options: VariableWriteOptions = {}): Promise<Answer<null>> {
    return this.transport.json(writeRequest(route(path), options, undefined, query(options), 'DELETE'));
  }
}

function route(path: string): string {
  return `/v1/var/${segment('variable path', path)}`;
}

function query({ cas }: VariableWriteOptions): Query {
  return { cas: cas === undefined ? undefined : whole('cas', cas) };
}
