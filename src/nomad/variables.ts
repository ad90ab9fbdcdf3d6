import { segment, whole, writeRequest } from './query.ts';
import type { Answer, Query, ReadOptions, WriteOptions } from './query.ts';
import { Resource } from './resource.ts';
import type { Variable, VariableMetadata } from './types/variable.ts';

export interface VariableWriteOptions extends WriteOptions {
  /** Writes only if the variable's `ModifyIndex` is this; 0: only if there is none. */
  cas?: number | undefined;
}

/** Shorter values occur in other words too, so hiding them would only make errors unreadable. */
const minSecretLength = 4;

/**
 * Variables: `/v1/vars`, `/v1/var/:path`. Since 1.4; older agents answer with kind `unsupported`. Paths have 1 to 128
 * letters, digits, `-`, `_`, `~` and `/`. Rights are those that a policy's `variables` block gives to the path. Items
 * never appear in an error.
 */
export class VariablesApi extends Resource {
  /** Paths and times, without items. What the token may not list is left out. Blocks. Capability `list` of the path. */
  list(options: ReadOptions = {}): Promise<Answer<VariableMetadata[]>> {
    return this.getList('/v1/vars', options);
  }

  /** Blocks. Capability `read` of the path. */
  read(path: string, options: ReadOptions = {}): Promise<Answer<Variable>> {
    return this.get(route(path), options);
  }

  /**
   * Creates a variable, or replaces all its items; at most 64 KiB. Capability `write` of the path.
   *
   * @throws {NomadError} of kind `conflict` when `cas` doesn't hold, or when the variable is locked
   */
  write(path: string, items: Record<string, string>, options: VariableWriteOptions = {}): Promise<Answer<Variable>> {
    const request = writeRequest(route(path), options, { Path: path, Items: items }, query(options), 'PUT');
    const secrets = Object.values(items).filter((item) => item.length >= minSecretLength);
    return this.transport.json({ ...request, secrets });
  }

  /** Deletes a variable, or nothing where there is none. Errors are those of a write. Capability `destroy` of the path. */
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
