import type { FullNomadClient } from '../../../src/nomad/fullClient.ts';

/** What the target has, and the id of a job that it doesn't have. */
export interface Known {
  readonly client: FullNomadClient;
  /** A service with a group `app` and a task `main`. */
  readonly job: string;
  readonly parameterized: string;
  readonly allocation: string;
  readonly deployment: string;
  readonly nobody: string;
}

/** Bad input, and what Nomad (or the client) says to it: words of a refusal, or what a success without an effect gives. */
export interface BadInput {
  readonly call: (known: Known) => unknown;
  readonly words?: RegExp;
  readonly gives?: (value: unknown) => unknown;
  /** Older agents ignore it. */
  readonly since?: Since;
  /** Older agents have no such route, which the client says as `unsupported`. */
  readonly routeSince?: Since;
  /** Only for Enterprise, which the client says as `unsupported`, in agents that know of it at all. */
  readonly enterpriseSince?: Since;
}

type Since = readonly [major: number, minor: number];

export const empty = (value: unknown) => JSON.stringify(value) === '[]';
export const noFilter = { filter: 'nothing of the kind' };
export const filter = /failed to read filter expression/;
export const shortId = /UUID must be 36 characters/;
