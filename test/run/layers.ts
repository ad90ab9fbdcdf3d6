import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareBrowser } from '../host/browser.ts';
import { prepareHost } from '../host/install.ts';
import { runChecks } from './checks.ts';
import { runCommand } from './command.ts';
import { runSideBySide } from './contract.ts';
import { packageExtension } from './package.ts';
import { binary } from './paths.ts';
import { nothing, readTally } from './tally.ts';
import type { Tally } from './tally.ts';

export interface Layer {
  readonly name: string;
  /** Layers of one lane run one after the other, lanes side by side. */
  readonly lane: 'workbench' | 'others';
  /** What has to be there first; may run while earlier layers do. */
  prepare?(): Promise<unknown>;
  /**
   * @param print takes what a person is to read
   * @param parts what of it is asked for, by name; all when there are none. Only `check` has parts.
   */
  run(print: Print, parts?: readonly string[]): Promise<Tally>;
}

type Print = (text: string) => void;

/**
 * The layers in the order in which they are told, the quick ones first. Two lanes keep two cores busy: the workbench takes
 * about as long as the others together, and what a window draws costs most of a core, so that no lane is to have both layers
 * that need one. What limits their tests is there for those that hang: how fast a machine is decides nothing.
 */
export const layers: readonly Layer[] = [
  { name: 'check', lane: 'others', run: runChecks },
  { name: 'unit', lane: 'others', run: (print) => runMocha('unit', ['test/unit/**/*.test.ts'], 'dot', print) },
  { name: 'contract', lane: 'others', run: runContract },
  { name: 'workbench', lane: 'workbench', prepare: prepareWorkbench, run: runWorkbench },
  { name: 'ui', lane: 'others', prepare: prepareWorkbench, run: runUi },
];

/** No layer takes nearly as long, on a slow machine neither; what does has hung. */
const limitMs = 45 * 60_000;

let workbench: Promise<unknown> | undefined;

/** One installation serves both layers that need it. */
function prepareWorkbench(): Promise<unknown> {
  workbench ??= Promise.all([prepareHost(), prepareBrowser()]);
  return workbench;
}

function runMocha(
  layer: string,
  args: readonly string[],
  reporter: 'dot' | 'spec',
  print: Print,
  env: NodeJS.ProcessEnv = {},
): Promise<Tally> {
  const grep = process.env['MOCHA_GREP'];
  const filter = grep === undefined ? [] : ['--grep', grep];
  return runLayer(layer, [binary('mocha'), ...args, ...filter], { ...env, TEST_REPORTER: reporter }, print);
}

function runContract(print: Print): Promise<Tally> {
  const runFiles = (files: readonly string[], env: NodeJS.ProcessEnv, write: Print) =>
    runMocha('contract', [...files, '--timeout', '180000'], 'dot', write, env);
  return runSideBySide(runFiles, print);
}

function runWorkbench(print: Print): Promise<Tally> {
  return runLayer('workbench', [process.execPath, 'test/workbench/run/main.ts'], {}, print);
}

async function runUi(print: Print): Promise<Tally> {
  await packageExtension();
  return runMocha('ui', ['test/ui/**/*.test.ts', '--timeout', '180000'], 'spec', print);
}

async function runLayer(
  layer: string,
  [program, ...args]: readonly [string, ...string[]],
  env: NodeJS.ProcessEnv,
  print: Print,
): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), `nomad-${layer}-`));
  // A program sees no terminal, since what it says may have to wait for its turn.
  const colours = process.stdout.isTTY && process.env['NO_COLOR'] === undefined ? { FORCE_COLOR: '1' } : {};
  try {
    const counts = join(folder, 'counts.json');
    const { code } = await runCommand(program, args, {
      print,
      env: { ...colours, ...env, TEST_COUNTS: counts },
      limitMs,
    });
    const { tally, trouble } = readTally(counts, code);
    if (trouble === undefined) return tally;
    if (trouble === 'found no tests' && process.env['MOCHA_GREP'] !== undefined) return nothing;
    print(`The ${layer} layer ${trouble}.\n`);
    return tally;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
