import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { runCommand } from '../run/command.ts';

export type Unit = 'kB' | 'MB' | 'ms' | 'MB/s' | '×' | 'requests' | 'rows';

/** One measured number; without a value where this machine can't tell it. */
export interface Figure {
  /** `group.what`, the key of its budget. */
  readonly name: string;
  readonly unit: Unit;
  readonly value?: number;
  /** Why there is no value. */
  readonly skipped?: string;
}

/** Figures that are measured together. */
export interface Bench {
  readonly name: string;
  run(): Promise<readonly Figure[]>;
}

/** Medians over all rounds. */
export interface Comparison {
  readonly ms: number;
  /** How many times as long as the base in the same round. */
  readonly ratio: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** Milliseconds of one run. */
async function timed(work: () => unknown): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

/** Runs both in turn, now one first and now the other, so that whatever else the machine does slows both alike. */
export async function compare(rounds: number, work: () => unknown, base: () => unknown): Promise<Comparison> {
  const times: number[] = [];
  const ratios: number[] = [];
  await base();
  await work();
  for (let round = 0; round < rounds; round += 1) {
    const first = await timed(round % 2 === 0 ? base : work);
    const second = await timed(round % 2 === 0 ? work : base);
    const [baseMs, ms] = round % 2 === 0 ? [first, second] : [second, first];
    times.push(ms);
    ratios.push(ms / baseMs);
  }
  return { ms: median(times), ratio: median(ratios) };
}

/** How long this machine takes at the moment to start Node and end it again: a yardstick for what starts only once. */
export async function nodeStartMs(): Promise<number> {
  const { code, seconds } = await runCommand(process.execPath, ['-e', '']);
  if (code !== 0) throw new Error('Node could not be started.');
  return seconds * 1000;
}

/** What is held on the heap, without what is only waiting to be collected. */
export function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}
