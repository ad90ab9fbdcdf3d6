import { ExecSession } from '../../../src/nomad/sessions/exec.ts';
import type { FullNomadClient } from '../../../src/nomad/fullClient.ts';
import type { ReadOptions } from '../../../src/nomad/http/query.ts';

type Client = FullNomadClient;
type Calls<T> = Readonly<Record<string, (client: Client, value: T) => unknown>>;

/** The input of one operation, and how to give each part of it; what is not named is good. */
export interface Inputs {
  /** With the options of every read, or of every write. */
  readonly read?: (client: Client, options: ReadOptions) => unknown;
  readonly write?: (client: Client, options: ReadOptions) => unknown;
  /** Texts that become a segment of a path, by the field that errors name. */
  readonly ids?: Calls<string>;
  /** Other texts that must not be empty. */
  readonly texts?: Calls<string>;
  /** Counts, versions, indexes, sizes. */
  readonly numbers?: Calls<number>;
  /** What else is refused. */
  readonly more?: readonly (readonly [field: string, call: (client: Client) => unknown])[];
}

/** Waits for what an operation gives: an answer, a stream, or a session. */
export async function outcome(result: unknown): Promise<void> {
  if (result instanceof ExecSession) await result.opened;
  else if (result instanceof Object && Symbol.asyncIterator in result) {
    const parts = (result as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    await parts.next();
    await parts.return?.();
  } else await result;
}
