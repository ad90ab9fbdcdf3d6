import { sleep } from '../../../../src/base/clock.ts';

type Act = () => Promise<unknown>;

/** What happens while a step is being played. */
export class Meanwhile {
  readonly #running: Promise<string[]>[] = [];
  #waiting: Act | undefined;

  /** Does something in a while. */
  after(delayMs: number, act: Act): void {
    this.#start(sleep(delayMs).then(act));
  }

  /** Does something once the answer of the step has begun, or its process has spoken. */
  onceBegun(act: Act): void {
    this.#waiting = act;
  }

  /** To be called when the answer of the step has begun. */
  readonly begin = (): void => {
    const act = this.#waiting;
    this.#waiting = undefined;
    if (act !== undefined) this.#start(act());
  };

  /** Waits until all of it is done; resolves with what failed, one line each. */
  async ended(): Promise<string[]> {
    const left = this.#waiting === undefined ? [] : ['meanwhile: the answer did not begin'];
    this.#waiting = undefined;
    const lines = await Promise.all(this.#running.splice(0));
    return [...left, ...lines.flat()];
  }

  #start(done: Promise<unknown>): void {
    const failed = (error: unknown) => [`meanwhile: ${error instanceof Error ? error.message : String(error)}`];
    this.#running.push(done.then(() => [], failed));
  }
}
