import { Backoff } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { NomadClient } from '../nomad/client.ts';
import { isNomadError, NomadError } from '../nomad/errors.ts';
import type { EventBatch } from '../nomad/types/event.ts';
import { Wake } from './wake.ts';

export interface EventStreamOptions {
  readonly client: NomadClient;
  readonly namespace: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** The stream is open; the first line has come. */
  readonly onOpen: () => void;
  readonly onBatch: (batch: EventBatch) => void;
  /** @param failures attempts that failed since the stream was last open */
  readonly onEnd: (error: NomadError, failures: number) => void;
}

const topics = ['Job', 'Allocation', 'Deployment', 'Evaluation'];

/** A stream that is refused is asked for again this much later: a proxy or a right may have changed. */
const refusedPauseMs = 5 * 60_000;

/** A stream that ended sooner than this was no success. */
const steadyMs = 30_000;

/** Keeps the event stream open, and says when it isn't. */
export class EventStream {
  readonly #options: EventStreamOptions;
  readonly #wake: Wake;
  #lastIndex: number | undefined;

  constructor(options: EventStreamOptions) {
    this.#options = options;
    this.#wake = new Wake(options.clock);
  }

  /** Opens the stream now if it waits to be. */
  retry(): void {
    this.#wake.fire();
  }

  /** Runs until the signal aborts. */
  async run(): Promise<void> {
    const { signal, clock, log, onEnd } = this.#options;
    const backoff = new Backoff({ baseMs: 1000, capMs: 30_000 });
    let failures = 0;
    while (!signal.aborted) {
      const startedMs = clock.now();
      const attempt = { opened: false };
      const error = await this.#once(attempt);
      if (error === undefined) return;
      if (attempt.opened && clock.now() - startedMs >= steadyMs) backoff.reset();
      failures = attempt.opened ? 0 : failures + 1;
      log.debug(`The event stream ended: ${error.message}`);
      onEnd(error, failures);
      await this.#wake.wait(isRefused(error) ? refusedPauseMs : backoff.next(), signal);
    }
  }

  /** One connection; resolves with why it ended, or with nothing when the signal aborted. */
  async #once(attempt: { opened: boolean }): Promise<NomadError | undefined> {
    const { client, namespace, signal } = this.#options;
    const index = this.#lastIndex === undefined ? undefined : this.#lastIndex + 1;
    try {
      for await (const line of client.events.stream({ topics, index, namespace, signal })) {
        if (!attempt.opened) {
          attempt.opened = true;
          this.#options.onOpen();
        }
        if (line === 'heartbeat') continue;
        this.#lastIndex = line.Index;
        this.#options.onBatch(line);
      }
    } catch (error) {
      if (signal.aborted) return undefined;
      return asNomadError(error);
    }
    return signal.aborted ? undefined : new NomadError('closed', 'The event stream ended.');
  }
}

/** True where asking again soon makes no sense. */
export function isRefused(error: NomadError): boolean {
  return isNomadError(error, 'denied', 'notFound', 'unsupported', 'rejected', 'notNomad', 'decode');
}

/** Whatever was thrown, as an error that can be shown. */
export function asNomadError(error: unknown): NomadError {
  if (isNomadError(error)) return error;
  return new NomadError('decode', error instanceof Error ? error.message : String(error));
}
