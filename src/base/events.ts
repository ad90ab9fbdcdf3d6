import type { Disposable } from './lifetime.ts';

/** Subscribe to something that happens repeatedly; the same shape as VS Code's `Event`. */
export type Event<T> = (listener: (value: T) => unknown) => Disposable;

type OnFailure = (error: unknown) => void;

/** As an unhandled rejection: nobody can overlook it, and it stops nobody. */
const reject: OnFailure = (cause) => void Promise.reject(new Error('A listener failed', { cause }));

let told = reject;

/**
 * Sends what listeners throw to `tell`, for every emitter that was made without an `onFailure`, until it is disposed.
 */
export function onListenerFailure(tell: OnFailure): Disposable {
  told = tell;
  return {
    dispose: () => {
      told = reject;
    },
  };
}

/**
 * The firing end of an {@link Event}. Listeners are called in the order in which they subscribed, all of them, whatever
 * one of them throws.
 */
export class Emitter<T> implements Disposable {
  readonly #listeners = new Set<(value: T) => unknown>();
  readonly #onFailure: OnFailure | undefined;

  /** @param onFailure gets what a listener threw, instead of the one set with {@link onListenerFailure} */
  constructor(onFailure?: OnFailure) {
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

  /** Calls the listeners. Never throws: a broken listener is no failure of the one who fires. */
  fire(value: T): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(value);
      } catch (error) {
        (this.#onFailure ?? told)(error);
      }
    }
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
