import type { Clock } from '../../base/clock.ts';

/** What all logs that are followed together may bring in, in bytes a second, over longer than {@link burstSeconds}. */
const bytesPerSecond = 8 * 1024 * 1024;
/** However many there are, each may bring in so much. */
const leastBytesPerSecond = 512 * 1024;
/** So long a log may be as fast as it likes; after that, what is beyond its share is left out. */
const burstSeconds = 8;
/** A log that was too fast is shown again once it has saved up so much of its burst. */
const resumeShare = 1 / 16;

/** Says when a task writes faster than can be shown, so that it is left out in one piece in place of lagging behind. */
export class Pace {
  readonly #clock: Clock;
  readonly #shares: () => number;
  #saved: number | undefined;
  #atMs = 0;
  #leavesOut = false;

  /** @param shares how many logs share what can be shown */
  constructor(clock: Clock, shares: () => number) {
    this.#clock = clock;
    this.#shares = shares;
  }

  /** Whether so many bytes, which have just come, are to be shown. */
  allows(bytes: number): boolean {
    const perSecond = Math.max(leastBytesPerSecond, bytesPerSecond / Math.max(1, this.#shares()));
    const most = perSecond * burstSeconds;
    const now = this.#clock.now();
    const earned = (Math.max(0, now - this.#atMs) / 1000) * perSecond;
    this.#saved = this.#saved === undefined ? most : Math.min(most, this.#saved + earned);
    this.#atMs = now;
    if (this.#saved < bytes) this.#leavesOut = true;
    else if (this.#saved >= most * resumeShare) this.#leavesOut = false;
    if (!this.#leavesOut) this.#saved -= bytes;
    return !this.#leavesOut;
  }
}

/** A reader that has been behind for so long looks how far it is. */
const behindMs = 5000;
/** What Nomad reads of a file at once. */
const wholeRead = 64 * 1024;

/**
 * Tells whether a reader keeps up, by what comes: a frame that isn't full is all there was, unless it was the end of a file
 * that another follows.
 */
export class Progress {
  readonly #clock: Clock;
  #caughtUp = false;
  #fullSinceMs: number | undefined;
  /** The file of the last frame, where that was not full. */
  #endedIn: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** It was at the end once, so that what comes is new. */
  get caughtUp(): boolean {
    return this.#caughtUp;
  }

  /** What is read has been old for a while: more is written than can be read, or much was at once. */
  get isBehind(): boolean {
    const since = this.#fullSinceMs;
    return this.#caughtUp && since !== undefined && this.#clock.now() - since > behindMs;
  }

  /** It is not so far behind: it is given time. */
  excuse(): void {
    this.#fullSinceMs = this.#clock.now();
  }

  frame(file: number, bytes: number): void {
    if (this.#endedIn === file) this.atEnd();
    if (bytes >= wholeRead) {
      this.#fullSinceMs ??= this.#clock.now();
      this.#endedIn = undefined;
    } else this.#endedIn = file;
  }

  /** There was nothing more to be read. */
  atEnd(): void {
    this.#caughtUp = true;
    this.#fullSinceMs = undefined;
  }
}
