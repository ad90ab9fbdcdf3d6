import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { runCommand } from './command.ts';
import { installFolder, outFolder, root } from './paths.ts';

const source = join(root, 'test/host/typedoc');
const target = join(installFolder, 'typedoc');
const typedoc = join(target, 'node_modules/typedoc/bin/typedoc');
const docs = join(outFolder, 'docs');

/** Installs typedoc beside the checkout's own packages unless the locked one is there already. */
async function prepare(): Promise<void> {
  const lock = readFileSync(join(source, 'package-lock.json'), 'utf8');
  const copy = join(target, 'package-lock.json');
  if (existsSync(typedoc) && existsSync(copy) && readFileSync(copy, 'utf8') === lock) return;
  console.log('set-up: Installing typedoc');
  mkdirSync(target, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(source, file), join(target, file));
  await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], target);
}

async function run(program: string, args: readonly string[], cwd: string): Promise<void> {
  const { code } = await runCommand(program, args, { cwd, print: (text) => process.stdout.write(text) });
  if (code !== 0) throw new Error(`${program} ended with exit code ${String(code)}.`);
}

try {
  await prepare();
  const what = ['--entryPointStrategy', 'expand', 'src/nomad', '--tsconfig', 'tsconfig.json', '--skipErrorChecking'];
  const looks = ['--name', 'Nomad’s API', '--readme', 'none', '--excludePrivate', '--githubPages', 'false'];
  await run(process.execPath, [typedoc, ...what, ...looks, '--logLevel', 'Error', '--out', docs], root);
  console.log(`${relative(root, docs)}/index.html`);
} catch (error) {
  console.log(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
