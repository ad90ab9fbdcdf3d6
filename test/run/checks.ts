import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { interruption, runCommand } from './command.ts';
import { fingerprint } from './fingerprint.ts';
import { binary, outFolder, root } from './paths.ts';
import { sum } from './tally.ts';
import type { Tally } from './tally.ts';

interface Check {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

const cacheFile = join(root, 'node_modules', '.cache', 'checks.json');
const incremental = ['--incremental', '--tsBuildInfoFile', join(outFolder, 'types.tsbuildinfo')];

/** In the order in which they are begun, the longest first. */
const checks = (): readonly Check[] => [
  { name: 'oxlint', command: [binary('oxlint'), '--type-aware', '--deny-warnings', '.'] },
  { name: 'types', command: [binary('tsc'), '-p', '.', ...incremental] },
  { name: 'package', command: [process.execPath, 'test/run/package.ts'] },
  { name: 'unused', command: [binary('knip'), '--no-progress'] },
  { name: 'bundle', command: [process.execPath, 'esbuild.mjs', '--check'] },
  { name: 'format', command: [binary('oxfmt'), '--check', '.'] },
  { name: 'manifest', command: [process.execPath, 'test/run/manifest.ts'] },
];

/** How many run at once. */
const lanes = 2;

/** The names of all checks. */
export const checkNames = ['oxlint', 'format', 'types', 'unused', 'bundle', 'manifest', 'package'] as const;

/**
 * Runs the checks of these names, or every one; each counts as one test. What a failing check said is printed. One that
 * was passed is not made again before any file has changed, or a package; but one that is asked for by name is.
 */
export async function runChecks(print: (text: string) => void, names: readonly string[] = []): Promise<Tally> {
  const asked = checks().filter(({ name }) => names.length === 0 || names.includes(name));
  const tallies: Tally[] = [];
  const now = fingerprint(root);
  const passed = new Map(names.length === 0 ? readPassed() : []);
  const runLane = async (): Promise<void> => {
    for (let check = asked.shift(); check !== undefined; check = asked.shift()) {
      if (interruption() !== undefined) continue;
      const tally = passed.get(check.name) === now ? tellAgain(check, print) : await runCheck(check, print);
      tallies.push(tally);
      if (tally.failed === 0) passed.set(check.name, now);
      else passed.delete(check.name);
    }
  };
  await Promise.all(Array.from({ length: lanes }, runLane));
  if (names.length === 0) writePassed(passed);
  return sum(tallies);
}

/** For what state of the files each check was passed. */
function readPassed(): [name: string, fingerprint: string][] {
  try {
    return Object.entries(JSON.parse(readFileSync(cacheFile, 'utf8')) as Record<string, string>);
  } catch {
    return [];
  }
}

function writePassed(passed: ReadonlyMap<string, string>): void {
  mkdirSync(dirname(cacheFile), { recursive: true });
  writeFileSync(cacheFile, JSON.stringify(Object.fromEntries(passed)));
}

function tellAgain({ name }: Check, print: (text: string) => void): Tally {
  print(`ok   ${name.padEnd(10)} as before: no file has changed\n`);
  return { passed: 1, failed: 0, skipped: 0 };
}

async function runCheck({ name, command: [program, ...args] }: Check, print: (text: string) => void): Promise<Tally> {
  const { code, output, seconds } = await runCommand(program, args);
  print(`${code === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(10)} ${seconds.toFixed(1)} s\n`);
  if (code === 0) return { passed: 1, failed: 0, skipped: 0 };
  print(`${output.trimEnd()}\n`);
  return { passed: 0, failed: 1, skipped: 0, failures: [name] };
}
