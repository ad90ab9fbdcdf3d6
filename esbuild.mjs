import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, transform } from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));
const modules = join(root, 'node_modules');

/**
 * In kB. What every window reads when it starts may not grow unseen, nor may what the first use of a part reads beyond
 * that: what a feature's commands do, by the name of its folder, and whatever else the code asks for with import().
 */
const budgets = {
  start: 120,
  parts: {
    openLogs: 97,
    openStates: 56,
    logs: 45,
    files: 45,
    openCluster: 120,
    jobspec: 110,
    jobs: 67,
    planText: 45,
    deployments: 52,
    rollouts: 48,
    exec: 60,
    taskShell: 50,
    ports: 50,
    portOfJobspec: 55,
  },
  otherPart: 40,
};

/** What the editor loads. */
const startFile = 'extension.cjs';

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

/**
 * The extension as it ships: what a window needs to start, parts that are read with their first use, and beside them the
 * packages that are.
 */
async function buildExtension() {
  const outDir = join(root, 'dist');
  mkdirSync(outDir, { recursive: true });
  const shipped = { ...shared, minify: true, legalComments: 'none', external: ['vscode', ...nativeHelpers] };
  const { outputFiles, metafile } = await build({
    ...shipped,
    entryPoints: ['src/extension.ts'],
    outdir: outDir,
    // Only this format is split at import(); CommonJS is what the editor loads, so each file becomes that afterwards.
    format: 'esm',
    splitting: true,
    outExtension: { '.js': '.cjs' },
    chunkNames: 'part-[name]-[hash]',
    plugins: [lazyImports],
    sourcemap: 'inline',
    metafile: true,
    write: false,
  });
  const start = startOf(metafile);
  const files = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
  await writeStart(files, start, outDir);
  const parts = [...files].filter(([name]) => !start.has(name));
  await Promise.all(parts.map(([name, text]) => writePart(join(outDir, name), text, start)));
  const current = [...parts.map(([name]) => name), startFile, ...lazyPackages.map((name) => `${name}.cjs`)];
  removeOldParts(outDir, new Set(current));
  const lazy = await Promise.all(lazyPackages.map((name) => buildLazyPackage(name, shipped, outDir)));
  for (const wasm of parserFiles) replaceFile(join(outDir, basename(wasm)), readFileSync(join(modules, wasm)));
  const packages = packagesIn(metafile);
  const shippedPackages = new Set([...packages, ...lazy.flatMap(packagesIn), grammarPackage]);
  replaceFile(join(outDir, 'LICENSES.txt'), licencesOf([...shippedPackages].sort()));
  const kb = sizes(metafile, outDir);
  replaceFile(join(outDir, 'sizes.json'), JSON.stringify(kb));
  return { ...kb, packages };
}

/** A package as a file of its own; resolves to what esbuild knows of it. */
async function buildLazyPackage(name, shipped, outDir) {
  const { outputFiles, metafile } = await build({
    ...shipped,
    stdin: { contents: lazyEntry(name), resolveDir: root },
    outfile: join(outDir, `${name}.cjs`),
    plugins: [noPolyfill, ownRequests],
    metafile: true,
    write: false,
  });
  for (const { path, contents } of outputFiles) replaceFile(path, contents);
  return metafile;
}

/** Those of an earlier build: only after the new ones are there, since somebody may be loading them. */
function removeOldParts(outDir, current) {
  for (const name of readdirSync(outDir)) {
    if (/\.cjs(?:\.map)?$/.test(name) && !current.has(name.replace(/\.map$/, '')))
      rmSync(join(outDir, name), { force: true });
  }
}

/**
 * What every window reads, as one file: esbuild makes one of each set of modules that parts share with the start, and a file
 * costs time to find and to open. The parts find what they share with it under names of its own.
 */
async function writeStart(files, start, outDir) {
  const contents = [
    `export { activate, deactivate } from './${startFile}';`,
    ...[...start].map(([name, shared]) => `export * as ${shared} from './${name}';`),
  ].join('\n');
  const inMemory = {
    name: 'in-memory',
    setup(builder) {
      builder.onResolve({ filter: /^\.\/[^/]+\.cjs$/ }, ({ path, kind }) => {
        const isWithin = kind === 'import-statement' && start.has(basename(path));
        return isWithin ? { path: basename(path), namespace: 'start' } : { path, external: true };
      });
      builder.onLoad({ filter: /./, namespace: 'start' }, ({ path }) => ({ contents: files.get(path), loader: 'js' }));
    },
  };
  const { outputFiles } = await build({
    ...shared,
    stdin: { contents, resolveDir: outDir, sourcefile: 'start.js' },
    outfile: join(outDir, startFile),
    minify: true,
    legalComments: 'none',
    external: ['vscode'],
    supported: { 'dynamic-import': false },
    plugins: [inMemory],
    sourcemap: 'external',
    write: false,
  });
  for (const { path, contents } of outputFiles) replaceFile(path, contents);
}

/** The file that the editor loads, and all that it imports at once, each with the name under which the parts find it. */
function startOf({ outputs }) {
  const [start] = Object.keys(outputs).filter((name) => basename(name) === startFile);
  const names = new Set([start]);
  for (const name of names) {
    for (const { path, kind, external } of outputs[name].imports) {
      if (kind === 'import-statement' && !external) names.add(path);
    }
  }
  return new Map([...names].map((name, at) => [basename(name), `shared${String(at)}`]));
}

async function writePart(path, text, start) {
  const { code, map } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: shared.target,
    minify: true,
    legalComments: 'none',
    // Turns import() into require(), which is what finds the files beside this one.
    supported: { 'dynamic-import': false },
    sourcefile: basename(path),
    sourcemap: 'external',
  });
  const wired = code.replace(/require\("\.\/([^"]+\.cjs)"\)/g, (call, name) =>
    start.has(name) ? `require("./${startFile}").${start.get(name)}` : call,
  );
  replaceFile(path, wired);
  replaceFile(`${path}.map`, map);
}

/** Writes a file that others may be reading, or building too: whole at once, and only where it says something new. */
function replaceFile(path, contents) {
  const bytes = Buffer.from(contents);
  if (existsSync(path) && readFileSync(path).equals(bytes)) return;
  const next = `${path}.${String(process.pid)}`;
  writeFileSync(next, bytes);
  renameSync(next, path);
}

/** How much is read at the start, and how much more with the first use of each part, as if nothing else was used. */
function sizes(metafile, outDir) {
  const { outputs } = metafile;
  const closure = (entry) => {
    const names = new Set([entry]);
    for (const name of names) {
      for (const { path, kind, external } of outputs[name].imports) {
        if (kind === 'import-statement' && !external) names.add(path);
      }
    }
    return names;
  };
  const kb = (names) => names.reduce((sum, name) => sum + statSync(join(outDir, basename(name))).size / 1000, 0);
  const entries = Object.entries(outputs).filter(([, { entryPoint }]) => entryPoint !== undefined);
  const atStart = startOf(metafile);
  const parts = entries
    .filter(([name]) => basename(name) !== startFile)
    .map(([name, { entryPoint }]) => [
      partOf(entryPoint),
      kb([...closure(name)].filter((one) => !atStart.has(basename(one)))),
    ]);
  return { start: kb([startFile]), parts: Object.fromEntries(parts) };
}

/** A feature is called by its folder, any other part by its file. */
function partOf(entryPoint) {
  const [name, folder] = [basename(entryPoint, '.ts'), basename(dirname(entryPoint))];
  return name === 'index' ? folder : name;
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
    plugins: [sourceAddresses, ownRequests],
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

/**
 * Lets node-fetch make its requests as ours are made, see `src/nomad/http/send.ts`: the editor replaces `request` of Node's own
 * modules by one that takes another agent, without the certificates of ours.
 */
const ownRequests = {
  name: 'own-requests',
  setup(builder) {
    builder.onResolve({ filter: /^node:https?$/ }, ({ importer }) =>
      importer.startsWith(join(modules, 'node-fetch')) ? { path: join(root, 'src/nomad/http/ownHttp.ts') } : undefined,
    );
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

/** Builds the extension, and tells its sizes. */
async function buildAndTell() {
  const { packages, ...kb } = await buildExtension();
  const inside = packages.length > 0 ? `  (with ${packages.join(', ')})` : '';
  const all = [
    ['start', kb.start, budgets.start, inside],
    ...Object.entries(kb.parts).map(([name, size]) => [name, size, budgets.parts[name] ?? budgets.otherPart, '']),
  ];
  for (const [name, size, budget, note] of all) {
    console.log(`${name.padEnd(13)} ${size.toFixed(1).padStart(6)} kB of ${String(budget)} kB${note}`);
  }
  const over = all.filter(([, size, budget]) => size > budget).map(([name]) => name);
  if (over.length > 0 && process.argv.includes('--check')) {
    throw new Error(`Larger than its budget: ${over.join(', ')}. The budgets are in esbuild.mjs.`);
  }
}

/** Builds once more after each change in `src`, until the process is ended. `.vscode/tasks.json` knows the words. */
async function buildForEver() {
  const changes = watch(join(root, 'src'), { recursive: true });
  for (;;) {
    const changed = once(changes, 'change');
    console.log('Building');
    try {
      await buildAndTell();
      console.log('Built');
    } catch (error) {
      console.log(`${error.message}\nNot built`);
    }
    await changed;
  }
}

/**
 * Builds the extension; `--check` holds it against its budgets, `--watch` builds it anew after each change,
 * `--workbench-tests` builds the test suites instead.
 */
async function main() {
  if (process.argv.includes('--workbench-tests')) return buildWorkbenchTests();
  return process.argv.includes('--watch') ? buildForEver() : buildAndTell();
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
