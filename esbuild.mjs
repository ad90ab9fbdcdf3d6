import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));
const modules = join(root, 'node_modules');

/** What the editor parses on every start, so it may not grow unseen. */
const budgetKb = 200;

/** Packages that the code imports with import(): the window must not wait for them. */
const lazyPackages = ['node-fetch', 'ws', 'web-tree-sitter'];

const grammarPackage = '@tree-sitter-grammars/tree-sitter-hcl';

/** Read by the jobspec parser from beside the bundle. */
const parserFiles = ['web-tree-sitter/web-tree-sitter.wasm', `${grammarPackage}/tree-sitter-hcl.wasm`];

/** Optional native helpers of ws; it works without them. */
const nativeHelpers = ['bufferutil', 'utf-8-validate'];

/** Packages that find their own files on disk, so the tests load them from node_modules. */
const testExternals = ['mocha', '@lydell/node-pty', '@cdktf/hcl2json', 'playwright-core', ...nativeHelpers];

const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  logLevel: 'silent',
};

/** The extension as it ships: one bundle, and beside it the packages that load with their first use. */
async function buildExtension() {
  const outDir = join(root, 'dist');
  mkdirSync(outDir, { recursive: true });
  const outfile = join(outDir, 'extension.cjs');
  const shipped = { ...shared, minify: true, legalComments: 'none', external: ['vscode', ...nativeHelpers] };
  const { metafile } = await build({
    ...shipped,
    entryPoints: ['src/extension.ts'],
    outfile,
    plugins: [lazyImports],
    // Turns import() into require(), which is what finds the other bundles beside this one.
    supported: { 'dynamic-import': false },
    sourcemap: 'external',
    metafile: true,
  });
  const lazy = await Promise.all(
    lazyPackages.map((name) =>
      build({
        ...shipped,
        stdin: { contents: lazyEntry(name), resolveDir: root },
        outfile: join(outDir, `${name}.cjs`),
        plugins: [noPolyfill],
        metafile: true,
      }),
    ),
  );
  for (const wasm of parserFiles) copyFileSync(join(modules, wasm), join(outDir, basename(wasm)));
  const packages = packagesIn(metafile);
  const shippedPackages = [...packages, ...lazy.flatMap((part) => packagesIn(part.metafile)), grammarPackage];
  writeFileSync(join(outDir, 'LICENSES.txt'), licencesOf([...new Set(shippedPackages)].sort()));
  return { outfile, kb: statSync(outfile).size / 1000, packages };
}

/** The licences of what ships inside, each with its text, as they ask for. */
function licencesOf(packages) {
  const parts = packages.map((name) => {
    const folder = join(modules, name);
    const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.\w+)?$/i.test(entry));
    const text = file === undefined ? `Licence: ${license}` : readFileSync(join(folder, file), 'utf8').trim();
    return `${name} ${version}\n${'='.repeat(name.length + version.length + 1)}\n\n${text}\n`;
  });
  return `Nomad Workbench contains the following packages.\n\n${parts.join('\n\n')}`;
}

/** As Node does for a CommonJS module, import() gives module.exports as the default; so a default has to be just that. */
function lazyEntry(name) {
  return `const all = require('${name}');
    module.exports = typeof all.default === 'function' ? Object.assign(all.default, all) : all;`;
}

/** The suites of the extension host, each a bundle of its own, beside the runner that loads them. */
async function buildWorkbenchTests() {
  const outDir = join(root, 'out/workbench');
  rmSync(outDir, { recursive: true, force: true });
  const suites = readdirSync(join(root, 'test/workbench')).filter((name) => name.endsWith('.test.ts'));
  await build({
    ...shared,
    entryPoints: ['index.ts', ...suites].map((name) => join('test/workbench', name)),
    outdir: outDir,
    outExtension: { '.js': '.cjs' },
    external: ['vscode', ...testExternals],
    sourcemap: true,
    plugins: [sourceAddresses],
  });
}

const lazyImports = {
  name: 'lazy-imports',
  setup(builder) {
    builder.onResolve({ filter: new RegExp(`^(${lazyPackages.join('|')})$`) }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path: `./${path}.cjs`, external: true } : undefined,
    );
  },
};

/** Never reached where ReadableStream is a global; a third of node-fetch by weight. */
const noPolyfill = {
  name: 'no-polyfill',
  setup(builder) {
    const empty = join(root, 'test/run/empty.cjs');
    builder.onResolve({ filter: /^web-streams-polyfill/ }, () => ({ path: empty }));
  },
};

/** Keeps `import.meta` pointing at the source file, so that files beside it are still found. */
const sourceAddresses = {
  name: 'source-addresses',
  setup(builder) {
    builder.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      if (path.startsWith(modules)) return undefined;
      const contents = readFileSync(path, 'utf8')
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
        .replaceAll('import.meta.filename', JSON.stringify(path));
      return { contents, loader: 'ts' };
    });
  },
};

function packagesIn(metafile) {
  const names = Object.keys(metafile.inputs)
    .map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1])
    .filter((name) => name !== undefined);
  return [...new Set(names)].sort();
}

/** Builds the extension; `--check` holds it against its budget, `--workbench-tests` builds the test suites instead. */
async function main() {
  if (process.argv.includes('--workbench-tests')) return buildWorkbenchTests();
  const { outfile, kb, packages } = await buildExtension();
  const inside = packages.length > 0 ? `  (with ${packages.join(', ')})` : '';
  console.log(`${relative(root, outfile)}  ${kb.toFixed(1)} kB of ${String(budgetKb)} kB${inside}`);
  if (kb > budgetKb && process.argv.includes('--check')) {
    throw new Error(`The bundle is ${kb.toFixed(1)} kB; the budget is ${String(budgetKb)} kB.`);
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
