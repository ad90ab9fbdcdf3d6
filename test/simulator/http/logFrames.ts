import type { Clock } from '../../../src/base/clock.ts';
import type { Disposable } from '../../../src/base/lifetime.ts';

const frameBytes = 1024;
const flushMs = 200;
const heartbeatMs = 1000;

/** Puts the lines of a log into frames: full ones at once, and what is left over every now and then. */
export class LogFrames implements Disposable {
  readonly #clock: Clock;
  readonly #send: (data: Buffer, offset: number) => void;
  readonly #timers = new Map<() => void, Disposable>();
  #rest = Buffer.alloc(0);
  /** Where in the present batch the rest begins. */
  #offset = 0;

  constructor(clock: Clock, send: (data: Buffer, offset: number) => void, beat: () => void) {
    this.#clock = clock;
    this.#send = send;
    this.#every(flushMs, () => {
      this.#flush();
    });
    this.#every(heartbeatMs, beat);
  }

  add(text: string): void {
    this.#rest = Buffer.concat([this.#rest, Buffer.from(text)]);
    while (this.#rest.length >= frameBytes) this.#take(frameBytes);
  }

  dispose(): void {
    for (const timer of this.#timers.values()) timer.dispose();
    this.#timers.clear();
  }

  #every(ms: number, run: () => void): void {
    const timer = this.#clock.timer(ms, () => {
      this.#every(ms, run);
      run();
    });
    this.#timers.set(run, timer);
  }

  #flush(): void {
    if (this.#rest.length > 0) this.#take(this.#rest.length);
    this.#offset = 0;
  }

  #take(bytes: number): void {
    this.#send(this.#rest.subarray(0, bytes), this.#offset);
    this.#rest = this.#rest.subarray(bytes);
    this.#offset += bytes;
  }
}
