import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { fingerprint } from '../../run/fingerprint.ts';

describe('the fingerprint of a checkout', () => {
  let folder: string;
  let before: string;

  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nomad-fingerprint-'));
    for (const name of ['src', 'src/base', 'node_modules', 'out', 'dist']) mkdirSync(join(folder, name));
    write('src/a.ts', 'one');
    write('src/base/b.ts', 'two');
    write('.lintrc', '{}');
    before = fingerprint(folder);
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('is the same while nothing changes, whatever is built', () => {
    write('dist/a.cjs', 'built');
    write('out/types', 'built');
    assert.equal(fingerprint(folder), before);
  });

  const changes: Readonly<Record<string, () => void>> = {
    'a text of the same length': () => {
      write('src/base/b.ts', 'Two');
    },
    'a file that is there now': () => {
      write('src/base/c.ts', '');
    },
    'a file that is gone': () => {
      rmSync(join(folder, 'src/a.ts'));
    },
    'another name': () => {
      renameSync(join(folder, 'src/a.ts'), join(folder, 'src/c.ts'));
    },
    'a hidden file': () => {
      write('.lintrc', '{"rules":{}}');
    },
    'other packages': () => {
      write('node_modules/.package-lock.json', '{}');
    },
  };

  for (const [what, change] of Object.entries(changes)) {
    it(`is another one after ${what}`, () => {
      change();
      assert.notEqual(fingerprint(folder), before);
    });
  }
});
