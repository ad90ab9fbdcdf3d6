import type { World } from '../../../support/world.ts';

/** Nothing takes longer, in the replay's time. */
const slowMs = 60_000;

type Act = () => Promise<unknown>;

/** What happens while a step is being played. */
export class Meanwhile {
  readonly #world: World;
  readonly #running: Promise<string[]>[] = [];
  #waiting: Act | undefined;
  /** How many are under way that need time to pass. */
  #slow = 0;

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

  /** As {@link after}, of what is over only when time has passed: a task that is told to end does so when it wakes. */
  slowlyAfter(delayMs: number, act: Act): void {
    this.#slow += 1;
    const done = new Promise((resolve, reject) => {
      this.#world.clock.timer(delayMs, () => {
        act().then(resolve, reject);
      });
    });
    const over = () => {
      this.#slow -= 1;
    };
    this.#running.push(done.finally(over).then(() => [], failed));
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
    await this.#world.clock.until(() => this.#slow === 0, slowMs);
    const lines = await Promise.all(this.#running.splice(0));
    return [...left, ...lines.flat()];
  }
}

function failed(error: unknown): string[] {
  return [`meanwhile: ${error instanceof Error ? error.message : String(error)}`];
}
