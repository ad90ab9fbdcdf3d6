import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { runTests } from '@vscode/test-electron';
import { cleanEnvironment } from '../host/codeServer.ts';
import { findDesktop } from '../host/desktop.ts';
import { codeServerEntry } from '../host/install.ts';
import { testSettings } from '../host/settings.ts';
import { writeLauncher } from '../workbench/run/launcher.ts';
import { buildBundles } from '../run/package.ts';
import { root } from '../run/paths.ts';
import { median, nodeStartMs } from './figures.ts';
import type { Bench, Figure } from './figures.ts';

/** An extension activates once in a host, so each number takes a workbench of its own. */
const hosts = 3;
const startsPerHost = 5;
const unit = 'ms';
const overNodeStart = 'activation.overNodeStart';
const names = ['activation.load', 'activation.call', 'activation.wait'] as const;

type Times = Record<(typeof names)[number], number>;

/** What activating the extension costs a real extension host, in the parts that VS Code itself reports. */
export const activation: Bench = {
  name: 'activation',
  async run() {
    if (findDesktop() === undefined && !existsSync(codeServerEntry)) {
      const skipped = 'there is no workbench; npm run test:workbench installs one';
      return [...names.map((name): Figure => ({ name, unit, skipped })), { name: overNodeStart, unit: '×', skipped }];
    }
    await buildBundles();
    const all: Times[] = [];
    const starts: number[] = [];
    for (let count = 0; count < hosts; count += 1) {
      all.push(await activateInNewHost());
      for (let start = 0; start < startsPerHost; start += 1) starts.push(await nodeStartMs());
    }
    const value = (name: keyof Times) => median(all.map((times) => times[name]));
    const ours = median(all.map((times) => times['activation.load'] + times['activation.call']));
    return [
      ...names.map((name): Figure => ({ name, unit, value: value(name) })),
      { name: overNodeStart, unit: '×', value: ours / median(starts) },
    ];
  },
};

/**
 * What the host runs in place of tests. It looks on as the bundle is required and activated; the third number has the
 * host's own errands in it, such as opening the extension's storage.
 */
const suite = `
const Module = require('node:module');
const vscode = require('vscode');
const times = {};
function timed(name, work) {
  const startMs = performance.now();
  try {
    return work();
  } finally {
    times[name] = performance.now() - startMs;
  }
}
const load = Module._load;
Module._load = function (request, ...rest) {
  if (!request.endsWith('extension.cjs')) return load.call(this, request, ...rest);
  const bundle = timed('activation.load', () => load.call(this, request, ...rest));
  return { ...bundle, activate: (context) => timed('activation.call', () => bundle.activate(context)) };
};
exports.run = async () => {
  const extension = vscode.extensions.getExtension('nomad-workbench.nomad-workbench');
  if (extension === undefined || extension.isActive) throw new Error('The extension is not there to be activated.');
  // A host that has just started is busy with its own affairs; people open a view later.
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const startMs = performance.now();
  await extension.activate();
  times['activation.wait'] = performance.now() - startMs;
  require('node:fs').writeFileSync(process.env.BENCH_RESULT, JSON.stringify(times));
};`;

async function activateInNewHost(): Promise<Times> {
  const folder = mkdtempSync(join(tmpdir(), 'nw-'));
  try {
    const [workspace, profile, result] = ['workspace', 'p', 'result'].map((part) => join(folder, part));
    return await activateIn(folder, String(workspace), String(profile), String(result));
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function activateIn(folder: string, workspace: string, profile: string, result: string): Promise<Times> {
  mkdirSync(workspace);
  mkdirSync(join(profile, 'User'), { recursive: true });
  writeFileSync(join(profile, 'User/settings.json'), JSON.stringify(testSettings));
  writeFileSync(join(folder, 'suite.cjs'), suite);
  // runTests adds to this environment and cannot take away from it.
  process.env = cleanEnvironment();
  await runTests({
    vscodeExecutablePath: findDesktop()?.executable ?? writeLauncher(folder),
    extensionDevelopmentPath: root,
    extensionTestsPath: join(folder, 'suite.cjs'),
    launchArgs: [workspace, `--user-data-dir=${profile}`, `--extensions-dir=${join(folder, 'x')}`],
    extensionTestsEnv: { BENCH_RESULT: result },
    stdout: new PassThrough().resume(),
    stderr: process.stderr,
  });
  return JSON.parse(readFileSync(result, 'utf8')) as Times;
}
