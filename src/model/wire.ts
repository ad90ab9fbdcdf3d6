import { printable } from '../base/plain.ts';
import type { WireTime } from '../nomad/types/open.ts';

/** The fields of `fields` that have a value, so that spreading them over a record hides nothing that is known. */
export function present<T extends object>(fields: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as { [Name in keyof T]?: Exclude<T[Name], undefined> };
}

/** Nanoseconds since the epoch as milliseconds; nothing for zero. */
export function millisecondsOf(nanoseconds: number | null | undefined): number | undefined {
  if (typeof nanoseconds !== 'number' || nanoseconds <= 0) return undefined;
  return Math.floor(nanoseconds / 1e6);
}

/** A moment of the wire as milliseconds since the epoch; nothing for Go's zero time in either of its spellings. */
export function timeOf(time: WireTime | null | undefined): number | undefined {
  if (typeof time !== 'string' || time === '' || time.startsWith('0001-')) return undefined;
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Nothing for an empty text: Nomad leaves zero fields out in some answers and sends them in others. */
export function textOf(text: string | null | undefined): string | undefined {
  return text === null || text === '' ? undefined : text;
}

/** One line of text that a server sent, fit to be shown. */
export function clean(text: string): string {
  return printable(text).trim();
}
