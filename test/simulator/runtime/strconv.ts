/** A value, or the text with which Nomad refuses it. */
export type Parsed<T> = { value: T; error?: undefined } | { value?: undefined; error: string };

const truths = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const falsehoods = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);
const unitMs: Record<string, number> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Reads a boolean with Nomad's words for it. */
export function parseBool(text: string): Parsed<boolean> {
  if (truths.has(text)) return { value: true };
  if (falsehoods.has(text)) return { value: false };
  return { error: `strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax` };
}

/** Reads a decimal integer. */
export function parseInteger(text: string): Parsed<number> {
  if (/^[+-]?\d+$/.test(text)) return { value: Number(text) };
  return { error: `strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax` };
}

/** Reads a duration such as `1m30s` into milliseconds; an empty text is 0. */
export function parseDuration(text: string): Parsed<number> {
  if (text === '' || text === '0') return { value: 0 };
  if (!/^([\d.]+(ns|us|µs|ms|s|m|h))+$/.test(text)) return { error: `time: invalid duration ${JSON.stringify(text)}` };
  let totalMs = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g)) {
    totalMs += Number(amount) * (unitMs[unit ?? ''] ?? 0);
  }
  return { value: totalMs };
}
