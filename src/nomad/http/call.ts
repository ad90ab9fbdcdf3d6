import { systemClock } from '../../base/clock.ts';
import type { Disposable } from '../../base/lifetime.ts';
import type { Proxy } from '../../base/proxies.ts';
import { NomadError, isNomadError } from './errors.ts';
import { networkError, timeoutError } from './networkErrors.ts';
import type { RequestFacts } from './networkErrors.ts';
import { redact } from './redact.ts';

/** One request on its way: its time limit, its cancellation, and what its failure means. */
export class Call implements Disposable {
  readonly facts: RequestFacts;
  readonly startedMs = systemClock.now();
  /** Texts that must not appear in an error. */
  readonly secrets: string[] = [];
  /** The proxy that passes the request on and could answer itself. */
  forwarder: Proxy | undefined;
  readonly #controller = new AbortController();
  readonly #caller: AbortSignal | undefined;
  readonly #onCallerAbort = () => {
    this.#controller.abort();
  };
  readonly #onEnd: () => void;
  #timer: Disposable | undefined;
  #limitMs = 0;
  #wholeMs: number | undefined;
  #timedOut = false;
  #shutDown = false;
  #answered = false;
  #complete = false;
  #ended = false;

  constructor(facts: RequestFacts, caller: AbortSignal | undefined, onEnd: () => void) {
    this.facts = facts;
    this.#caller = caller;
    this.#onEnd = onEnd;
    caller?.addEventListener('abort', this.#onCallerAbort, { once: true });
    if (caller?.aborted === true) this.#controller.abort();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The headers are in: what fails from now on fails within the body. */
  answered(): void {
    this.#answered = true;
  }

  /** The whole body is in: there is nothing left to end. */
  completed(): void {
    this.#complete = true;
  }

  get isComplete(): boolean {
    return this.#complete;
  }

  /**
   * Starts the time limit anew.
   *
   * @param wholeMs how long the whole answer took, for the error, if that is why the request ends
   */
  limit(limitMs: number, wholeMs?: number): void {
    this.pause();
    if (this.#ended) return;
    this.#limitMs = limitMs;
    this.#wholeMs = wholeMs;
    this.#timer = systemClock.timer(limitMs, () => {
      this.#timedOut = true;
      this.#controller.abort();
    });
  }

  /** Stops the time limit, as while the reader of a stream is busy. */
  pause(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
  }

  /** Ends the request because its transport ends. */
  shutDown(): void {
    this.#shutDown = true;
    this.#controller.abort();
  }

  /** What to throw for `error`: the caller's abort reason, or a {@link NomadError}. */
  failure(error: unknown): Error {
    if (this.#caller?.aborted === true) return this.#caller.reason as Error;
    if (this.#shutDown) return new NomadError('closed', `The connection to ${this.facts.address} was closed.`);
    if (this.#timedOut) return this.#timeout();
    if (isNomadError(error)) return error;
    return networkError(error, this.facts, this.#answered ? 'body' : 'request');
  }

  #timeout(): NomadError {
    if (this.#wholeMs !== undefined) return timeoutError(this.facts, this.#wholeMs, 'whole');
    return timeoutError(this.facts, this.#limitMs, this.#answered ? 'body' : 'request');
  }

  /** `text` without the secrets of this request. */
  redact(text: string): string {
    return redact(text, this.secrets);
  }

  /** Ends the request. One that is complete is left as it is: an abort costs as much as a small request itself. */
  dispose(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.pause();
    this.#caller?.removeEventListener('abort', this.#onCallerAbort);
    if (!this.#complete) this.#controller.abort();
    this.#onEnd();
  }
}
