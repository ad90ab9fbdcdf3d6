import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import {
  serveCat,
  serveList,
  serveReadAt,
  serveStat,
  serveStream,
  type FileRequest,
} from '../../../simulator/runtime/files.ts';
import type { Runtime } from '../../../simulator/runtime/runtime.ts';
import { allocId, ask, framesOf, makeRuntime } from './stage.ts';

const text = 'line one\nline two\nhéllo 日本 😀\n';
const never = new AbortController().signal;

let runtime: Runtime;
let root: string;

type Query = Partial<FileRequest>;
type Row = Record<string, unknown>;

const asked = (query: Query): FileRequest => ({ allocId, path: undefined, ...query });
const list = (query: Query) =>
  ask((response) => {
    serveList(runtime, asked(query), response);
  });
const stat = (query: Query) =>
  ask((response) => {
    serveStat(runtime, asked(query), response);
  });
const cat = (query: Query) => ask((response) => serveCat(runtime, asked(query), response, never));
const readAt = (query: Query) => ask((response) => serveReadAt(runtime, asked(query), response, never));
const stream = (query: Query) =>
  ask((response) => serveStream(runtime, asked({ follow: 'false', ...query }), response, never));

async function rows(query: Query): Promise<Row[]> {
  return JSON.parse((await list(query)).body.toString()) as Row[];
}

async function said(answer: Promise<{ status: number; body: Buffer }>): Promise<[number, string]> {
  const { status, body } = await answer;
  return [status, body.toString()];
}

describe('allocation files', () => {
  beforeEach(() => {
    runtime = makeRuntime();
    runtime.prepare(allocId, ['server']);
    root = runtime.directories.root(allocId);
    const local = path.join(root, 'server/local');
    writeFileSync(path.join(local, 'text.txt'), text, { mode: 0o644 });
    writeFileSync(path.join(local, 'bin.dat'), Buffer.from('0001fffe62696e', 'hex'));
    writeFileSync(path.join(local, 'empty'), '');
    writeFileSync(path.join(local, 'big.txt'), 'z'.repeat(300_000));
    mkdirSync(path.join(local, 'sub/deep'), { recursive: true });
    symlinkSync('/etc/hostname', path.join(local, 'link'));
    symlinkSync('text.txt', path.join(local, 'inside'));
  });

  afterEach(() => runtime.dispose());

  it('are listed by name, folders and links by their mode', async () => {
    assert.deepEqual(
      (await rows({})).map((row) => row['Name']),
      ['alloc', 'server'],
    );
    const entries = await rows({ path: '/server/local/' });
    const short = entries.map(
      (row) => `${String(row['FileMode']).charAt(0)} ${String(row['Name'])} ${String(row['IsDir'])}`,
    );
    assert.deepEqual(short, [
      '- big.txt false',
      '- bin.dat false',
      '- empty false',
      'L inside false',
      'L link false',
      'd sub true',
      '- text.txt false',
    ]);
    const file = entries.at(-1);
    assert.equal(file?.['FileMode'], '-rw-r--r--');
    assert.equal(file['Size'], Buffer.byteLength(text));
    assert.match(String(file['ModTime']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/);
    assert.equal('ContentType' in file, false);
    assert.deepEqual(await rows({ path: 'server/local/sub/deep' }), []);
  });

  it('are described with their content type', async () => {
    const typeOf = async (name: string) =>
      (JSON.parse((await stat({ path: name })).body.toString()) as Row)['ContentType'];
    assert.equal(await typeOf('server/local/text.txt'), 'text/plain; charset=utf-8');
    assert.equal(await typeOf('server/local/bin.dat'), 'application/octet-stream');
    assert.equal(await typeOf('server/local/empty'), 'application/octet-stream');
    assert.equal(await typeOf('server/local'), 'application/octet-stream');
    assert.equal((JSON.parse((await stat({ path: '/' })).body.toString()) as Row)['Name'], allocId);
  });

  it('are described when they can not be opened', async () => {
    const socket = createServer().listen(path.join(root, 'server/local/socket'));
    await once(socket, 'listening');
    try {
      const { status, body } = await stat({ path: 'server/local/socket' });
      const { FileMode, ContentType } = JSON.parse(body.toString()) as Row;
      assert.deepEqual([status, String(FileMode)[0], ContentType], [200, 'S', 'application/octet-stream']);
    } finally {
      socket.close();
    }
  });

  it('are not found, or no folder, or outside, in Nomad’s words', async () => {
    const outside = 'Path escapes the alloc directory';
    const missing = `${root}/nope: no such file or directory`;
    assert.deepEqual(await said(list({ path: 'nope' })), [404, `open ${missing}`]);
    assert.deepEqual(await said(list({ path: 'server/local/text.txt' })), [
      500,
      `open ${root}/server/local/text.txt: not a directory`,
    ]);
    for (const name of ['../../', '/../../etc', 'server/local/link']) {
      assert.deepEqual(await said(list({ path: name })), [500, outside]);
    }
    assert.deepEqual(await said(stat({})), [400, 'must provide a file name']);
    assert.deepEqual(await said(stat({ path: 'nope' })), [404, `stat ${missing}`]);
    assert.deepEqual(await said(stat({ path: 'server/local/link' })), [500, outside]);
    assert.deepEqual(await said(list({ allocId: 'gone' })), [404, 'Unknown allocation "gone"']);
  });

  it('are read whole', async () => {
    const { status, type, body } = await cat({ path: 'server/local/text.txt' });
    assert.deepEqual([status, type, body.toString()], [200, 'text/plain; charset=utf-8', text]);
    const binary = await cat({ path: 'server/local/bin.dat' });
    assert.deepEqual([binary.type, binary.body.toString('hex')], ['application/octet-stream', '0001fffe62696e']);
    assert.equal((await cat({ path: 'server/local/inside' })).body.toString(), text);
    assert.equal((await cat({ path: 'server/local/big.txt' })).body.length, 300_000);
    assert.equal((await cat({ path: 'server/local/empty' })).type, 'text/plain; charset=utf-8');
  });

  it('have their errors as bodies with status 200 when read', async () => {
    const cases: [Query, string][] = [
      [{}, 'must provide a file name'],
      [{ path: 'nope' }, `stat ${root}/nope: no such file or directory`],
      [{ path: 'server/local' }, 'file "server/local" is a directory'],
      [{ path: 'server/local/link' }, 'Path escapes the alloc directory'],
      [{ path: '../../../../etc/hostname' }, 'Path escapes the alloc directory'],
      [{ path: '/etc/hostname' }, `stat ${root}/etc/hostname: no such file or directory`],
    ];
    for (const [query, body] of cases) assert.deepEqual(await said(cat(query)), [200, body]);
  });

  it('are read in parts', async () => {
    const at = async (query: Query) => said(readAt({ path: 'server/local/text.txt', ...query }));
    const parse = (raw: string) => `error parsing offset: strconv.ParseInt: parsing "${raw}": invalid syntax`;
    assert.deepEqual(await at({ offset: '5', limit: '8' }), [200, 'one\nline']);
    assert.deepEqual(await at({ offset: '5' }), [200, text.slice(5)]);
    assert.deepEqual(await at({ offset: '5000', limit: '5' }), [200, '']);
    assert.deepEqual(await at({ limit: '5' }), [200, parse('')]);
    assert.deepEqual(await at({ offset: 'abc' }), [200, parse('abc')]);
    const file = `${root}/server/local/text.txt`;
    assert.deepEqual(await at({ offset: '-3' }), [200, `can't seek to offset -3: seek ${file}: invalid argument`]);
    const part = await readAt({ path: 'server/local/text.txt', offset: '20', limit: '3' });
    assert.equal(part.body.toString('base64'), 'qWxs');
  });

  it('are streamed in frames of 64 KiB with Nomad’s offsets', async () => {
    const { type, body } = await stream({ path: 'server/local/big.txt' });
    assert.equal(type, 'text/plain; charset=utf-8');
    const frames = framesOf(body.toString());
    const sizes = frames.map((frame) => Buffer.from(frame.Data ?? '', 'base64').length);
    assert.deepEqual(sizes, [65536, 65536, 65536, 65536, 37856]);
    assert.deepEqual(
      frames.map((frame) => frame.Offset),
      [65536, 131072, 196608, 262144, 327680],
    );
    const end = await stream({ path: 'server/local/text.txt', origin: 'end', offset: '10' });
    assert.equal(framesOf(end.body.toString())[0]?.Data, 'peacrCDwn5iACg==');
  });

  it('are refused as streams with a status', async () => {
    const offset = 'error parsing offset: strconv.ParseInt: parsing "abc": invalid syntax';
    const cases: [Query, number, string][] = [
      [{}, 400, 'must provide a file name'],
      [{ path: 'nope' }, 400, `stat ${root}/nope: no such file or directory`],
      [{ path: 'server/local' }, 400, 'file "server/local" is a directory'],
      [{ path: '../../../../etc/hostname' }, 400, 'Path escapes the alloc directory'],
      [{ path: 'server/local/text.txt', origin: 'middle' }, 400, 'origin must be start or end'],
      [{ path: 'server/local/text.txt', offset: 'abc' }, 500, offset],
      [{ path: 'x', allocId: 'gone' }, 404, 'Unknown allocation "gone"'],
    ];
    for (const [query, status, body] of cases) assert.deepEqual(await said(stream(query)), [status, body]);
  });
});
