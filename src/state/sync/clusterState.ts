import type { NomadError } from '../../nomad/http/errors.ts';

/** How a cluster is known at the moment. */
export type ClusterState =
  /** Nothing was loaded yet. */
  | { readonly kind: 'connecting' }
  /** Events arrive as they happen. */
  | { readonly kind: 'live' }
  /**
   * The lists are asked for again and again, since there are no events; `denied` where the token has no right to them.
   */
  | { readonly kind: 'polling'; readonly reason: string; readonly denied?: boolean }
  /** What is shown was right at `sinceMs`; it is tried again by itself. */
  | { readonly kind: 'stale'; readonly sinceMs: number; readonly error: NomadError }
  /** Nothing was ever loaded; it is tried again by itself. */
  | { readonly kind: 'failed'; readonly error: NomadError };

/** What is known of the two ways to the cluster: its lists and its event stream. */
export interface SyncStatus {
  /** Whether the lists were ever read. */
  readonly loaded: boolean;
  /** Why the last list could not be read; nothing after a success. */
  readonly listError?: NomadError | undefined;
  /** When what is shown was last known to be right: a list was asked for, or the stream was heard. */
  readonly goodMs: number;
  readonly stream:
    | { readonly kind: 'opening' }
    /**
     * `caughtUp` once what may have been missed before was listed; `doubt` is why that is no longer to be expected at
     * any moment.
     */
    | { readonly kind: 'open'; readonly caughtUp: boolean; readonly doubt?: NomadError }
    /** Ended, and to be opened again at once. */
    | { readonly kind: 'dropped'; readonly error: NomadError }
    /** Can't be had; the lists have to do. `listedSince` once one came that was asked for after the stream's last word. */
    | { readonly kind: 'none'; readonly error: NomadError; readonly listedSince: boolean };
}

/** The state that follows from what is known; nothing where it is too early to say. */
export function stateOf(status: SyncStatus): ClusterState | undefined {
  const { loaded, listError, goodMs, stream } = status;
  if (!loaded) return listError === undefined ? { kind: 'connecting' } : { kind: 'failed', error: listError };
  if (listError !== undefined) return { kind: 'stale', sinceMs: goodMs, error: listError };
  switch (stream.kind) {
    case 'open':
      if (stream.caughtUp) return { kind: 'live' };
      return stream.doubt === undefined ? undefined : { kind: 'stale', sinceMs: goodMs, error: stream.doubt };
    case 'none':
      if (!stream.listedSince) return { kind: 'stale', sinceMs: goodMs, error: stream.error };
      return {
        kind: 'polling',
        reason: stream.error.body ?? stream.error.message,
        denied: stream.error.kind === 'denied',
      };
    case 'opening':
    case 'dropped':
      return undefined;
  }
}

/** Whether two states look the same to a person. */
export function sameState(a: ClusterState, b: ClusterState): boolean {
  if (a.kind !== b.kind) return false;
  if (a.kind === 'polling' && b.kind === 'polling') return a.reason === b.reason;
  if (a.kind === 'stale' && b.kind === 'stale') return a.sinceMs === b.sinceMs && sameError(a.error, b.error);
  if (a.kind === 'failed' && b.kind === 'failed') return sameError(a.error, b.error);
  return true;
}

function sameError(a: NomadError, b: NomadError): boolean {
  return a.kind === b.kind && a.message === b.message;
}
