import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dealOut } from './dealOut.ts';
import { root } from './paths.ts';
import { sum } from './tally.ts';
import type { Tally } from './tally.ts';
import { Turns } from './turns.ts';

/** How many run at once. They mostly wait for times that jobs ask for, so it is no matter how many cores there are. */
const atOnce = 3;

/** Seconds that files take which take long, by their names without `.test.ts`; the others take about two. Nothing but the wall time hangs on it. */
const longest: Readonly<Record<string, number>> = {
  ...{
    replay: 80,
    followLogsBreaks: 35,
    portForward: 15,
    commands: 12,
    streams: 11,
    execFloods: 10,
    acl: 8,
    paging: 8,
  },
  ...{
    followLogs: 7,
    allocationState: 7,
    blocking: 7,
    runCommand: 6,
    jobs: 6,
    followLogsMore: 6,
    crashLoops: 6,
    login: 5,
  },
  ...{ allocations: 5, exec: 5, files: 5 },
};

type Print = (text: string) => void;
type RunFiles = (files: readonly string[], env: NodeJS.ProcessEnv, print: Print) => Promise<Tally>;

/** Runs the contract's files in several processes side by side, each of which is told as a whole. */
export async function runSideBySide(runFiles: RunFiles, print: Print): Promise<Tally> {
  const shares = mkdtempSync(join(tmpdir(), 'nomad-shares-'));
  const files = globSync('test/contract/**/*.test.ts', { cwd: root }).sort();
  const secondsOf = (file: string) => longest[/(\w+)\.test\.ts$/.exec(file)?.[1] ?? ''] ?? 2;
  const turns = new Turns(print);
  const run = async (share: readonly string[]) => {
    const turn = turns.take();
    try {
      return await runFiles(share, { CONTRACT_SHARES: shares }, turn.write);
    } finally {
      turn.end();
    }
  };
  try {
    return sum(await Promise.all(dealOut(files, secondsOf, atOnce).map(run)));
  } finally {
    rmSync(shares, { recursive: true });
  }
}
