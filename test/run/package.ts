import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from './command.ts';
import { binary, packagePath, root } from './paths.ts';
import { namesInZip } from './zip.ts';

const limitKb = 1000;
const listPath = join(root, 'test/run/package-contents.txt');

/** Builds what `dist` holds; throws what esbuild said when it cannot. */
export async function buildBundles(...options: readonly '--workbench-tests'[]): Promise<void> {
  const { code, output } = await runCommand(process.execPath, ['esbuild.mjs', ...options]);
  if (code !== 0) throw new Error(output.trimEnd());
}

/** Builds the extension and packs it into `out/nomad-workbench.vsix`. */
export async function packageExtension(): Promise<string> {
  await buildBundles();
  mkdirSync(dirname(packagePath), { recursive: true });
  // Others may be installing the one that is there.
  const next = `${packagePath}.${String(process.pid)}`;
  const { code, output } = await runCommand(binary('vsce'), [
    'package',
    '--no-dependencies',
    '--allow-missing-repository',
    '--no-rewrite-relative-links',
    '--out',
    next,
  ]);
  if (code !== 0) throw new Error(`vsce package failed:\n${output}`);
  renameSync(next, packagePath);
  return packagePath;
}

/** The files of the package, sorted. Parts of the extension are named after their content, which is no matter here. */
function packagedFiles(): string[] {
  const files = namesInZip(readFileSync(packagePath))
    .filter((name) => name.startsWith('extension/'))
    .map((name) => name.slice('extension/'.length));
  return [...new Set(files.map((file) => file.replace(/^(dist\/part-\w+)-[A-Z0-9]{8}(?=\.cjs$)/, '$1-*')))].sort();
}

/** What differs from the checked-in list, and whether the package is too big. */
function packageProblems(): string[] {
  const expected = readFileSync(listPath, 'utf8').split('\n').filter(Boolean);
  const found = packagedFiles();
  const kb = statSync(packagePath).size / 1000;
  return [
    ...found.filter((file) => !expected.includes(file)).map((file) => `not in ${relative(root, listPath)}: ${file}`),
    ...expected.filter((file) => !found.includes(file)).map((file) => `missing from the package: ${file}`),
    ...(kb > limitKb ? [`the package is ${kb.toFixed(0)} kB; the limit is ${String(limitKb)} kB`] : []),
  ];
}

async function main(): Promise<void> {
  await packageExtension();
  if (process.argv.includes('--accept')) writeFileSync(listPath, `${packagedFiles().join('\n')}\n`);
  const problems = packageProblems();
  for (const problem of problems) console.log(problem);
  if (problems.length > 0) {
    console.log('If that is meant: npm run package -- --accept');
    process.exitCode = 1;
  } else {
    console.log(`${relative(root, packagePath)}  ${(statSync(packagePath).size / 1000).toFixed(0)} kB`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await main();
  } catch (error) {
    console.log(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
