import { lineText, wholeCharacters } from '../logs/lineText.ts';
import type { Output } from './keptBytes.ts';

/** More of what is no text is of no use in an editor. */
const maxHexBytes = 4096;
const hexWidth = 16;
const newline = 0x0a;

/**
 * An output as lines for an editor: as text, where nothing is left that a terminal would carry out, or in hex where it has
 * NULs in it. What was not kept is a line that says how much it is.
 */
export function outputLines(output: Output): readonly string[] {
  const { head, tail, missingBytes, totalBytes } = output;
  if (head.includes(0) || tail.includes(0)) return hexLines(output);
  if (missingBytes === 0) return textLines(head);
  const end = tail.subarray(firstCharacter(tail));
  const begin = head.subarray(0, wholeCharacters(head, head.byteLength));
  return [...textLines(begin), gap(totalBytes - begin.byteLength - end.byteLength), ...textLines(end)];
}

function textLines(bytes: Buffer): string[] {
  const lines: string[] = [];
  let from = 0;
  while (from < bytes.byteLength) {
    const at = bytes.indexOf(newline, from);
    const end = at === -1 ? bytes.byteLength : at;
    lines.push(lineText(bytes.subarray(from, end)).text);
    from = end + 1;
  }
  return lines;
}

function gap(bytes: number): string {
  return `… ${bytesWords(bytes)} are left out here …`;
}

/** `1,234 bytes`, `1 byte` */
export function bytesWords(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'byte' : 'bytes'}`;
}

function hexLines({ head, totalBytes, hash }: Output): string[] {
  const shown = head.subarray(0, maxHexBytes);
  const lines = [`No text, SHA-256 ${hash}`];
  for (let at = 0; at < shown.byteLength; at += hexWidth) {
    const row = shown.subarray(at, at + hexWidth);
    const hex = [...row].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const ascii = [...row].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${at.toString(16).padStart(8, '0')}  ${hex.padEnd(hexWidth * 3)} ${ascii}`);
  }
  const rest = totalBytes - shown.byteLength;
  return rest === 0 ? lines : [...lines, gap(rest)];
}

/** Where the first whole character begins, in bytes that may start in the middle of one. */
function firstCharacter(bytes: Buffer): number {
  for (let at = 0; at < Math.min(3, bytes.byteLength); at += 1) {
    if (((bytes[at] ?? 0) & 0xc0) !== 0x80) return at;
  }
  return Math.min(3, bytes.byteLength);
}
