import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { localName, numbered } from '../../../../src/operations/files/localNames.ts';

describe('names of downloaded files', () => {
  it('are those of the cluster wherever they can be', () => {
    for (const name of ['app.log', 'a b', 'a:b', 'back\\slash', 'new\nline', '日本', '.env', '..a'])
      assert.equal(localName(name, 'linux'), name);
    assert.equal(localName('app.log', 'win32'), 'app.log');
  });

  it('never lead elsewhere, whatever a server says', () => {
    for (const platform of ['linux', 'win32', 'darwin'] as const) {
      for (const name of ['..', '.', '', '../../x', '/etc/passwd', 'a/b', 'x\0y'])
        assert.doesNotMatch(localName(name, platform), /^\.{0,2}$|[/\0]/, JSON.stringify(name));
    }
  });

  it('are made such as Windows holds, there', () => {
    const names = { 'a:b': 'a∕b', 'what?': 'what∕', 'back\\slash': 'back∕slash', 'end.': 'end_', 'end ': 'end_' };
    for (const [name, held] of Object.entries(names)) assert.equal(localName(name, 'win32'), held);
    for (const name of ['CON', 'nul.txt', 'com1', 'LPT9.log']) assert.equal(localName(name, 'win32'), `_${name}`);
    assert.equal(localName('console', 'win32'), 'console');
  });

  it('are as long as can be held, of whole characters', () => {
    const long = localName('é'.repeat(200), 'linux');
    assert.match(long, /^é+$/);
    assert.ok(Buffer.byteLength(long) <= 255);
  });

  it('get a number before their ending', () => {
    assert.deepEqual(
      ['app.log', 'app', '.env', 'a.tar.gz'].map((name) => numbered(name, 2)),
      ['app (2).log', 'app (2)', '.env (2)', 'a.tar (2).gz'],
    );
    assert.equal(numbered('app.log', 1), 'app.log');
  });
});
