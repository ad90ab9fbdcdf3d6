import { createRequire, registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../run/command.ts';
import { buildBundles } from '../run/package.ts';
import { root } from '../run/paths.ts';
import { median, nodeStartMs } from './figures.ts';
import type { Bench, Figure } from './figures.ts';

const processes = 15;
const here = fileURLToPath(import.meta.url);

/** The file of each figure: what loads with the extension, and what waits for the first request, session or jobspec. */
const files = {
  'loading.bundle': 'extension.cjs',
  'loading.firstRequest': 'node-fetch.cjs',
  'loading.firstSession': 'ws.cjs',
  'loading.firstJobspec': 'web-tree-sitter.cjs',
};

type Times = Record<keyof typeof files, number>;

/** Reading and running the bundles in plain Node, where `vscode` is no more than a name: nothing is activated. */
export const loading: Bench = {
  name: 'loading',
  async run() {
    await buildBundles();
    const all: Times[] = [];
    const starts: number[] = [];
    for (let count = 0; count < processes; count += 1) {
      all.push(await loadInFreshProcess());
      starts.push(await nodeStartMs());
    }
    const of = (name: keyof Times) => all.map((times) => times[name]);
    // The best of them, which is what stays of a start-up on a machine that is busy with other things too.
    return [
      ...names.map((name): Figure => ({ name, unit: 'ms', value: Math.min(...of(name)) })),
      { name: 'loading.bundleOverNodeStart', unit: '×', value: median(of('loading.bundle')) / median(starts) },
    ];
  },
};

const names = Object.keys(files) as (keyof typeof files)[];

async function loadInFreshProcess(): Promise<Times> {
  const { code, output } = await runCommand(process.execPath, [here]);
  if (code !== 0) throw new Error(`The bundles could not be loaded:\n${output}`);
  return JSON.parse(output) as Times;
}

/** Something for every name of the API: enough for classes that extend it and constants that read it. */
const standIn = `
const anything = new Proxy(class {}, {
  get: (target, name) => (name === 'prototype' ? target.prototype : name === Symbol.toPrimitive ? () => '' : anything),
});
module.exports = Object.create(new Proxy({}, { get: () => anything }));`;

function loadHere(): Times {
  registerHooks({
    resolve: (name, context, next) =>
      name === 'vscode' ? { url: 'stand-in:vscode', format: 'commonjs', shortCircuit: true } : next(name, context),
    load: (url, context, next) =>
      url === 'stand-in:vscode' ? { format: 'commonjs', source: standIn, shortCircuit: true } : next(url, context),
  });
  const load = createRequire(import.meta.url);
  const times = names.map((name) => {
    const startMs = performance.now();
    load(join(root, 'dist', files[name]));
    return [name, performance.now() - startMs];
  });
  return Object.fromEntries(times) as Times;
}

if (process.argv[1] === here) console.log(JSON.stringify(loadHere()));
