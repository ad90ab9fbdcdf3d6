import type { Answer, Exchange } from './exchange.ts';

export type Handler = (
  exchange: Exchange,
  parts: readonly string[],
) => Promise<Answer | undefined> | Answer | undefined;

/** One path of the API. Its groups become the handler's `parts`. */
export interface Route {
  readonly path: RegExp;
  /** Without it any method is answered, as Nomad does on some paths. */
  readonly methods?: readonly string[];
  readonly handle: Handler;
  /** False on agents of 1.6. */
  readonly sinceTwo?: boolean;
}

export const reads = ['GET'] as const;
export const writes = ['PUT', 'POST'] as const;
