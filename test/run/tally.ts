import { existsSync, readFileSync } from 'node:fs';

/** What a layer of tests, or a check, came to. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** The names of what failed, as far as it has any. */
  readonly failures?: readonly string[];
}

export const nothing: Tally = { passed: 0, failed: 0, skipped: 0 };

export function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (total, { passed, failed, skipped, failures = [] }) => ({
      passed: total.passed + passed,
      failed: total.failed + failed,
      skipped: total.skipped + skipped,
      failures: [...(total.failures ?? []), ...failures],
    }),
    nothing,
  );
}

/** `3 passed, 1 failed`, with the skipped ones only when there are some. */
export function describeTally({ passed, failed, skipped }: Tally): string {
  const counts = `${String(passed)} passed, ${String(failed)} failed`;
  return skipped > 0 ? `${counts}, ${String(skipped)} skipped` : counts;
}

/**
 * Reads what the reporter counted and holds it against the exit code, because a layer that crashed, or that found no
 * test at all, has failed even if no single test did.
 */
export function readTally(file: string, exitCode: number): { tally: Tally; trouble?: string } {
  if (!existsSync(file)) {
    return failedFor('ended before its tests had run');
  }
  const tally = JSON.parse(readFileSync(file, 'utf8')) as Tally;
  if (tally.passed + tally.failed + tally.skipped === 0) {
    return failedFor('found no tests');
  }
  if (exitCode !== 0 && tally.failed === 0) {
    return failedFor(`ended with exit code ${String(exitCode)} although every test passed`, tally);
  }
  return { tally };
}

function failedFor(trouble: string, tally: Tally = nothing): { tally: Tally; trouble: string } {
  return { tally: { ...tally, failed: 1, failures: [trouble] }, trouble };
}
