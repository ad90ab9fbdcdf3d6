import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareBrowser } from '../host/browser.ts';
import { prepareHost } from '../host/install.ts';
import { runChecks } from './checks.ts';
import { runCommand } from './command.ts';
import { packageExtension } from './package.ts';
import { binary } from './paths.ts';
import { nothing, readTally } from './tally.ts';
import type { Tally } from './tally.ts';

export interface Layer {
  readonly name: string;
  /** What has to be there first; may run while earlier layers do. */
  prepare?(): Promise<unknown>;
  /** @param parts what of it is asked for, by name; all when there are none. Only `check` has parts. */
  run(parts?: readonly string[]): Promise<Tally>;
}

/**
 * The layers in the order in which they run, the quick ones first. What limits their tests is there for those that hang:
 * how fast a machine is decides nothing.
 */
export const layers: readonly Layer[] = [
  { name: 'check', run: runChecks },
  { name: 'unit', run: () => runMocha('unit', ['test/unit/**/*.test.ts'], 'dot') },
  { name: 'contract', run: () => runMocha('contract', ['test/contract/**/*.test.ts', '--timeout', '180000'], 'dot') },
  { name: 'workbench', prepare: prepareWorkbench, run: runWorkbench },
  { name: 'ui', prepare: prepareWorkbench, run: runUi },
];

/** No layer takes nearly as long, on a slow machine neither; what does has hung. */
const limitMs = 45 * 60_000;

let workbench: Promise<unknown> | undefined;

/** One installation serves both layers that need it. */
function prepareWorkbench(): Promise<unknown> {
  workbench ??= Promise.all([prepareHost(), prepareBrowser()]);
  return workbench;
}

function runMocha(layer: string, args: readonly string[], reporter: 'dot' | 'spec'): Promise<Tally> {
  const grep = process.env['MOCHA_GREP'];
  const filter = grep === undefined ? [] : ['--grep', grep];
  return runLayer(layer, binary('mocha'), [...args, ...filter], { TEST_REPORTER: reporter });
}

function runWorkbench(): Promise<Tally> {
  return runLayer('workbench', process.execPath, ['test/workbench/run/main.ts']);
}

async function runUi(): Promise<Tally> {
  await packageExtension();
  return runMocha('ui', ['test/ui/**/*.test.ts', '--timeout', '180000'], 'spec');
}

async function runLayer(
  layer: string,
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), `nomad-${layer}-`));
  try {
    const counts = join(folder, 'counts.json');
    const { code } = await runCommand(program, args, { print: true, env: { ...env, TEST_COUNTS: counts }, limitMs });
    const { tally, trouble } = readTally(counts, code);
    if (trouble === undefined) return tally;
    if (trouble === 'found no tests' && process.env['MOCHA_GREP'] !== undefined) return nothing;
    console.log(`The ${layer} layer ${trouble}.`);
    return tally;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
