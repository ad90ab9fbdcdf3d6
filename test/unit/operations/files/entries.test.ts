import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { below, entryOf, folderOf, pathWithin } from '../../../../src/operations/files/entries.ts';
import { fileVerdict, isGone } from '../../../../src/operations/files/fileErrors.ts';
import { NomadError } from '../../../../src/nomad/http/errors.ts';
import type { NomadErrorKind } from '../../../../src/nomad/http/errors.ts';
import type { AllocationFile } from '../../../../src/nomad/types/file.ts';

const kindOf = (FileMode: string, IsDir = false) => entryOf({ Name: 'x', IsDir, Size: 1, FileMode }).kind;

describe('what Nomad says of a file', () => {
  it('is told by its mode', () => {
    for (const mode of ['-rw-r--r--', 'urwxr-xr-x', 'grwxr-xr-x', 'trw-rw-rw-', '-rw-rw-rw-', ''])
      assert.equal(kindOf(mode), 'file', mode);
    for (const mode of ['prw-------', 'Srwxrwxrwx', 'Drw-rw----', 'Dcrw-rw-rw-', '?---------'])
      assert.equal(kindOf(mode), 'other', mode);
    assert.equal(kindOf('Lrwxrwxrwx'), 'link');
    assert.equal(kindOf('dtrwxrwxrwx', true), 'directory');
  });

  it('may be anything', () => {
    const nothing = entryOf({ Name: null, Size: -5, ModTime: 'never' } as unknown as AllocationFile);
    assert.deepEqual(nothing, { name: '', kind: 'file', isLink: false, size: 0, modifiedMs: undefined });
  });
});

describe('paths of files', () => {
  it('stay within the directory', () => {
    assert.equal(pathWithin('/main/./local//x/'), 'main/local/x');
    assert.equal(pathWithin(''), '');
    assert.equal(pathWithin('..a/...'), '..a/...');
    for (const path of ['..', 'a/../b', '/../etc'])
      assert.throws(() => pathWithin(path), { name: 'NomadError', kind: 'rejected', field: 'path' });
  });

  it('have a directory and names in it', () => {
    assert.deepEqual([folderOf('a/b/c'), folderOf('a'), folderOf('')], ['a/b', '', '']);
    assert.deepEqual([below('', 'a'), below('a/b', 'c')], ['a', 'a/b/c']);
  });
});

describe('a refusal of a file', () => {
  const of = (kind: NomadErrorKind, body: string) => fileVerdict(new NomadError(kind, body, { body }), body);

  it('is told by Nomad’s words', () => {
    assert.equal(of('denied', 'Permission denied'), 'denied');
    assert.equal(of('notFound', 'No path to node'), 'lost');
    assert.equal(of('notFound', 'Unknown allocation "3f2a"'), 'collected');
    assert.equal(of('notFound', 'state for allocation 3f2a not found on client'), 'collected');
    assert.equal(of('notFound', 'stat /x: no such file or directory'), 'wait');
    assert.equal(of('server', 'open C:\\x: The system cannot find the path specified.'), 'wait');
    assert.equal(of('rejected', 'Path escapes the alloc directory'), 'failed');
    assert.equal(of('server', 'Reading secret file prohibited: main/secrets/x'), 'failed');
    assert.equal(of('timeout', ''), 'lost');
    assert.equal(isGone(new Error('Unknown allocation')), false);
  });
});
