import { join } from 'node:path';
import { interruption, runCommand } from './command.ts';
import { binary, outFolder, root } from './paths.ts';
import { sum } from './tally.ts';
import type { Tally } from './tally.ts';

interface Check {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

const cacheFolder = join(root, 'node_modules', '.cache');
const incremental = ['--incremental', '--tsBuildInfoFile', join(outFolder, 'types.tsbuildinfo')];

/** What it found in a file holds for as long as that file and the rules are the same; what needs other files is left to oxlint. */
const eslintCache = [
  '--cache',
  '--cache-strategy',
  'content',
  '--cache-location',
  join(cacheFolder, 'eslint', 'files'),
];

/** In the order in which they are begun, the longest first. */
const checks = (): readonly Check[] => [
  { name: 'eslint', command: [binary('eslint'), '--max-warnings', '0', ...eslintCache, '.'] },
  { name: 'types', command: [binary('tsc'), '-p', '.', ...incremental] },
  { name: 'oxlint', command: [binary('oxlint'), '--type-aware', '--deny-warnings', '.'] },
  { name: 'format', command: [binary('oxfmt'), '--check', '.'] },
  { name: 'package', command: [process.execPath, 'test/run/package.ts'] },
  { name: 'unused', command: [binary('knip'), '--no-progress'] },
  { name: 'bundle', command: [process.execPath, 'esbuild.mjs', '--check'] },
  { name: 'manifest', command: [process.execPath, 'test/run/manifest.ts'] },
];

/** How many run at once. */
const lanes = 2;

/** The names of all checks. */
export const checkNames = ['eslint', 'oxlint', 'format', 'types', 'unused', 'bundle', 'manifest', 'package'] as const;

/** Runs the checks of these names, or every one; each counts as one test. What a failing check said is printed. */
export async function runChecks(print: (text: string) => void, names: readonly string[] = []): Promise<Tally> {
  const asked = checks().filter(({ name }) => names.length === 0 || names.includes(name));
  const tallies: Tally[] = [];
  const runLane = async (): Promise<void> => {
    for (let check = asked.shift(); check !== undefined; check = asked.shift()) {
      if (interruption() === undefined) tallies.push(await runCheck(check, print));
    }
  };
  await Promise.all(Array.from({ length: lanes }, runLane));
  return sum(tallies);
}

async function runCheck({ name, command: [program, ...args] }: Check, print: (text: string) => void): Promise<Tally> {
  const { code, output, seconds } = await runCommand(program, args);
  print(`${code === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(10)} ${seconds.toFixed(1)} s\n`);
  if (code === 0) return { passed: 1, failed: 0, skipped: 0 };
  print(`${output.trimEnd()}\n`);
  return { passed: 0, failed: 1, skipped: 0, failures: [name] };
}
