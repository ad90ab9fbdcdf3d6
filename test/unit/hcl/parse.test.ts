import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { after, before, describe, it } from 'mocha';
import { JobspecParser } from '../../../src/hcl/syntax/parse.ts';
import { wasm } from './parser.ts';

describe('the jobspec parser', () => {
  let parser: JobspecParser;

  before(async () => {
    parser = await JobspecParser.load(wasm);
  });

  after(() => {
    parser.dispose();
  });

  it('says why it cannot load, and can be loaded after that', async () => {
    await assert.rejects(JobspecParser.load({ ...wasm, grammar: join(tmpdir(), 'no-such-grammar.wasm') }), /ENOENT/);
    const both = await Promise.all([JobspecParser.load(wasm), JobspecParser.load(wasm)]);
    for (const one of both) {
      const tree = one.parse('job "a" {}');
      assert.equal(tree.root?.type, 'config_file');
      tree.dispose();
      one.dispose();
    }
  });

  it('has no root after dispose and beyond its time', async () => {
    const hurried = await JobspecParser.load(wasm, { timeLimitMs: 0 });
    const late = hurried.parse('job "a" {\n}\n'.repeat(20_000));
    assert.equal(late.root, undefined);
    late.dispose();
    hurried.dispose();
    assert.equal(hurried.parse('job "a" {}').root, undefined);

    const tree = parser.parse('job "a" {}');
    tree.dispose();
    tree.dispose();
    assert.equal(tree.root, undefined);
    const next = parser.parse('job "b" {}');
    assert.equal(next.root?.hasError, false);
    next.dispose();
  });

  it('works in a CommonJS bundle with the wasm files beside it', async function () {
    this.timeout(120_000);
    const folder = await mkdtemp(join(tmpdir(), 'jobspec-bundle-'));
    try {
      const room = join(dirname(fileURLToPath(import.meta.url)), '../../../src/hcl');
      await build({
        stdin: {
          contents: `
            import { join } from 'node:path';
            import { JobspecParser } from './syntax/parse.ts';
            import { readJobspec } from './jobspec.ts';
            const wasm = { runtime: join(__dirname, 'runtime.wasm'), grammar: join(__dirname, 'grammar.wasm') };
            void JobspecParser.load(wasm).then((parser) => {
              process.stdout.write(readJobspec(parser, 'job "bundled" {}').jobs[0].name);
            });`,
          resolveDir: room,
          loader: 'ts',
        },
        bundle: true,
        platform: 'node',
        format: 'cjs',
        minify: true,
        // The package's ES module asks for its own address, which a CommonJS bundle has none of.
        alias: { 'web-tree-sitter': createRequire(import.meta.url).resolve('web-tree-sitter') },
        outfile: join(folder, 'bundle.cjs'),
        logLevel: 'silent',
      });
      await copyFile(wasm.runtime, join(folder, 'runtime.wasm'));
      await copyFile(wasm.grammar, join(folder, 'grammar.wasm'));
      await writeFile(join(folder, 'package.json'), '{}');
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(folder, 'bundle.cjs')], {
        cwd: folder,
        timeout: 20_000,
      });
      assert.equal(stderr, '');
      assert.equal(stdout, 'bundled');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
