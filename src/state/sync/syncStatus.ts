import type { Clock } from '../../base/clock.ts';
import type { Disposable } from '../../base/lifetime.ts';
import { NomadError } from '../../nomad/http/errors.ts';
import type { SyncStatus } from './clusterState.ts';

export interface SyncStatusOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Something was learned, even if it changes nothing. */
  readonly onStatus: () => void;
  /** There is no event stream, and no list since it was last heard. */
  readonly onUnsure: () => void;
}

/** When a list was asked for; what it says is no older than that. */
export interface Asked {
  readonly order: number;
  readonly ms: number;
}

/** How long a stream may take to open, or a list to catch up, before it counts as unavailable. */
export const momentMs = 2000;

/**
 * Tracks how a cluster's lists and events are doing. It records the order in which things were learned, so that the
 * state never claims more than we know.
 */
export class SyncStatusTracker {
  readonly #options: SyncStatusOptions;
  #now: SyncStatus;
  #order = 0;
  #heardOrder = 0;
  #heardMs = 0;
  #listedOrder = 0;
  #listedMs = 0;
  /** A list that was asked for after this has all that the stream may have missed. */
  #neededOrder = 0;
  #wasOpen = false;
  #lastError: NomadError | undefined;
  #moment: Disposable | undefined;

  constructor(options: SyncStatusOptions) {
    this.#options = options;
    this.#now = { loaded: false, goodMs: options.clock.now(), stream: { kind: 'opening' } };
    options.signal.addEventListener('abort', () => this.#moment?.dispose(), { once: true });
  }

  get now(): SyncStatus {
    return this.#now;
  }

  /** To be called before a list is asked for. */
  ask(): Asked {
    this.#order += 1;
    return { order: this.#order, ms: this.#options.clock.now() };
  }

  listed(asked: Asked): void {
    const { stream } = this.#now;
    this.#listedOrder = asked.order;
    this.#listedMs = this.#options.clock.now();
    this.#learn({ loaded: true, listError: undefined, goodMs: Math.max(this.#goodMs(), asked.ms) });
    if (stream.kind === 'none') this.#learn({ stream: { ...stream, listedSince: this.#listedSince() } });
    if (stream.kind === 'open' && !stream.caughtUp) this.#catchUp();
    if (stream.kind === 'opening') this.#waitAMoment();
    this.#options.onStatus();
  }

  /** @param goodMs when what is shown was right, where the stream may have been behind since: it is heard all the same */
  listFailed(error: NomadError, goodMs = this.#goodMs()): void {
    this.#learn({ listError: error, goodMs });
    this.#options.onStatus();
  }

  /**
   * The stream is open. Says whether a list has to be made, since something may have been missed before.
   *
   * @param joins how it goes on from what is known: where it `repeats` a line, {@link joined} says more soon
   */
  opened(joins: 'first' | 'repeats' | 'anew' = 'first'): boolean {
    // A server replays only what it still has, and says nothing of what it has not.
    const late = this.#now.loaded && this.#options.clock.now() - this.#listedMs > momentMs;
    const missing = joins === 'anew' || (joins === 'first' && (this.#wasOpen || late));
    const goodMs = this.#goodMs();
    this.#wasOpen = true;
    this.#order += 1;
    this.#neededOrder = missing ? this.#order : joins === 'repeats' ? Infinity : 0;
    this.#learn({ goodMs, stream: { kind: 'open', caughtUp: false } });
    this.heard();
    if (joins === 'first' && !missing && this.#now.loaded) this.#catchUp();
    else if (missing || joins === 'repeats') this.#waitAMoment();
    this.#options.onStatus();
    return missing;
  }

  /** The stream went on from what was known; or it did not, and a list has to be made. */
  joined(whole: boolean): void {
    const { stream, loaded } = this.#now;
    if (stream.kind !== 'open') return;
    this.#order += 1;
    if (!whole) {
      this.#neededOrder = this.#order;
      this.#learn({ goodMs: this.#goodMs(), stream: { kind: 'open', caughtUp: false } });
      this.#waitAMoment();
    } else if (this.#neededOrder === Infinity) {
      this.#neededOrder = 0;
      if (loaded) this.#catchUp();
    }
    this.#options.onStatus();
  }

  /** Nobody wants to know anything for a while; or somebody does again. */
  rest(resting: boolean): void {
    const goodMs = this.#goodMs();
    this.#moment?.dispose();
    this.#learn({ goodMs, stream: { kind: resting ? 'resting' : 'opening' } });
    if (!resting) this.#waitAMoment();
    this.#options.onStatus();
  }

  /** The stream is alive. */
  heard(): void {
    this.#order += 1;
    this.#heardOrder = this.#order;
    this.#heardMs = this.#options.clock.now();
  }

  /**
   * The stream ended.
   *
   * @param again whether it is likely to be open again in a moment
   */
  ended(error: NomadError, again: boolean): void {
    this.#lastError = error;
    const goodMs = this.#goodMs();
    if (again) {
      this.#learn({ goodMs, stream: { kind: 'dropped', error } });
      this.#waitAMoment();
    } else {
      this.#learn({ goodMs });
      this.#none(error);
    }
    this.#options.onStatus();
  }

  /** While all is well, the last word of the stream is the time at which what is shown was right. */
  #goodMs(): number {
    const { stream, goodMs, listError } = this.#now;
    const well = stream.kind === 'open' && stream.caughtUp && listError === undefined;
    return well ? this.#heardMs : goodMs;
  }

  #learn(part: Partial<SyncStatus>): void {
    this.#now = { ...this.#now, ...part };
  }

  #listedSince(): boolean {
    return this.#now.loaded && this.#listedOrder > this.#heardOrder;
  }

  #catchUp(): void {
    if (this.#listedOrder < this.#neededOrder) return;
    this.#moment?.dispose();
    this.#learn({ stream: { kind: 'open', caughtUp: true } });
  }

  #none(error: NomadError): void {
    this.#moment?.dispose();
    const listedSince = this.#listedSince();
    this.#learn({ stream: { kind: 'none', error, listedSince } });
    // Whether the lists still work is what tells a broken stream from a broken connection.
    if (!listedSince && this.#now.loaded) this.#options.onUnsure();
  }

  #waitAMoment(): void {
    const { clock, signal } = this.#options;
    this.#moment?.dispose();
    if (signal.aborted) return;
    this.#moment = clock.timer(momentMs, () => {
      this.#isLate();
    });
  }

  #isLate(): void {
    const { stream } = this.#now;
    const path = '/v1/event/stream';
    const doubt = this.#lastError ?? new NomadError('timeout', 'The event stream has not answered yet.', { path });
    // A server that denies the stream may take long to say so; until then the lists must do.
    if (stream.kind === 'opening' || stream.kind === 'dropped') this.#none(doubt);
    else if (stream.kind === 'open' && !stream.caughtUp) this.#learn({ stream: { ...stream, doubt } });
    this.#options.onStatus();
  }
}
