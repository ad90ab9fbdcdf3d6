import type { AnswerSize } from './query.ts';

export interface AnswerLimit {
  /** Of the body, once it is unpacked. */
  readonly maxBytes: number;
  /** Numbers, texts, lists and objects in it. */
  readonly maxValues: number;
}

const mebibyte = 1024 * 1024;

/**
 * What an answer may be at most. A parsed value takes up to 100 bytes, however short its text is, so 32 MiB of `{},`
 * would become most of a gigabyte: both are bounded, before anything is parsed. Nomad's own answers have 15 to 25 bytes a
 * value; a list of 10,000 jobs with 100,000 allocations has 30 MB and 1.5 million values.
 */
export const answerLimits: Readonly<Record<AnswerSize, AnswerLimit>> = {
  object: { maxBytes: 32 * mebibyte, maxValues: 2_000_000 },
  list: { maxBytes: 128 * mebibyte, maxValues: 8_000_000 },
  // Handed on as it is.
  file: { maxBytes: 256 * mebibyte, maxValues: Infinity },
};

/** A line of the event stream, or a frame of another stream. */
export const lineLimit: AnswerLimit = { maxBytes: 16 * mebibyte, maxValues: 2_000_000 };

const comma = 0x2c;
const bracket = 0x5b;
const brace = 0x7b;

/**
 * True if a JSON text may have more than `max` values. Each is the first of its list or object, or follows a comma; those
 * within texts are counted too, which Nomad's answers have few of.
 */
export function mayHoldMoreThan(max: number, json: Uint8Array): boolean {
  if (json.byteLength <= max) return false;
  let count = 1;
  let at = 0;
  // By index, which is several times as fast as an iterator over bytes.
  while (at < json.byteLength && count <= max) {
    const byte = json[at];
    if (byte === comma || byte === bracket || byte === brace) count += 1;
    at += 1;
  }
  return count > max;
}
