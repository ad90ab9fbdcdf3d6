import { printable } from '../../base/plain.ts';
import type { WireTime } from '../../nomad/types/open.ts';

/** The fields of `fields` that have a value, so that spreading them over a record hides nothing that is known. */
export function present<T extends object>(fields: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  // Called several times per event; a loop takes a third of the time of `Object.entries`.
  const kept: Record<string, unknown> = {};
  for (const name of Object.keys(fields)) {
    const value = (fields as Record<string, unknown>)[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept as { [Name in keyof T]?: Exclude<T[Name], undefined> };
}

/** The last moment that a date can hold, in milliseconds since the epoch. */
const lastMomentMs = 8.64e15;

/** Nanoseconds since the epoch as milliseconds; nothing for zero and for what no date can hold. */
export function millisecondsOf(nanoseconds: unknown): number | undefined {
  if (typeof nanoseconds !== 'number' || !(nanoseconds > 0)) return undefined;
  const ms = Math.floor(nanoseconds / 1e6);
  return ms <= lastMomentMs ? ms : undefined;
}

/** A moment of the wire as milliseconds since the epoch; nothing for Go's zero time in either of its spellings. */
export function timeOf(time: WireTime | null | undefined): number | undefined {
  if (typeof time !== 'string' || time === '' || time.startsWith('0001-')) return undefined;
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? undefined : ms;
}

/** A text that must be there; empty for whatever else a server sent. */
export function textIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/**
 * A number of things. What can't be one is none: some agents count below zero, which their unsigned numbers spell as one
 * near 2^64.
 */
export function countIn(value: unknown): number {
  return Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : 0;
}

/** A flag; off for whatever else a server sent. */
export function flagIn(value: unknown): boolean {
  return value === true;
}

/** The items of a list; none for whatever else a server sent. Items that are no objects are left out. */
export function objectsIn<T extends object>(value: readonly (T | null)[] | null | undefined): readonly T[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly unknown[]).filter((item): item is T => typeof item === 'object' && item !== null);
}

/** The fields of an object that are objects themselves, by name and in the order of their names. */
export function entriesIn<T extends object>(value: Record<string, T | null> | null | undefined): [string, T][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value as Record<string, unknown>)
    .filter((entry): entry is [string, T] => typeof entry[1] === 'object' && entry[1] !== null)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The texts of a list. */
export function textsIn(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly unknown[]).filter((item) => typeof item === 'string');
}

/** A message without what its addresses may give away: user names, passwords and queries, where artifacts keep their keys. */
export function withoutSecrets(message: string): string {
  if (!message.includes('://')) return message;
  return message
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s"'`/@]*@/gi, '$1…@')
    .replace(/\b([a-z][a-z0-9+.:-]*:\/\/[^\s"'`?#]*)\?[^\s"'`]*/gi, '$1?…');
}

/** One line of text that a server sent, fit to be shown. */
export function clean(text: string): string {
  return printable(textIn(text)).trim();
}
