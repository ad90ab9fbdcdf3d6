import { isNomadError } from '../../nomad/http/errors.ts';
import type { NomadError } from '../../nomad/http/errors.ts';

/** Higher than any index: the server then starts with the newest event it has. */
const future = Number.MAX_SAFE_INTEGER;

/** Where an event stream goes on from, and how it gets past a line that can't be read. */
export class StreamPosition {
  #start: number | undefined;
  #last: number | undefined;
  /** Where a line that can't be read stopped the stream. */
  #stoppedAt: number | undefined;
  #past: number | undefined;

  /**
   * The first index to ask for; nothing for all that the server still has. It is that of what was last heard, so that the
   * server shows by repeating it that nothing is missing in between.
   */
  get index(): number | undefined {
    return this.#past ?? this.#last ?? this.#start;
  }

  /** Whether a stream that is opened now begins with a line that was heard before, if the server still has it. */
  get repeats(): boolean {
    return this.#past === undefined && this.#last !== undefined;
  }

  /** Where to begin if nothing was heard yet: the index of a list. */
  startAt(index: number): void {
    this.#start = index;
  }

  reached(index: number): void {
    this.#last = index;
    this.#stoppedAt = undefined;
    this.#past = undefined;
  }

  /** The stream ended. The second line that can't be read at the same place is passed over; the lists have what it says. */
  after(error: NomadError): void {
    if (!isNomadError(error, 'tooLarge', 'decode')) return;
    const place = this.#past ?? this.#last ?? 0;
    const { index } = Object(error) as { index?: unknown };
    if (this.#stoppedAt === place) this.#past = typeof index === 'number' ? index + 1 : future;
    this.#stoppedAt = place;
  }
}
