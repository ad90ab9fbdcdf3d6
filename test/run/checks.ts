import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
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
const prettierCache = [
  '--cache',
  '--cache-strategy',
  'content',
  '--cache-location',
  join(cacheFolder, 'prettier', 'checked'),
];
const incremental = ['--incremental', '--tsBuildInfoFile', join(outFolder, 'types.tsbuildinfo')];

/**
 * What lint found is kept for as long as all that it looks at is the same: its rules know types, so that a file may be
 * wrong because of another one.
 */
function lintCache(): string[] {
  const hash = createHash('sha256');
  const files = globSync(['{src,test}/**/*.{ts,cjs,mjs}', '*.mjs', '{package,package-lock,tsconfig}.json'], {
    cwd: root,
  });
  for (const file of files.sort()) hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  const place = join(cacheFolder, 'eslint', hash.digest('hex').slice(0, 16));
  return ['--cache', '--cache-strategy', 'content', '--cache-location', place];
}

/** Lint and format make far more that is thrown away than the small heap for what is new holds by itself. */
const roomy = [process.execPath, '--max-semi-space-size=128'] as const;
const eslint = [...roomy, join(root, 'node_modules/eslint/bin/eslint.js')] as const;
const prettier = [...roomy, join(root, 'node_modules/prettier/bin/prettier.cjs')] as const;

/** In the order in which they are begun: lint takes as long as all the others together. */
const checks = (): readonly Check[] => [
  { name: 'lint', command: [...eslint, '--max-warnings', '0', ...lintCache(), '.'] },
  { name: 'format', command: [...prettier, '--check', '--log-level', 'warn', ...prettierCache, '.'] },
  { name: 'package', command: [process.execPath, 'test/run/package.ts'] },
  { name: 'types', command: [binary('tsc'), '-p', '.', ...incremental] },
  { name: 'unused', command: [binary('knip'), '--no-progress'] },
  { name: 'bundle', command: [process.execPath, 'esbuild.mjs', '--check'] },
  { name: 'manifest', command: [process.execPath, 'test/run/manifest.ts'] },
];

/** How many run at once. */
const lanes = 2;

/** The names of all checks. */
export const checkNames = ['lint', 'format', 'types', 'unused', 'bundle', 'manifest', 'package'] as const;

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
