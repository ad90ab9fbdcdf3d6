import type { Clock } from '../../base/clock.ts';
import { sleep } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { isNomadError } from '../../nomad/http/errors.ts';
import type { Answer } from '../../nomad/http/query.ts';
import { watch } from '../../nomad/reading/watch.ts';
import type { PlacedClient } from '../tables/placedClient.ts';
import type { JobRecord } from '../tables/records.ts';
import { logFailure } from './failures.ts';
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
 * Knows which namespaces the event stream of all namespaces covers. Newer servers take "all" to mean those that exist
 * when the stream is opened; they send nothing of later ones, and no event for a new one. So while the stream is open,
 * a blocking query watches the list of namespaces: one request a minute, answered at once when the list changes.
 */
export class Namespaces {
  readonly #options: NamespacesOptions;
  readonly #wake: Wake;
  #known: ReadonlySet<string> = new Set();
  #heard: ReadonlySet<string> = new Set();
  #index: number | undefined;
  /** Of the open stream; aborts when that ends. */
  #stream: AbortController | undefined;

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
    this.#stream?.abort();
    this.#stream = open ? new AbortController() : undefined;
    this.#wake.fire();
  }

  /** Learns the namespaces of jobs that were listed. */
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
    const { client, clock, signal } = this.#options;
    const answered = new AbortController();
    const limit = sleep(firstMs, AbortSignal.any([signal, answered.signal]), clock).catch(() => undefined);
    const answer = client.agent
      .namespaces({ signal })
      .then((first) => {
        this.#take(first);
      })
      .catch((error: unknown) => {
        this.#log(error);
      });
    await Promise.race([answer, limit]);
    answered.abort();
  }

  /** Runs until the signal aborts. */
  async run(): Promise<void> {
    const { signal } = this.#options;
    while (!signal.aborted) {
      const stream = this.#stream?.signal;
      try {
        if (stream !== undefined) await this.#follow(AbortSignal.any([signal, stream]));
      } catch (error) {
        this.#log(error);
      }
      if (this.#stream?.signal === stream) await this.#wake.wait(gapMs, signal);
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { client, clock } = this.#options;
    const again = (error: unknown) => {
      this.#log(error);
      return isNomadError(error);
    };
    const pauses = { baseMs: gapMs, capMs: 5 * 60_000 };
    const options = { signal, index: this.#index, waitMs, gapMs, again, pauses, clock };
    for await (const answer of watch((read) => client.agent.namespaces(read), options)) this.#take(answer);
  }

  #take({ value, meta }: Answer<readonly { readonly Name: string }[]>): void {
    this.#index = meta.index;
    this.#learn(new Set(value.map(({ Name }) => Name)));
  }

  #learn(known: ReadonlySet<string>): void {
    this.#known = known;
    if (this.#stream !== undefined && this.behind) this.#options.onNew();
  }

  #log(error: unknown): void {
    logFailure(this.#options.log, 'debug', 'Could not list the namespaces', error);
  }
}
