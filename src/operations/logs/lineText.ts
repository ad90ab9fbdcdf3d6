import { isAscii, isUtf8 } from 'node:buffer';
import { printable } from '../../base/plain.ts';

/** What can be shown of the bytes of a line. */
export interface LineText {
  readonly text: string;
  /** There are NULs in it, so it is no text. */
  readonly binary: boolean;
}

/** Nearly all lines have nothing of this. To look for it is quicker than to match all the rest. */
const harmful = /[^\t -~]/;

/**
 * What a terminal would carry out: colours and cursor moves, window titles and other strings, changes of the character
 * set; and, at the end of the text, the start of one.
 */
const sequences =
  // eslint-disable-next-line no-control-regex -- finding them is the point
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*(?:[@-~]|$)|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)|\u001b[ -/]*(?:[0-~]|$)/gu;

// eslint-disable-next-line no-control-regex -- finding them is the point
const controls = /[\u0000-\u0008\u000a-\u001f\u007f]/g;

/** For what is older than UTF-8. Its Latin-1 is that of Windows, which has letters where there would be controls. */
const latin = new TextDecoder('latin1');
const firstPicture = 0x2400;
const pictureOfDelete = '\u2421';
/** Of what is no text, more is of no use. */
const maxBinaryBytes = 1024;

/**
 * Reads the bytes of one line as UTF-8, or as Latin-1 where they hold nothing of UTF-8; of a line with both, what is not
 * UTF-8 is replaced. Nothing that a terminal or an editor would carry out is left. Never throws.
 */
export function lineText(bytes: Buffer): LineText {
  if (isAscii(bytes)) {
    const text = bytes.toString('latin1');
    if (!harmful.test(text)) return { text, binary: false };
  }
  if (bytes.includes(0)) return { text: pictures(decoded(bytes.subarray(0, maxBinaryBytes))), binary: true };
  return { text: safeText(lastState(decoded(bytes))), binary: false };
}

/** The text of lines that hold nothing but printable ASCII and tabs. */
export function plainText(bytes: Buffer): string | undefined {
  return isPlain(bytes) ? bytes.toString('latin1') : undefined;
}

/** Four bytes at a time, which takes a fifth of what a regular expression does: all of a log comes through here. */
function isPlain(bytes: Buffer): boolean {
  const lead = Math.min(bytes.length, (4 - (bytes.byteOffset % 4)) % 4);
  const count = Math.floor((bytes.length - lead) / 4);
  if (count === 0) return arePlain(bytes, 0, bytes.length);
  if (!arePlain(bytes, 0, lead) || !arePlain(bytes, lead + count * 4, bytes.length)) return false;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + lead, count);
  for (let at = 0; at < count; at += 1) {
    const word = words[at] ?? 0;
    // The high bit of each byte is set where the byte is no ASCII, below a space, or 0x7f; of some others by a carry.
    const odd = word | (word - 0x20202020) | ((word ^ 0x7f7f7f7f) - 0x01010101);
    if ((odd & 0x80808080) !== 0 && !arePlain(bytes, lead + at * 4, lead + at * 4 + 4)) return false;
  }
  return true;
}

function arePlain(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] ?? 0;
    if ((byte < 0x20 && byte !== 0x0a && byte !== 0x09) || byte > 0x7e) return false;
  }
  return true;
}

/** Text from outside for a line of an editor: tabs stay, escape sequences and other controls go. */
export function safeText(text: string): string {
  if (!harmful.test(text)) return text;
  return text.replace(sequences, '').split('\t').map(printable).join('\t');
}

/** What a terminal would be left with, after progress that was written over and over: what follows the last return. */
function lastState(text: string): string {
  if (!text.includes('\r')) return text;
  return text.split('\r').findLast((state) => state !== '') ?? '';
}

function decoded(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  const text = bytes.toString('utf8');
  // Letters beyond ASCII that were understood: a stray byte doesn't make the rest Latin-1.
  return /[\u0080-\ufffc\u{10000}-\u{10ffff}]/u.test(text) ? text : latin.decode(bytes);
}

function pictures(text: string): string {
  const shown = text.replace(controls, (one) => {
    return one === '\u007f' ? pictureOfDelete : String.fromCodePoint(firstPicture + one.charCodeAt(0));
  });
  return printable(shown);
}

/** How many of the first `length` bytes make whole characters, where a character of UTF-8 may be cut at their end. */
export function wholeCharacters(bytes: Uint8Array, length: number): number {
  for (let back = 1; back <= Math.min(3, length); back += 1) {
    const byte = bytes[length - back] ?? 0;
    if (byte < 0x80) return length;
    if (byte < 0xc0) continue;
    const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return size > back ? length - back : length;
  }
  return length;
}

/** Longer sequences, as of links, are shown as far as they came. */
const longestSequence = 512;

/** A sequence of {@link sequences} whose end has not come. */
// eslint-disable-next-line no-control-regex -- finding them is the point
const begunSequence = /\u001b(?:\[[0-?]*[ -/]*|[\]PX^_][^\u0007\u001b]*\u001b?|[ -/]*)$/;

/** How many of the first `length` bytes end before an escape sequence that may go on behind them. */
export function wholeSequences(bytes: Uint8Array, length: number): number {
  const from = Math.max(0, length - longestSequence);
  const end = Buffer.from(bytes.buffer, bytes.byteOffset + from, length - from);
  if (!end.includes(0x1b)) return length;
  const found = begunSequence.exec(end.toString('latin1'));
  return found === null ? length : from + found.index;
}
