/** A whole number of the wire: as a text of digits where a JavaScript number would round it. */
export type ExactInteger = number | string;

/**
 * Parses JSON and keeps whole numbers of 16 and more digits in the named fields exact, as texts. `JSON.parse` rounds
 * numbers above 2^53, which times in nanoseconds are: by up to 128 ns, too little to be seen in milliseconds, but two
 * times that are not the same may become so. A pass over the text costs next to nothing, where a reviver makes parsing
 * seven times as slow.
 *
 * The extension needs none of this: what is newer is told by `CreateIndex`, `ModifyIndex` and `Version`, what is shown
 * is cut to milliseconds, and where it sorts by a time (the runs of a parent, the newest first) it does so by
 * milliseconds, which rounding never puts in another order. For those who compare times, `FullNomadClient.readExact`
 * gives such answers.
 *
 * @param fields names of fields at any depth, such as `SubmitTime`
 * @throws {SyntaxError} for what isn't JSON
 */
export function parseExact(text: string, fields: readonly string[]): unknown {
  const names = fields.map((field) => field.replace(/[^A-Za-z0-9_]/g, '\\$&')).join('|');
  // Within a text every quote follows a backslash, so this finds keys only.
  const field = new RegExp(`([{,]\\s*"(?:${names})"\\s*:\\s*)(-?\\d{16,})(?=\\s*[,}])`, 'g');
  return JSON.parse(fields.length === 0 ? text : text.replace(field, '$1"$2"'));
}

/** Below, at or above 0 as `a` is less than, the same as or more than `b`; exact, whichever form they have. */
export function compareExact(a: ExactInteger, b: ExactInteger): number {
  const difference = BigInt(a) - BigInt(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The highest unsigned 64-bit numbers, after a key: 2^64 is 18446744073709551616. */
const nearTheEnd = /([{,]\s*"[A-Za-z][A-Za-z /-]*"\s*:\s*)(184467440737095[45]\d{4})(?=\s*[,}])/g;

/**
 * Parses JSON whose counts are unsigned and may have fallen below zero: 18446744073709551615 is -1 then. `JSON.parse`
 * would round it to a number that doesn't say how far below.
 *
 * @throws {SyntaxError} for what isn't JSON
 */
export function parseSigned(text: string): unknown {
  // Looking for the digits first costs nothing where there are none, which is nearly always.
  if (!text.includes('184467440737095')) return JSON.parse(text);
  return JSON.parse(text.replace(nearTheEnd, (_, key: string, digits: string) => key + signed(digits)));
}

function signed(digits: string): string {
  return String(BigInt.asIntN(64, BigInt(digits)));
}
