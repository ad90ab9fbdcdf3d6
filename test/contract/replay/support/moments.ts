import { readFileSync, writeFileSync } from 'node:fs';
import type { FakeClock } from '../../../support/fakeClock.ts';

type Times = Record<string, Record<string, number>>;

/** With this set the moments are looked for anew, and written down. */
const isSearching = process.env['FIND_MOMENTS'] === '1';
const longestMs = 40_000;

const fileOf = (version: string) => new URL(`../../../recorded/replay/${version}/moments.json`, import.meta.url);

/**
 * How long after the one before each step of a recording was made, where that tells in the answer, in milliseconds. The
 * recordings do not say, so FIND_MOMENTS=1 looks for the first moment at which the answer is like the recorded one; from
 * then on a step is asked at that moment, and once.
 */
export class Moments {
  readonly #version: string;
  readonly #name: string;
  readonly #times: Readonly<Record<string, number>>;
  readonly #found: Record<string, number> = {};
  readonly #seen = new Map<string, number>();

  constructor(version: string, name: string) {
    this.#version = version;
    this.#name = name;
    this.#times = isSearching ? {} : (read(version)[name] ?? {});
  }

  /** How a step differs at its moment, one line each. */
  async at(
    step: string,
    clock: FakeClock,
    compare: () => Promise<string[]>,
    isListed: (line: string) => boolean,
    isOnce: boolean,
  ): Promise<string[]> {
    const nth = this.#seen.get(step) ?? 0;
    this.#seen.set(step, nth + 1);
    const name = nth === 0 ? step : `${step} (${String(nth + 1)})`;
    await clock.advance(this.#times[name] ?? 0);
    if (!isSearching) return compare();
    return this.#search(name, clock, compare, isListed, isOnce);
  }

  async #search(
    name: string,
    clock: FakeClock,
    compare: () => Promise<string[]>,
    isListed: (line: string) => boolean,
    isOnce: boolean,
  ): Promise<string[]> {
    const begin = clock.now();
    const tried = async () => compare().catch((error: unknown) => [`failed: ${String(error)}`]);
    let first: string[] | undefined;
    for (;;) {
      const at = clock.now();
      const lines = await tried();
      first ??= lines;

      if (lines.every(isListed)) {
        if (at > begin) this.#write(name, at - begin);
        return lines;
      }
      if (isOnce && !lines.some((line) => line.startsWith('failed: '))) return lines;
      const next = clock.nextMs ?? Infinity;
      if (next > begin + longestMs) return first;
      await clock.advance(next - clock.now());
    }
  }

  #write(name: string, ms: number): void {
    this.#found[name] = ms;
    const all = { ...read(this.#version), [this.#name]: this.#found };
    const sorted = Object.fromEntries(Object.entries(all).sort(([one], [other]) => (one < other ? -1 : 1)));
    writeFileSync(fileOf(this.#version), `${JSON.stringify(sorted, undefined, 2)}\n`);
  }
}

function read(version: string): Times {
  try {
    return JSON.parse(readFileSync(fileOf(version), 'utf8')) as Times;
  } catch (error) {
    if (isSearching && (error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
