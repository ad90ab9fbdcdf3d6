/** Thrown where a person cancelled and there is no signal whose reason could be thrown. Never shown. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';
  constructor(message = 'Cancelled') {
    super(message);
  }
}

/** What our code, an aborted signal and VS Code call it. */
const names: ReadonlySet<string> = new Set(['CancelledError', 'AbortError', 'Canceled']);

/** True for any cancellation; by name, so that it holds across bundles. */
export function isCancelled(error: unknown): boolean {
  return error instanceof Error && names.has(error.name);
}

/** Asks a signal again after a wait; the compiler would take the answer from before the wait for granted. */
export function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** Settles as `promise` does, or rejects with the signal's reason as soon as that aborts. The work itself goes on. */
export function raceSignal<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) {
      onAbort();
      promise.catch(() => undefined);
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', onAbort);
    });
  });
}
