import { interruption, runCommand } from './command.ts';
import { binary } from './paths.ts';
import { sum } from './tally.ts';
import type { Tally } from './tally.ts';

interface Check {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

/** Two lanes that run side by side: lint takes as long as all the others together. */
const lanes: readonly (readonly Check[])[] = [
  [{ name: 'lint', command: [binary('eslint'), '--max-warnings', '0', '.'] }],
  [
    { name: 'format', command: [binary('prettier'), '--check', '--log-level', 'warn', '.'] },
    { name: 'types', command: [binary('tsc'), '-p', '.'] },
    { name: 'unused', command: [binary('knip'), '--no-progress'] },
    { name: 'bundle', command: [process.execPath, 'esbuild.mjs', '--check'] },
    { name: 'manifest', command: [process.execPath, 'test/run/manifest.ts'] },
    { name: 'package', command: [process.execPath, 'test/run/package.ts'] },
  ],
];

/** Runs every check; each counts as one test. What a failing check said is printed. */
export async function runChecks(): Promise<Tally> {
  const tallies = await Promise.all(lanes.map(runLane));
  return sum(tallies.flat());
}

async function runLane(checks: readonly Check[]): Promise<Tally[]> {
  const tallies: Tally[] = [];
  for (const check of checks) {
    if (interruption() === undefined) tallies.push(await runCheck(check));
  }
  return tallies;
}

async function runCheck({ name, command: [program, ...args] }: Check): Promise<Tally> {
  const { code, output, seconds } = await runCommand(program, args);
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(10)} ${seconds.toFixed(1)} s`);
  if (code === 0) return { passed: 1, failed: 0, skipped: 0 };
  console.log(output.trimEnd());
  return { passed: 0, failed: 1, skipped: 0 };
}
