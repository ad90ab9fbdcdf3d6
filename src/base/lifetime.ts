/** Something with an end. The same shape as VS Code's, so that either can own the other. */
export interface Disposable {
  dispose(): unknown;
}

/**
 * Owns disposables and ends them together, the last owned first.
 *
 * Disposing twice is harmless. What is owned after the end is disposed at once, so a resource that arrives late
 * (a socket that opens while its view closes) can't leak.
 */
export class Lifetime implements Disposable {
  readonly #owned = new Set<Disposable>();
  #ended = false;

  /** True once {@link dispose} was called. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Takes ownership of `resource` and returns it. */
  own<T extends Disposable>(resource: T): T {
    if (this.#ended) resource.dispose();
    else this.#owned.add(resource);
    return resource;
  }

  /** Runs `end` when this lifetime ends. */
  onEnd(end: () => void): void {
    this.own({ dispose: end });
  }

  /** Ends one owned resource before its time. */
  release(resource: Disposable): void {
    if (this.#owned.delete(resource)) resource.dispose();
  }

  /** A signal that aborts when this lifetime ends. */
  signal(): AbortSignal {
    const controller = new AbortController();
    this.onEnd(() => {
      controller.abort();
    });
    return controller.signal;
  }

  dispose(): void {
    if (this.#ended) return;
    this.#ended = true;
    const owned = [...this.#owned].reverse();
    this.#owned.clear();
    const failures: unknown[] = [];
    for (const resource of owned) {
      try {
        resource.dispose();
      } catch (error) {
        // One resource that can't be ended must not keep the others alive.
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Some resources could not be ended');
  }
}
