import { Backoff } from '../../base/backoff.ts';
import type { Clock } from '../../base/clock.ts';
import type { Disposable } from '../../base/lifetime.ts';
import { isNomadError } from '../../nomad/http/errors.ts';
import { sizeText } from '../../wording/sizes.ts';
import { LineAssembler } from './lineAssembler.ts';
import { Pace, Progress } from './pace.ts';
import type { LogEntry, LogNote, LogNoteKind, LogPosition, LogSource, TakeEntries } from './types.ts';

/** A line whose end has not come is shown after so long, as the question of a program is. */
const openLineMs = 500;
/** A reader that is behind by more than that, and stays so, goes on at the end. */
export const farBehindBytes = 16 * 1024 * 1024;

interface LineFeedOptions {
  readonly source: LogSource;
  /** For people, as it stands within a sentence. */
  readonly name: string;
  readonly clock: Clock;
  readonly take: TakeEntries;
  /** How many logs share what can be shown; 1 where undefined. */
  readonly shares?: (() => number) | undefined;
  /** Between 0 and 1; `Math.random` where undefined. */
  readonly random?: (() => number) | undefined;
  /** Why a part of it is left out: `it writes faster than is shown`. */
  readonly tooFast: string;
}

/** How a log that is read over several connections becomes lines and notes, whatever it is of and however it is read. */
export class LineFeed implements Disposable {
  readonly #options: LineFeedOptions;
  readonly #lines: LineAssembler;
  readonly #pace: Pace;
  readonly #backoff: Backoff;
  readonly #waits: Backoff;
  #progress: Progress;
  #openLine: Disposable | undefined;
  #told: 'waiting' | 'lost' | undefined;
  #failures = 0;
  /** In a row, without data between. */
  #beats = 0;
  /** How much is being left out, since it is written too fast. */
  #leftOutBytes: number | undefined;

  constructor(options: LineFeedOptions) {
    const { source, clock, shares = () => 1, random = Math.random } = options;
    this.#options = options;
    this.#lines = new LineAssembler(source);
    this.#pace = new Pace(clock, shares);
    this.#progress = new Progress(clock);
    this.#backoff = new Backoff({ baseMs: 500, capMs: 15_000, random });
    this.#waits = new Backoff({ baseMs: 200, capMs: 5000, random });
  }

  /** Attempts in a row that brought nothing. */
  get failures(): number {
    return this.#failures;
  }

  /** What is read has been old for a while. */
  get isBehind(): boolean {
    return this.#progress.isBehind;
  }

  /** It was seen how far behind it is: it is given time. */
  excuse(): void {
    this.#progress.excuse();
  }

  /** A new connection: what was written during a break is read to its end, however much it is. */
  begin(): void {
    this.#progress = new Progress(this.#options.clock);
    this.#beats = 0;
  }

  /** Something came, so that it can be read. */
  async works(): Promise<void> {
    const wasLost = this.#told === 'lost';
    this.#failures = 0;
    this.#told = undefined;
    this.#backoff.reset();
    this.#waits.reset();
    if (wasLost) await this.say('resumed', `Reading ${this.#options.name} again`);
  }

  /** An attempt brought nothing. A line that was cut by the break is not shown as if it stopped there. */
  fails(): void {
    this.#failures += 1;
    this.#openLine?.dispose();
  }

  /** How long to wait for what is not there yet. */
  waitMs(): number {
    return this.#waits.next();
  }

  /** How long to wait after a loss, as the server asks for it. */
  lossMs(error: unknown): number {
    return Math.max(isNomadError(error) ? (error.retryAfterMs ?? 0) : 0, this.#backoff.next());
  }

  /** A heartbeat: after the second one in a row there was nothing more to be read. */
  beat(): void {
    this.#beats += 1;
    if (this.#beats > 1) this.#progress.atEnd();
  }

  /** @param frameBytes of what was sent, of which `data` may be a part */
  async push(position: LogPosition, data: Uint8Array, frameBytes: number): Promise<void> {
    const { clock, take } = this.#options;
    this.#beats = 0;
    this.#progress.frame(position.file, frameBytes);
    if (this.#progress.caughtUp && !this.#pace.allows(data.byteLength)) {
      if (this.#leftOutBytes === undefined) await this.breakOff();
      this.#leftOutBytes = (this.#leftOutBytes ?? 0) + data.byteLength;
      return;
    }
    await this.#sayLeftOut();
    const lines = this.#lines.push(position, data, clock.now());
    this.#watchOpenLine();
    if (lines.length > 0) await take(lines);
  }

  /** What comes next most likely begins within a line, which is left out. */
  skip(): void {
    this.#lines.skip();
  }

  /** Leaves out so much, which was not even read. */
  async leaveOut(bytes: number): Promise<void> {
    this.#leftOutBytes = bytes;
    await this.#sayLeftOut();
  }

  /** Gives what there is of a line before something else is said. */
  async breakOff(): Promise<void> {
    const { clock, take } = this.#options;
    this.#closeLine();
    await this.#sayLeftOut();
    const line = this.#lines.flush(clock.now(), true);
    this.#lines.restart();
    if (line !== undefined) await take([line]);
  }

  /** Says it once, until something else happens. */
  async tellOnce(kind: 'waiting' | 'lost', text: string): Promise<void> {
    if (this.#told === kind) return;
    this.#told = kind;
    await this.say(kind, text);
  }

  async say(kind: LogNoteKind, text: string, more: Partial<LogNote> = {}): Promise<void> {
    const { source, clock, take } = this.#options;
    const note: LogEntry = { kind, source, atMs: clock.now(), ...more, text };
    await take([note]);
  }

  dispose(): void {
    this.#closeLine();
  }

  async #sayLeftOut(): Promise<void> {
    const bytes = this.#leftOutBytes;
    if (bytes === undefined) return;
    this.#leftOutBytes = undefined;
    this.#lines.skip();
    const { name, tooFast } = this.#options;
    await this.say('gap', `${sizeText(bytes)} of ${name} left out, since ${tooFast}`, { bytes });
  }

  #watchOpenLine(): void {
    this.#closeLine();
    if (!this.#lines.hasRest) return;
    const { clock, take } = this.#options;
    this.#openLine = clock.timer(openLineMs, () => {
      this.#openLine = undefined;
      const line = this.#lines.flush(clock.now());
      if (line !== undefined) void take([line]);
    });
  }

  #closeLine(): void {
    this.#openLine?.dispose();
    this.#openLine = undefined;
  }
}
