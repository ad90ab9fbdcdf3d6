import { writeSync } from 'node:fs';
import type { IPty } from '@lydell/node-pty';
import { systemClock } from '../../../src/base/clock.ts';
import type { Disposable } from '../../../src/base/lifetime.ts';

/** How much a terminal is given at once; the buffer of one holds as much. */
const pieceBytes = 4096;
/** Nothing tells when a full terminal takes input again, so it is tried again this much later. */
const retryMs = 5;

/**
 * What is typed into a terminal, in order. The library's own writing waits until the program has read, and all of this
 * process with it: for ever where the program waits until its output is read.
 */
export class TerminalInput implements Disposable {
  readonly #terminal: IPty;
  readonly #onDrained: () => void;
  readonly #waiting: Buffer[] = [];
  #retry: Disposable | undefined;

  /** @param onDrained called when all is written that had to wait */
  constructor(terminal: IPty, onDrained: () => void) {
    this.#terminal = terminal;
    this.#onDrained = onDrained;
  }

  /** False where it has to wait. */
  write(data: Buffer): boolean {
    this.#waiting.push(data);
    if (this.#retry === undefined) this.#flush();
    return this.#waiting.length === 0;
  }

  dispose(): void {
    this.#retry?.dispose();
    this.#waiting.length = 0;
  }

  #flush(): void {
    this.#retry = undefined;
    for (let [data] = this.#waiting; data !== undefined; [data] = this.#waiting) {
      const written = this.#take(data);
      if (written < data.length) this.#waiting[0] = data.subarray(written);
      else this.#waiting.shift();
      if (written === 0 && data.length > 0) {
        this.#retry = systemClock.timer(retryMs, () => {
          this.#flush();
          if (this.#waiting.length === 0) this.#onDrained();
        });
        return;
      }
    }
  }

  /** How much of `data` the terminal takes now. What a terminal whose program has ended does not take is dropped. */
  #take(data: Buffer): number {
    const { fd } = this.#terminal as IPty & { readonly fd?: number };
    if (fd === undefined) {
      // On Windows there is none, and the library's writing doesn't wait.
      this.#terminal.write(data as unknown as string);
      return data.length;
    }
    try {
      return writeSync(fd, data, 0, Math.min(data.length, pieceBytes));
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EAGAIN' ? 0 : data.length;
    }
  }
}
