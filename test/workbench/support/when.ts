import type { Disposable } from '../../../src/base/lifetime.ts';

/** Anything that can be listened to: an event of ours or of VS Code. */
export type AnyEvent = (listener: () => void) => Disposable;

/** For what never comes; a busy machine has all of it. */
const limitMs = 60_000;
const askAgainMs = 25;

/**
 * Resolves with what `read` finds, looked at now and after each of the events.
 *
 * @throws Error that names `what` when it was not found in time
 */
export function when<T>(what: string, events: readonly AnyEvent[], read: () => T | undefined | false): Promise<T> {
  return new Promise((resolve, reject) => {
    const subscriptions: Disposable[] = [];
    const end = () => {
      clearTimeout(timer);
      for (const subscription of subscriptions.splice(0)) subscription.dispose();
    };
    const look = () => {
      const found = read();
      if (found === undefined || found === false) return;
      end();
      resolve(found);
    };
    const timer = setTimeout(() => {
      end();
      reject(new Error(`Not within ${String(limitMs / 1000)} s: ${what}`));
    }, limitMs);
    for (const event of events) subscriptions.push(event(look));
    try {
      look();
    } catch (error) {
      end();
      reject(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

/** The same for what tells nobody that it changed: a process that ends, a file that is written. */
export function eventually<T>(what: string, read: () => T | undefined | false): Promise<T> {
  const ticks: AnyEvent = (listener) => {
    const timer = setInterval(listener, askAgainMs);
    return {
      dispose: () => {
        clearInterval(timer);
      },
    };
  };
  return when(what, [ticks], read);
}
