import type { ServerResponse } from 'node:http';

/** The most bytes of data that one frame carries. */
export const frameBytes = 64 * 1024;

/** Thrown where a stream has nobody left to write to. */
export class StreamEnded extends Error {
  override readonly name = 'StreamEnded';
}

/** Writes to a response, waiting while its buffers are full; throws {@link StreamEnded} when it is gone. */
export async function writeOut(response: ServerResponse, data: Buffer | string, signal: AbortSignal): Promise<void> {
  if (signal.aborted || response.destroyed || response.writableEnded) throw new StreamEnded();
  if (response.write(data)) return;
  await new Promise<void>((resolve, reject) => {
    const settle = () => {
      response.off('drain', settle);
      response.off('close', settle);
      signal.removeEventListener('abort', settle);
      if (signal.aborted || response.destroyed) reject(new StreamEnded());
      else resolve();
    };
    response.on('drain', settle);
    response.on('close', settle);
    signal.addEventListener('abort', settle);
  });
}

/**
 * Packs what is read of files into Nomad's frames: JSON objects one after the other, nothing between them.
 *
 * The offset counts as Nomad's does: it is the place after the first read that went into a frame, plus whole frames.
 */
export class FrameWriter {
  readonly #write: (data: Buffer | string) => Promise<void>;
  readonly #plain: boolean;
  #buffered: Buffer = Buffer.alloc(0);
  #frame: { file: string; event: string; offset: number } | undefined;

  constructor(write: (data: Buffer | string) => Promise<void>, plain: boolean) {
    this.#write = write;
    this.#plain = plain;
  }

  async add(file: string, event: string, data: Buffer, offset: number): Promise<void> {
    if (this.#frame !== undefined && (this.#frame.file !== file || this.#frame.event !== event)) await this.flush();
    const frame = (this.#frame ??= { file, event, offset });
    this.#buffered = Buffer.concat([this.#buffered, data]);
    if (this.#buffered.length === 0 && event !== '') await this.#send(this.#buffered, frame);
    while (this.#buffered.length >= frameBytes) {
      const part = this.#buffered.subarray(0, frameBytes);
      this.#buffered = this.#buffered.subarray(frameBytes);
      await this.#send(part, frame);
      frame.offset += part.length;
    }
  }

  /** Sends what is buffered; an empty frame after one that went out whole, as Nomad does. */
  async flush(): Promise<void> {
    const frame = this.#frame;
    const rest = this.#buffered;
    this.#frame = undefined;
    this.#buffered = Buffer.alloc(0);
    if (frame !== undefined) await this.#send(rest, frame);
  }

  /** Sends what is left of the data. */
  async end(): Promise<void> {
    if (this.#buffered.length > 0) await this.flush();
    this.#frame = undefined;
  }

  /** Says that the stream lives. */
  async heartbeat(): Promise<void> {
    if (!this.#plain) await this.#write('{}');
  }

  async #send(data: Buffer, frame: { file: string; event: string; offset: number }): Promise<void> {
    if (this.#plain) {
      if (data.length > 0) await this.#write(data);
      return;
    }
    // Nomad leaves out every field that is empty.
    await this.#write(
      JSON.stringify({
        ...(data.length > 0 && { Data: data.toString('base64') }),
        ...(frame.file !== '' && { File: frame.file }),
        ...(frame.event !== '' && { FileEvent: frame.event }),
        ...(frame.offset !== 0 && { Offset: frame.offset }),
      }),
    );
  }
}
