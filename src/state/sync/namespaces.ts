import { Backoff } from '../../base/backoff.ts';
import type { Clock } from '../../base/clock.ts';
import { sleep } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { PlacedClient } from '../tables/placedClient.ts';
import type { JobRecord } from '../tables/records.ts';
import { Wake } from './wake.ts';

export interface NamespacesOptions {
  readonly client: PlacedClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** There is a namespace that the event stream doesn't tell of. */
  readonly onNew: () => void;
}

/** How long the server may hold the question, below the idle limits of common proxies. */
const waitMs = 50_000;
/** A server that doesn't hold it is asked this often. */
const gapMs = 10_000;
/** How long the event stream waits for the first answer. */
const firstMs = 1000;

/**
 * Which namespaces the event stream of all namespaces tells of. Newer servers take that for all that there are when the
 * stream is opened, so that later ones are never heard, and they have no event for a new one. So the list of namespaces is
 * waited on beside an open stream: one question a minute, answered at once when it changes.
 */
export class Namespaces {
  readonly #options: NamespacesOptions;
  readonly #wake: Wake;
  #known: ReadonlySet<string> = new Set();
  #heard: ReadonlySet<string> = new Set();
  #index: number | undefined;
  #open = false;

  constructor(options: NamespacesOptions) {
    this.#options = options;
    this.#wake = new Wake(options.clock);
  }

  /** Whether the event stream tells of this one. */
  hears(namespace: string): boolean {
    return this.#heard.has(namespace);
  }

  /** The stream is about to be opened, and will tell of what there is now. */
  opening(): void {
    this.#heard = this.#known;
  }

  /** The stream is open, or isn't any more. */
  set open(open: boolean) {
    this.#open = open;
    this.#wake.fire();
  }

  /** Looks for namespaces of jobs that were listed. */
  listed(jobs: Iterable<JobRecord>): void {
    const known = new Set(this.#known);
    for (const { namespace } of jobs) known.add(namespace);
    this.#learn(known);
  }

  /** True while there is a namespace that the event stream doesn't tell of. */
  get behind(): boolean {
    return [...this.#known].some((name) => !this.#heard.has(name));
  }

  /** The first answer, before the stream is opened; a server that is slow or refuses doesn't hold it up for long. */
  async first(): Promise<void> {
    const { clock, signal } = this.#options;
    const answered = new AbortController();
    const limit = sleep(firstMs, AbortSignal.any([signal, answered.signal]), clock).catch(() => undefined);
    await Promise.race([this.#read(undefined).catch(() => undefined), limit]);
    answered.abort();
  }

  /** Runs until the signal aborts. */
  async run(): Promise<void> {
    const { signal, clock, log } = this.#options;
    const backoff = new Backoff({ baseMs: gapMs, capMs: 5 * 60_000 });
    while (!signal.aborted) {
      if (!this.#open) {
        await this.#wake.wait(waitMs, signal);
        continue;
      }
      const startedMs = clock.now();
      try {
        const changed = await this.#read(this.#index);
        backoff.reset();
        if (!changed && clock.now() - startedMs < gapMs) await this.#wake.wait(gapMs, signal);
      } catch (error) {
        if (isAborted(signal)) return;
        log.debug(`Could not list the namespaces: ${error instanceof Error ? error.message : String(error)}`);
        await this.#wake.wait(backoff.next(), signal);
      }
    }
  }

  /** Whether the list is another one than before. */
  async #read(index: number | undefined): Promise<boolean> {
    const { client, signal } = this.#options;
    const blocking = index === undefined ? {} : { index: Math.max(1, index), waitMs };
    const { value, meta } = await client.agent.namespaces({ ...blocking, signal });
    const changed = meta.index !== this.#index;
    this.#index = meta.index;
    this.#learn(new Set(value.map(({ Name }) => Name)));
    return changed;
  }

  #learn(known: ReadonlySet<string>): void {
    this.#known = known;
    if (this.#open && this.behind) this.#options.onNew();
  }
}

function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
