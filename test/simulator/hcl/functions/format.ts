import { toJson } from './json.ts';
import { isList, isMap, toNumber, toText, type Value } from '../values.ts';

const verb = /%(?:\[(\d+)\])?([-+ 0#]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g;

/** What `format` makes of a text with Go's verbs. Throws when there are too few arguments. */
export function format(spec: string, args: readonly Value[]): string {
  let next = 0;
  return spec.replace(
    verb,
    (
      whole,
      index: string | undefined,
      flags: string,
      width: string | undefined,
      precision: string | undefined,
      letter: string,
      at: number,
    ) => {
      if (letter === '%') return '%';
      if (index !== undefined) next = Number(index) - 1;
      const value = args[next];
      next += 1;
      if (value === undefined)
        throw new Error(
          `not enough arguments for "${whole}" at ${String(at)}: need index ${String(next)} but have ${String(args.length)} total`,
        );
      return pad(convert(letter, value, flags, precision), flags, width);
    },
  );
}

function convert(letter: string, value: Value, flags: string, precision: string | undefined): string {
  const digits = precision === undefined ? undefined : Number(precision);
  switch (letter) {
    case 'd':
      return signed(Math.trunc(toNumber(value)), flags, (number) => toText(number));
    case 'f':
      return signed(toNumber(value), flags, (number) => number.toFixed(digits ?? 6));
    case 'e':
      return toNumber(value).toExponential(digits ?? 6);
    case 'x':
    case 'X': {
      const hex = typeof value === 'string' ? Buffer.from(value).toString('hex') : toNumber(value).toString(16);
      return letter === 'X' ? hex.toUpperCase() : hex;
    }
    case 'o':
      return toNumber(value).toString(8);
    case 'b':
      return toNumber(value).toString(2);
    case 'q':
      return JSON.stringify(toText(value));
    case 't':
      return toText(value);
    case 's':
      return digits === undefined ? toText(value) : toText(value).slice(0, digits);
    default:
      return value === null ? 'null' : isList(value) || isMap(value) ? toJson(value) : toText(value);
  }
}

function signed(value: number, flags: string, write: (value: number) => string): string {
  const text = write(value);
  if (value < 0) return text;
  return flags.includes('+') ? `+${text}` : flags.includes(' ') ? ` ${text}` : text;
}

function pad(text: string, flags: string, width: string | undefined): string {
  if (width === undefined) return text;
  if (flags.includes('-')) return text.padEnd(Number(width));
  if (!flags.includes('0')) return text.padStart(Number(width));
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  return sign + text.slice(sign.length).padStart(Number(width) - sign.length, '0');
}
