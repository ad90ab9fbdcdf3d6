import { createHash } from 'node:crypto';

/** The bytes of an output: whole, or its begin and its end with a gap of known length between. */
export interface Output {
  readonly head: Buffer;
  /** Empty where nothing is missing. */
  readonly tail: Buffer;
  readonly missingBytes: number;
  readonly totalBytes: number;
  /** SHA-256 of all of it, the missing part too, in hex. */
  readonly hash: string;
}

/** Takes an output of any length and keeps no more than `limitBytes` of it: half of that from its begin, half from its end. */
export class KeptBytes {
  readonly #half: number;
  readonly #hash = createHash('sha256');
  readonly #head: Buffer[] = [];
  #tail: Buffer[] = [];
  #headBytes = 0;
  #tailBytes = 0;
  #totalBytes = 0;

  constructor(limitBytes: number) {
    this.#half = Math.max(1, Math.floor(limitBytes / 2));
  }

  push(data: Uint8Array): void {
    this.#hash.update(data);
    this.#totalBytes += data.byteLength;
    const first = data.subarray(0, this.#half - this.#headBytes);
    const rest = data.subarray(first.byteLength);
    // Copies, since a part of a larger buffer would hold all of it.
    if (first.byteLength > 0) this.#head.push(Buffer.from(first));
    this.#headBytes += first.byteLength;
    if (rest.byteLength === 0) return;
    this.#tail.push(Buffer.from(rest));
    this.#tailBytes += rest.byteLength;
    // Joined now and then, so that tiny parts don't cost more than what is in them.
    if (this.#tailBytes > 2 * this.#half || this.#tail.length > 4096) this.#trim();
  }

  #trim(): void {
    const all = Buffer.concat(this.#tail);
    const last = all.byteLength > this.#half ? Buffer.from(all.subarray(-this.#half)) : all;
    this.#tail = [last];
    this.#tailBytes = last.byteLength;
  }

  /** To be called once. */
  end(): Output {
    this.#trim();
    const head = Buffer.concat(this.#head);
    const tail = this.#tail[0] ?? Buffer.alloc(0);
    const missingBytes = this.#totalBytes - head.byteLength - tail.byteLength;
    const hash = this.#hash.digest('hex');
    const kept = { missingBytes, totalBytes: this.#totalBytes, hash };
    return missingBytes > 0
      ? { ...kept, head, tail }
      : { ...kept, head: Buffer.concat([head, tail]), tail: Buffer.alloc(0) };
  }
}
