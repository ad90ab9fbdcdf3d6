import type { NomadError } from '../../nomad/http/errors.ts';

/** How up to date what we know of a cluster is. */
export type ClusterState =
  /** Nothing was loaded yet. */
  | { readonly kind: 'connecting' }
  /** There are rows, from a list of this moment; whether events will arrive is not known yet. */
  | { readonly kind: 'opening' }
  /** Events arrive as they happen. */
  | { readonly kind: 'live' }
  /** There are no events, so the lists are read again and again; `denied` if the token lacks the right to events. */
  | { readonly kind: 'polling'; readonly reason: string; readonly denied?: boolean }
  /** Nobody looks and nothing needs to know, so nothing is asked; what is known was right at `sinceMs`. */
  | { readonly kind: 'paused'; readonly sinceMs: number }
  /** What is shown was right at `sinceMs`; we keep trying to reconnect. */
  | { readonly kind: 'stale'; readonly sinceMs: number; readonly error: NomadError }
  /** Nothing was ever loaded; we keep trying. */
  | { readonly kind: 'failed'; readonly error: NomadError };

/** How the two sources of our data are doing: the lists and the event stream. */
export interface SyncStatus {
  /** Whether the lists were ever read. */
  readonly loaded: boolean;
  /** Why the last list could not be read; nothing after a success. */
  readonly listError?: NomadError | undefined;
  /** When what is shown was last known to be right: when a list was requested, or the stream last sent something. */
  readonly goodMs: number;
  readonly stream:
    | { readonly kind: 'opening' }
    /**
     * `caughtUp` once a list has filled in whatever the stream may have missed; `doubt` says why that takes too long.
     */
    | { readonly kind: 'open'; readonly caughtUp: boolean; readonly doubt?: NomadError }
    /** Closed since nobody looks. */
    | { readonly kind: 'resting' }
    /** Ended, and to be opened again at once. */
    | { readonly kind: 'dropped'; readonly error: NomadError }
    /**
     * Not available, so the lists must do. `listedSince` once a list was read that was requested after the stream last
     * sent something.
     */
    | { readonly kind: 'none'; readonly error: NomadError; readonly listedSince: boolean };
}

/** The state to show; undefined while it is too early to say whether the one before is over. */
export function stateOf(status: SyncStatus): ClusterState | undefined {
  const { loaded, listError, goodMs, stream } = status;
  if (!loaded) return listError === undefined ? { kind: 'connecting' } : { kind: 'failed', error: listError };
  if (listError !== undefined) return { kind: 'stale', sinceMs: goodMs, error: listError };
  switch (stream.kind) {
    case 'resting':
      return { kind: 'paused', sinceMs: goodMs };
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
  if (a.kind === 'paused' && b.kind === 'paused') return a.sinceMs === b.sinceMs;
  if (a.kind === 'stale' && b.kind === 'stale') return a.sinceMs === b.sinceMs && sameError(a.error, b.error);
  if (a.kind === 'failed' && b.kind === 'failed') return sameError(a.error, b.error);
  return true;
}

function sameError(a: NomadError, b: NomadError): boolean {
  return a.kind === b.kind && a.message === b.message;
}
