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

/** Two lanes that run side by side: lint takes as long as all the others together. */
const lanes = (): readonly (readonly Check[])[] => [
  [{ name: 'lint', command: [...eslint, '--max-warnings', '0', ...lintCache(), '.'] }],
  [
    { name: 'format', command: [...prettier, '--check', '--log-level', 'warn', ...prettierCache, '.'] },
    { name: 'types', command: [binary('tsc'), '-p', '.', ...incremental] },
    { name: 'unused', command: [binary('knip'), '--no-progress'] },
    { name: 'bundle', command: [process.execPath, 'esbuild.mjs', '--check'] },
    { name: 'manifest', command: [process.execPath, 'test/run/manifest.ts'] },
    { name: 'package', command: [process.execPath, 'test/run/package.ts'] },
  ],
];

/** The names of all checks. */
export const checkNames = ['lint', 'format', 'types', 'unused', 'bundle', 'manifest', 'package'] as const;

/** Runs the checks of these names, or every one; each counts as one test. What a failing check said is printed. */
export async function runChecks(print: (text: string) => void, names: readonly string[] = []): Promise<Tally> {
  const isAsked = ({ name }: Check) => names.length === 0 || names.includes(name);
  const tallies = await Promise.all(lanes().map((lane) => runLane(lane.filter(isAsked), print)));
  return sum(tallies.flat());
}

async function runLane(checks: readonly Check[], print: (text: string) => void): Promise<Tally[]> {
  const tallies: Tally[] = [];
  for (const check of checks) {
    if (interruption() === undefined) tallies.push(await runCheck(check, print));
  }
  return tallies;
}

async function runCheck({ name, command: [program, ...args] }: Check, print: (text: string) => void): Promise<Tally> {
  const { code, output, seconds } = await runCommand(program, args);
  print(`${code === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(10)} ${seconds.toFixed(1)} s\n`);
  if (code === 0) return { passed: 1, failed: 0, skipped: 0 };
  print(`${output.trimEnd()}\n`);
  return { passed: 0, failed: 1, skipped: 0 };
}
