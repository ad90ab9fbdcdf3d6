import type { Disposable } from './lifetime.ts';

/** Subscribe to something that happens repeatedly; the same shape as VS Code's `Event`. */
export type Event<T> = (listener: (value: T) => unknown) => Disposable;

/**
 * The firing end of an {@link Event}. Listeners are called in the order in which they subscribed, all of them, whatever
 * one of them throws.
 */
export class Emitter<T> implements Disposable {
  readonly #listeners = new Set<(value: T) => unknown>();
  readonly #onFailure: ((error: unknown) => void) | undefined;

  /** @param onFailure told what a listener threw; without it, `fire` throws that once all listeners were called */
  constructor(onFailure?: (error: unknown) => void) {
    this.#onFailure = onFailure;
  }

  readonly event: Event<T> = (listener) => {
    // A wrapper gives each subscription an identity of its own, so that subscribing twice is two subscriptions.
    const entry = (value: T) => listener(value);
    this.#listeners.add(entry);
    return {
      dispose: () => {
        this.#listeners.delete(entry);
      },
    };
  };

  /** Number of current listeners. */
  get size(): number {
    return this.#listeners.size;
  }

  fire(value: T): void {
    const failures: unknown[] = [];
    for (const listener of [...this.#listeners]) {
      try {
        listener(value);
      } catch (error) {
        if (this.#onFailure === undefined) failures.push(error);
        else this.#onFailure(error);
      }
    }
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, 'Some listeners failed');
  }

  dispose(): void {
    this.#listeners.clear();
  }
}

/** Resolves with the next value that passes `accept`; rejects with the signal's reason when aborted. */
export function once<T>(event: Event<T>, signal?: AbortSignal, accept: (value: T) => boolean = () => true): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason as Error);
      return;
    }
    const onAbort = () => {
      subscription.dispose();
      reject(signal?.reason as Error);
    };
    const subscription = event((value) => {
      if (!accept(value)) return;
      subscription.dispose();
      signal?.removeEventListener('abort', onAbort);
      resolve(value);
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
