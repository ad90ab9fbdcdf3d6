// The first step of every `npm run` script: brings the packages and Node 24 into node_modules, then hands over to the
// TypeScript script named on the command line. Plain JavaScript, because it runs on whatever Node (20 or newer) there is.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const binaries = join(root, 'node_modules', '.bin');
const node = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** A reason to stop that is meant for a person: what is missing and its cure. */
class SetupError extends Error {}

/** Installs the packages of package-lock.json unless they are there already. */
function preparePackages() {
  const lock = readJson('package-lock.json');
  if (lock === undefined) throw new SetupError('package-lock.json is missing. Check it out again with git.');
  if (!packagesMatch(lock)) {
    say('Installing packages (npm ci)');
    npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], 'npm ci --ignore-scripts');
  }
  const wanted = `v${lock.packages['node_modules/node'].version}`;
  if (nodeVersion() === wanted) return;
  say(`Installing Node ${wanted} into node_modules`);
  npm(['rebuild', 'node', '--loglevel=error'], 'npm rebuild node');
  const found = nodeVersion();
  if (found !== wanted) {
    throw new SetupError(
      `node_modules/node should run Node ${wanted}, but ${found ?? 'does not run'}. ` +
        'Remove node_modules and run the same command again; on a platform without a build, install that Node yourself.',
    );
  }
}

/** Runs a script of this project under Node 24 with node_modules/.bin first on PATH; resolves to its exit code. */
function runScript(file, args) {
  const child = spawn(node, [join(root, file), ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: [binaries, process.env.PATH].join(delimiter) },
  });
  // Ctrl+C reaches the script by itself; it cleans up and ends, and this process waits for that.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}

/** What npm wrote about the installed tree says the same as the lock file. */
function packagesMatch(lock) {
  const installed = readJson('node_modules/.package-lock.json');
  if (installed === undefined) return false;
  return Object.entries(lock.packages).every(
    ([path, wanted]) =>
      path === '' || wanted.optional || wanted.extraneous || installed.packages[path]?.version === wanted.version,
  );
}

function npm(args, name) {
  // Without node_modules/.bin: npm must not run on a Node that it is about to replace.
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== binaries)
    .join(delimiter);
  const { status, error } = spawnSync('npm', args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
    env: { ...process.env, PATH: path },
  });
  if (error) throw new SetupError(`npm could not be started (${error.message}). Install npm, then run again.`);
  if (status !== 0) {
    throw new SetupError(
      `${name} failed; npm says why above. It needs a reachable package registry and a writable folder.`,
    );
  }
}

function nodeVersion() {
  const { status, stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

function readJson(file) {
  const path = join(root, file);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

function say(text) {
  console.log(`set-up: ${text}`);
}

const [script, ...args] = process.argv.slice(2);
try {
  if (Number.parseInt(process.versions.node, 10) < 20) {
    throw new SetupError(`Node ${process.versions.node} is too old. Install Node 20 or newer.`);
  }
  if (script === undefined) throw new SetupError('Usage: node test/run/setup.mjs <script> [arguments]');
  preparePackages();
  process.exitCode = await runScript(script, args);
} catch (error) {
  console.error(error instanceof SetupError ? `set-up: ${error.message}` : error);
  process.exitCode = 1;
}
