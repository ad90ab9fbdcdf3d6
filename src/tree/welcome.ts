import type { ClusterState } from '../state/sync/clusterState.ts';
import type { ContextKeys, WelcomeState } from '../platform/contributions.ts';

/** The part of an error that decides which welcome view is shown. */
interface Cause {
  readonly kind: string;
}

const byKind: Readonly<Record<string, WelcomeState>> = {
  address: 'address',
  dns: 'dns',
  refused: 'refused',
  timeout: 'timeout',
  tls: 'tls',
  notNomad: 'notNomad',
  // An answer that is not Nomad's JSON comes from something else.
  decode: 'notNomad',
  unreachable: 'unreachable',
  noLeader: 'noLeader',
};

/**
 * Which welcome view fits.
 *
 * @param state of the cluster; nothing where none is open
 * @param lastError why the last opening failed, if it did
 * @param hasToken whether a token is sent, or there is one that is kept back
 * @param isEmpty whether there is no job
 */
export function welcomeState(
  state: ClusterState | undefined,
  lastError: Cause | undefined,
  hasToken: boolean | 'withheld',
  isEmpty = false,
): WelcomeState {
  switch (state?.kind) {
    case 'polling':
      return hidesAll(state, isEmpty) ? welcomeOf({ kind: 'denied' }, hasToken) : 'ready';
    case 'opening':
      return isEmpty ? 'connecting' : 'ready';
    case 'live':
    case 'paused':
    case 'stale':
      return 'ready';
    case 'connecting':
      return 'connecting';
    case 'failed':
      return welcomeOf(state.error, hasToken);
    case undefined:
      return lastError === undefined ? 'off' : welcomeOf(lastError, hasToken);
  }
}

/**
 * Whether the cluster denies everything without saying so: if the token may see no namespace, Nomad answers a list over
 * all namespaces with an empty one, not with a refusal.
 */
export function hidesAll(state: ClusterState, isEmpty: boolean): boolean {
  return isEmpty && state.kind === 'polling' && state.denied === true;
}

function welcomeOf(cause: Cause, hasToken: boolean | 'withheld'): WelcomeState {
  if (cause.kind === 'denied' && hasToken === 'withheld') return hasToken;
  if (cause.kind === 'denied') return hasToken ? 'denied' : 'noToken';
  return byKind[cause.kind] ?? 'unreachable';
}

/** Whether a view has rows to show. */
export function hasRows(state: ClusterState | undefined): boolean {
  return state !== undefined && state.kind !== 'connecting' && state.kind !== 'failed';
}

/** The keys that the views set; the others belong to editors. */
type ViewKey = Exclude<keyof ContextKeys, `nomad.logs${string}`>;
type ViewKeys = Pick<ContextKeys, ViewKey>;

export type SetContext = <K extends keyof ContextKeys>(key: K, value: ContextKeys[K]) => void;

/** Keeps the context keys of the views; each is set only when its value changes. */
export class WelcomeKeys {
  readonly #setContext: SetContext;
  readonly #last: Partial<ViewKeys> = {};

  constructor(setContext: SetContext) {
    this.#setContext = setContext;
  }

  set(values: ViewKeys): void {
    this.#one('nomad.state', values['nomad.state']);
    this.#one('nomad.filtered', values['nomad.filtered']);
    this.#one('nomad.problemsOnly', values['nomad.problemsOnly']);
    this.#one('nomad.filterHidesAll', values['nomad.filterHidesAll']);
    this.#one('nomad.empty', values['nomad.empty']);
  }

  #one<K extends ViewKey>(key: K, value: ContextKeys[K]): void {
    if (this.#last[key] === value) return;
    this.#last[key] = value;
    this.#setContext(key, value);
  }
}
