import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { sleep, type Clock } from '../../../src/base/clock.ts';
import { frameBytes, type FrameWriter } from './frames.ts';

const tickMs = 100;
const ticksPerFlush = 2;
const ticksPerHeartbeat = 10;

/** The rhythm of a stream that is followed: looks for changes, flushes every 200 ms, a heartbeat every second. */
export class Rhythm {
  readonly #frames: FrameWriter;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  #ticks = 0;

  constructor(frames: FrameWriter, clock: Clock, signal: AbortSignal) {
    this.#frames = frames;
    this.#clock = clock;
    this.#signal = signal;
  }

  /** Waits until it is time to look again; rejects when the stream was aborted. */
  async wait(): Promise<void> {
    await sleep(tickMs, this.#signal, this.#clock);
    this.#ticks += 1;
    if (this.#ticks % ticksPerFlush === 0) await this.#frames.flush();
    if (this.#ticks % ticksPerHeartbeat === 0) await this.#frames.heartbeat();
  }
}

export interface FileStream {
  /** The place on disk. */
  file: string;
  /** The name in the frames. */
  name: string;
  offset: number;
  frames: FrameWriter;
  /** Undefined: end at the end of the file. */
  rhythm?: Rhythm;
  /** True once a newer file has taken over: the stream then ends at the end of this one. */
  superseded?: () => boolean;
}

/** Sends a file from an offset on, and what is added to it while it is followed. */
export async function streamFile({ file, name, offset, frames, rhythm, superseded }: FileStream): Promise<void> {
  let position = offset;
  let event = '';
  let last = rhythm === undefined;
  for (;;) {
    const data = readChunk(file, position);
    if (data === undefined) {
      await frames.add(name, 'file deleted', Buffer.alloc(0), position);
      return;
    }
    position += data.length;
    if (data.length > 0 || event !== '') await frames.add(name, event, data, position);
    event = '';
    if (data.length > 0) continue;
    if (last || rhythm === undefined) return;
    if (superseded?.() === true) {
      // Once more, for what was written between the last read and the rotation.
      last = true;
      continue;
    }
    await rhythm.wait();
    if ((sizeOf(file) ?? position) < position) {
      position = 0;
      event = 'file truncated';
    }
  }
}

/** The size of a file, or undefined when there is none. */
export const sizeOf = (file: string): number | undefined => statSync(file, { throwIfNoEntry: false })?.size;

/** Reads the next bytes; empty at the end, undefined when the file is gone. Files are never kept open. */
function readChunk(file: string, position: number): Buffer | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const buffer = Buffer.alloc(frameBytes);
    return buffer.subarray(0, readSync(descriptor, buffer, 0, frameBytes, position));
  } finally {
    closeSync(descriptor);
  }
}
