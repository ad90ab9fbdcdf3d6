import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { runCommand } from '../run/command.ts';
import { installFolder, root } from '../run/paths.ts';
import { findProgram, installSystemPackages, say } from './system.ts';

const source = join(root, 'test/host/code-server');
const target = join(installFolder, 'code-server');
const stamp = join(target, 'installed');

/** The script that starts code-server; there once prepareHost has run. */
export const codeServerEntry = join(target, 'node_modules/code-server/out/node/entry.js');

/** Programs that node-gyp needs, with the Debian package of each. */
const buildTools = { gcc: 'gcc', 'g++': 'g++', make: 'make', python3: 'python3' };

/** Installs code-server beside the checkout's own packages unless the locked version is there already. */
export async function prepareHost(): Promise<void> {
  const wanted = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  await prepareBuildTools();
  say('Installing code-server, the workbench for tests and the demo (about 600 MB, one to two minutes)');
  mkdirSync(target, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(source, file), join(target, file));
  const { code, output, seconds } = await runCommand(
    'npm',
    ['ci', '--foreground-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    { cwd: target, env: installEnvironment() },
  );
  if (code !== 0 || !existsSync(codeServerEntry)) {
    throw new Error(
      `code-server could not be installed; npm ci in ${target} ended with exit code ${String(code)}:\n${tail(output)}`,
    );
  }
  writeFileSync(stamp, wanted);
  say(`code-server is installed (${seconds.toFixed(0)} s)`);
}

async function prepareBuildTools(): Promise<void> {
  const missing = Object.entries(buildTools)
    .filter(([program]) => findProgram(program) === undefined)
    .map(([, name]) => name);
  if (process.platform === 'linux' && !hasKerberosHeaders()) missing.push('libkrb5-dev');
  if (missing.length > 0) await installSystemPackages(missing, 'building code-server');
}

function hasKerberosHeaders(): boolean {
  return findProgram('krb5-config') !== undefined || existsSync('/usr/include/gssapi/gssapi.h');
}

/**
 * code-server has to be built by the Node that will run it, against that Node's headers. Its install asks npm for that
 * Node, and an npm inside `npm test` would answer with the outer one's.
 */
function installEnvironment(): NodeJS.ProcessEnv {
  const headers = join(root, `node_modules/node/node_modules/node-${process.platform}-${process.arch}`);
  return {
    PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
    npm_config_user_agent: undefined,
    npm_config_local_prefix: undefined,
    npm_config_nodedir: existsSync(join(headers, 'include/node')) ? headers : undefined,
  };
}

/** Changes with the locked packages and with the Node that they were built for. */
function fingerprint(): string {
  const lock = readFileSync(join(source, 'package-lock.json'));
  return createHash('sha256').update(lock).update(process.version).digest('hex');
}

function tail(text: string): string {
  return text.trimEnd().split('\n').slice(-30).join('\n');
}
