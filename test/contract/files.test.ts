import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'mocha';
import { downloadFiles } from '../../src/operations/files/downloadFiles.ts';
import type { FileAt, FileEntry } from '../../src/operations/files/entries.ts';
import { listDirectory, statFile } from '../../src/operations/files/listFiles.ts';
import { fileBytes, readRange } from '../../src/operations/files/readFiles.ts';
import { walkFiles } from '../../src/operations/files/walkFiles.ts';
import { contract } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { service, unknownId } from './support/jobs.ts';
import { assertRefused } from './support/refused.ts';

/** Names that something on the way might read otherwise. */
const odd = [
  'a b',
  '#?%&+=;,',
  '100%25',
  'it\'s "so"',
  'back\\slash',
  'new\nline',
  'ünï 日本 👍',
  '-rf',
  '$HOME',
  '..a',
  ' ',
];

/** As `sh` reads exactly this text. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

const script = [
  'cd local; mkdir sub odd many; printf "a\\303\\251b" > note.txt; printf x > sub/inner',
  ...odd.map((name) => `printf %s ${quoted(name)} > ./odd/${quoted(name)}`),
  'printf x > "odd/$(printf "bad\\377name")"',
  'ln -s note.txt in; ln -s sub dir; ln -s /etc out; ln -s /etc/hostname outfile; ln -s nope nowhere; ln -s loop loop',
  'ln -s .. sub/up; mkfifo pipe; printf secret > ../secrets/key',
  'i=0; while [ $i -lt 3000 ]; do : > many/$i; i=$((i+1)); done',
  'yes 0123456789abcde | head -c 3000000 > big.bin; echo ready; exec sleep 3600',
].join('; ');

const signal = new AbortController().signal;

contract('the files of an allocation', (c) => {
  let allocation = '';
  let folder = '';

  before(async () => {
    const job = c.id('tree');
    await c.register(service(job, { script }));
    allocation = await c.runningId(job);
    const end = new AbortController();
    const options = { task: 'main', type: 'stdout', follow: true, signal: end.signal } as const;
    for await (const chunk of c.client.allocations.logs(allocation, options)) if (chunk.byteLength > 0) end.abort();
    folder = await mkdtemp(join(tmpdir(), 'nomad-alloc-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const at = (path: string): FileAt => ({ allocation, place: { namespace: 'default', region: undefined }, path });
  const list = (path: string) => listDirectory(c.client, at(path), signal);
  const stat = (path: string) => statFile(c.client, at(path), signal);
  const range = async (path: string, offset = 0, limit = 1000) =>
    Buffer.from(await readRange(c.client, at(path), { offset, limit }, signal)).toString('utf8');
  const of = (entries: readonly FileEntry[], name: string) => {
    const { kind, isLink, size } = entries.find((one) => one.name === name) ?? assert.fail(`there is no ${name}`);
    return { kind, isLink, ...(kind === 'file' && { size }) };
  };

  it('are listed, directories first, with what links lead to', async () => {
    holds('files.ls', 'files.stat');
    assert.deepEqual(
      (await list('')).filter(({ kind }) => kind === 'directory').map(({ name }) => name),
      ['alloc', 'main'],
    );
    const entries = await list('/main//local/.');
    assert.deepEqual(
      entries.filter(({ kind }) => kind === 'directory').map(({ name }) => name),
      ['dir', 'many', 'odd', 'sub'],
    );
    assert.deepEqual(of(entries, 'note.txt'), { kind: 'file', isLink: false, size: 4 });
    assert.deepEqual(of(entries, 'in'), { kind: 'file', isLink: true, size: 4 });
    assert.deepEqual(of(entries, 'dir'), { kind: 'directory', isLink: true });
    for (const name of ['out', 'outfile', 'nowhere', 'loop'])
      assert.deepEqual(of(entries, name), { kind: 'link', isLink: true }, name);
    assert.deepEqual(of(entries, 'pipe'), { kind: 'other', isLink: false });
    const { modifiedMs = 0 } = entries.find(({ name }) => name === 'note.txt') ?? {};
    assert.ok(Math.abs(Date.now() - modifiedMs) < 600_000);
  });

  it('are listed by thousands', async () => {
    holds('files.ls');
    const entries = await list('main/local/many');
    assert.deepEqual(
      new Set(entries.map(({ name }) => name)),
      new Set(Array.from({ length: 3000 }, (_, at) => String(at))),
    );
  });

  it('have names of any character, and are read by them', async () => {
    holds('files.stream');
    const names = (await list('main/local/odd')).map(({ name }) => name);
    assert.deepEqual(new Set(names), new Set([...odd, 'bad\ufffdname']));
    for (const name of odd) assert.equal(await range(`main/local/odd/${name}`), name);
    // What is no text Nomad can't be asked for.
    await assertRefused(range('main/local/odd/bad\ufffdname'), 400, /no such file or directory/, 'rejected');
  });

  it('are read in parts', async () => {
    holds('files.stream');
    assert.equal(await range('main/local/note.txt', 1, 2), 'é');
    assert.equal(await range('main/local/note.txt', 3), 'b');
    assert.equal(await range('main/local/note.txt', 100), '');
    assert.equal(await range('main/local/in'), 'aéb');
    assert.equal(await range('main/local/dir/inner'), 'x');
    const line = '0123456789abcde\n';
    assert.equal(await range('main/local/big.bin', 16 * 100_000, 16), line);
    assert.equal(await range('main/local/big.bin', 2_999_990, 100), line.slice(6));
  });

  it('are read whole, in order', async () => {
    holds('files.stream');
    const parts: Uint8Array[] = [];
    for await (const part of fileBytes(c.client, at('main/local/big.bin'), signal)) parts.push(part);
    const whole = Buffer.concat(parts).toString('latin1');
    assert.equal(whole.length, 3_000_000);
    assert.ok(whole === '0123456789abcde\n'.repeat(187_500));
  });

  it('are refused in Nomad’s words: outside, secret, missing', async () => {
    holds('files.stat fails', 'files.ls fails', 'files.stream fails');
    const escapes = 'Path escapes the alloc directory';
    await assertRefused(stat('main/local/out'), 500, escapes, 'rejected');
    await assertRefused(list('main/local/out'), 500, escapes, 'rejected');
    await assertRefused(range('main/local/outfile'), 500, escapes, 'rejected');
    await assertRefused(list('main/nope'), 404, /no such file or directory/, 'notFound');
    await assertRefused(list('main/local/note.txt'), 500, /not a directory/);
    await assertRefused(range('main/secrets/key'), 500, /^Reading secret file prohibited: \/?main\/secrets\/key$/);
    assert.deepEqual(
      (await list('main/secrets')).filter(({ name }) => name === 'key').map(({ size }) => size),
      [6],
    );
    const elsewhere = listDirectory(c.client, { ...at(''), allocation: unknownId }, signal);
    await assertRefused(elsewhere, 404, `Unknown allocation "${unknownId}"`, 'notFound');
  });

  it('are not asked for outside of their directory, nor read where they are no files', async () => {
    for (const path of ['..', 'main/../../x', '/../etc/hostname'])
      await assert.rejects(stat(path), { kind: 'rejected', field: 'path' });
    await assert.rejects(range('main/local/pipe'), { name: 'UserError', message: /is a pipe, a socket or a device/ });
    await assert.rejects(range('main/local'), { name: 'UserError', message: 'main/local is a directory.' });
  });

  it('are walked through, without going round', async () => {
    const found: string[] = [];
    for await (const { parts } of walkFiles(c.client, at('main/local/sub'), signal)) found.push(parts.join('/'));
    assert.deepEqual(found, ['up', 'inner']);
  });

  it('are downloaded, and nothing is written over', async () => {
    const into = { into: folder, name: 'big.bin', signal };
    const seen: number[] = [];
    const first = await downloadFiles(c.client, at('main/local/big.bin'), {
      ...into,
      onProgress: ({ bytes }) => seen.push(bytes),
    });
    const second = await downloadFiles(c.client, at('main/local/note.txt'), { ...into, name: 'big.bin' });
    assert.deepEqual([first.path, second.path], [join(folder, 'big.bin'), join(folder, 'big (2).bin')]);
    assert.deepEqual([first.bytes, first.files, seen.at(-1)], [3_000_000, 1, 3_000_000]);
    assert.equal((await readFile(first.path)).byteLength, 3_000_000);
    assert.equal(await readFile(second.path, 'utf8'), 'aéb');
  });

  it('are downloaded with their directories; what can’t be read is told', async () => {
    const done = await downloadFiles(c.client, at('main'), { into: folder, name: 'main', signal });
    const left = new Map(done.left.map(({ path, why }) => [path, why]));
    assert.match(left.get('main/secrets/key') ?? '', /^Reading secret file prohibited/);
    assert.equal(left.get('main/local/out'), 'Path escapes the alloc directory');
    assert.match(left.get('main/local/nowhere') ?? '', /no such file/);
    assert.match(left.get('main/local/pipe') ?? '', /pipe/);
    assert.equal(left.get('main/local/dir'), 'it is a link to a directory');
    assert.match(left.get('main/local/odd/bad\ufffdname') ?? '', /no such file/);
    assert.deepEqual(new Set(await readdir(join(done.path, 'local/odd'))), new Set(odd));
    for (const name of odd) assert.equal(await readFile(join(done.path, 'local/odd', name), 'utf8'), name);
    assert.equal((await readdir(join(done.path, 'local/many'))).length, 3000);
    assert.equal(await readFile(join(done.path, 'local/in'), 'utf8'), 'aéb');
    assert.deepEqual(done.renamed, []);
  });

  it('leave nothing behind where a download is left', async () => {
    const end = new AbortController();
    const leaving = downloadFiles(c.client, at('main/local'), {
      ...{ into: folder, name: 'left', signal: end.signal },
      onProgress: () => {
        end.abort();
      },
    });
    await assert.rejects(leaving, { name: 'AbortError' });
    assert.ok(!(await readdir(folder)).includes('left'));
  });
});
