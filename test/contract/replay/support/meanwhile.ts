import type { World } from '../../../support/world.ts';

type Act = () => Promise<unknown>;

/** What happens while a step is being played. */
export class Meanwhile {
  readonly #world: World;
  readonly #running: Promise<string[]>[] = [];
  #waiting: Act | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  /** Does something in a while. It must not let time pass itself. */
  after(delayMs: number, act: Act): void {
    const done = new Promise((resolve, reject) => {
      this.#world.clock.timer(delayMs, () => {
        this.#world.during(act()).then(resolve, reject);
      });
    });
    this.#running.push(done.then(() => [], failed));
  }

  /** Does something once the answer of the step has begun, or its process has said what it was to say. */
  onceBegun(act: Act): void {
    this.#waiting = act;
  }

  get isDue(): boolean {
    return this.#waiting !== undefined;
  }

  /** To be called when the answer of the step has begun. */
  async begin(): Promise<void> {
    const act = this.#waiting;
    this.#waiting = undefined;
    if (act !== undefined) await act();
  }

  /** Waits until all of it is done; resolves with what failed, one line each. */
  async ended(): Promise<string[]> {
    const left = this.#waiting === undefined ? [] : ['meanwhile: the answer did not begin'];
    this.#waiting = undefined;
    const lines = await Promise.all(this.#running.splice(0));
    return [...left, ...lines.flat()];
  }
}

function failed(error: unknown): string[] {
  return [`meanwhile: ${error instanceof Error ? error.message : String(error)}`];
}
