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
