import assert from 'node:assert/strict';
import { after, before, it } from 'mocha';
import type { FilePart, LogOptions } from '../../src/nomad/resources/logs.ts';
import { contract } from './support/contract.ts';
import { Session } from './support/exec.ts';
import { holds } from './support/holds.ts';
import { service, unknownId, batch } from './support/jobs.ts';
import { raw, RawStream, refusal } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

const limitMs = 120_000;

interface Frame {
  readonly Data?: string;
  readonly File?: string;
  readonly Offset?: number;
  readonly FileEvent?: string;
}

/** The objects of a stream, which stand behind one another without anything between. */
function framesOf(text: string): Frame[] {
  const objects = text.match(/\{[^{}]*\}/g) ?? [];
  assert.equal(objects.join(''), text);
  return objects.map((object) => JSON.parse(object) as Frame);
}

const bytesOf = ({ Data = '' }: Frame) => Buffer.from(Data, 'base64');

/** 300,000 bytes, of which each two but the first and the last make a character. */
const script = `printf a > local/big.txt; yes é | head -n 149999 | tr -d '\\n' >> local/big.txt; printf b >> local/big.txt; echo up`;

contract('log and file streams', (c) => {
  let id = '';

  before(async () => {
    const job = c.id('streams');
    const script =
      'printf "a\\303\\251b\\n" > local/note.txt; seq 1 20000 > local/big.txt; printf "one\\ntwo\\n"; exec sleep 3600';
    await c.register(service(job, { script }));
    id = await c.runningId(job);
    await first(c.client.allocations.logParts(id, { ...log, follow: true, signal: AbortSignal.timeout(limitMs) }));
  });

  const log = { task: 'main', type: 'stdout' } as const;

  async function first(parts: AsyncIterable<FilePart>): Promise<FilePart | undefined> {
    for await (const part of parts) if (part.data.byteLength > 0) return part;
    return undefined;
  }

  async function all(parts: AsyncIterable<FilePart>): Promise<FilePart[]> {
    const list: FilePart[] = [];
    for await (const part of parts) list.push(part);
    return list;
  }

  const text = (parts: readonly FilePart[]) => Buffer.concat(parts.map(({ data }) => data)).toString('utf8');
  const parts = (options: Partial<LogOptions> = {}) => all(c.client.allocations.logParts(id, { ...log, ...options }));
  const file = (path: string, options = {}) => all(c.client.files.stream(id, path, options));

  it('name the file of a log, and where it stands', async () => {
    holds('allocations.logParts');
    const list = await parts();
    assert.equal(text(list), 'one\ntwo\n');
    assert.equal(list[0]?.file, 'alloc/logs/main.stdout.0');
    assert.equal(typeof list[0].offset, 'number');
  });

  it('give a log plain, without names', async () => {
    holds('allocations.logParts');
    const list = await parts({ plain: true });
    assert.equal(text(list), 'one\ntwo\n');
    assert.deepEqual(
      list.map((part) => Object.keys(part)),
      list.map(() => ['data']),
    );
  });

  it('start at an offset, plain or framed', async () => {
    holds('allocations.logParts');
    for (const plain of [false, true]) {
      assert.equal(text(await parts({ plain, offset: 4 })), 'two\n');
      assert.equal(text(await parts({ plain, origin: 'end', offset: 4 })), 'two\n');
    }
  });

  it('replay the whole last file from an end without an offset', async () => {
    holds(
      'allocations.logParts',
      'A log from its end without an offset is the whole last file, and a plain silent one has no head',
    );
    assert.equal(text(await parts({ origin: 'end', offset: 0 })), 'one\ntwo\n');
  });

  it('follow until they are told to stop, and end without an error', async () => {
    const end = new AbortController();
    const seen: FilePart[] = [];
    for await (const part of c.client.allocations.logParts(id, { ...log, follow: true, signal: end.signal })) {
      seen.push(part);
      end.abort();
    }
    assert.equal(text(seen), 'one\ntwo\n');
  });

  it('give a file whole', async () => {
    holds('files.stream');
    assert.equal(text(await file('main/local/note.txt')), 'aéb\n');
    const expected = Array.from({ length: 20_000 }, (_, i) => `${String(i + 1)}\n`).join('');
    const list = await file('main/local/big.txt');
    assert.ok(text(list) === expected);
    assert.ok(list.every(({ data }) => data.byteLength <= 65_536));
    assert.equal(list[0]?.file, 'main/local/big.txt');
  });

  it('give a part of a file', async () => {
    holds('files.cat');
    assert.equal(text(await file('main/local/note.txt', { offset: 3 })), 'b\n');
    assert.equal(text(await file('main/local/note.txt', { origin: 'end', offset: 2 })), 'b\n');
    const { value } = await c.client.files.cat(id, 'main/local/big.txt', { offset: 2, limit: 4 });
    assert.equal(Buffer.from(value).toString('latin1'), '2\n3\n');
    const { value: rest } = await c.client.files.cat(id, 'main/local/note.txt', { offset: 4 });
    assert.equal(Buffer.from(rest).toString('utf8'), '\n'.slice(0, rest.byteLength));
    const { value: none } = await c.client.files.cat(id, 'main/local/note.txt', { offset: 1000 });
    assert.equal(none.byteLength, 0);
  });

  it('tell what happens to a file that is followed', async () => {
    holds('files.stream');
    const end = new AbortController();
    const signal = AbortSignal.any([end.signal, AbortSignal.timeout(limitMs)]);
    const events: string[] = [];
    let more = '';
    const sh = async (script: string) => {
      const session = new Session(c, id, ['/bin/sh', '-c', script]);
      session.session.closeStdin();
      assert.deepEqual(await session.ended(), { kind: 'exited', exitCode: 0 });
    };
    const path = 'main/local/note.txt';
    for await (const part of c.client.files.stream(id, path, { follow: true, signal })) {
      more += Buffer.from(part.data).toString('utf8');
      if (part.event !== undefined && part.event !== '') events.push(part.event);
      if (more === 'aéb\n' && events.length === 0) await sh('rm $NOMAD_TASK_DIR/note.txt');
      if (events.length > 0) end.abort();
    }
    assert.deepEqual(events, ['file deleted']);
  });

  it('are refused where there is nothing to read', async () => {
    holds('allocations.logParts fails', 'files.stream fails');
    const missing = (path: string, words: string | RegExp) => assertRefused(file(path), 400, words, 'rejected');
    await missing('main/nope', /no such file or directory/);
    await missing('main/local', /is a directory|must be a file/);
    await missing('../../../../etc/hostname', 'Path escapes the alloc directory');
    const unknown = `Unknown allocation "${unknownId}"`;
    await assertRefused(all(c.client.files.stream(unknownId, 'x')), 404, unknown, 'notFound');
    await assertRefused(all(c.client.allocations.logParts(unknownId, log)), 404, unknown, 'notFound');
  });

  it('answer a failed read of a part with success and the words of the error', async () => {
    const read = async (query: string) => {
      const { status, body } = await raw(c, `/v1/client/fs/readat/${id}?${query}`);
      assert.equal(status, 200);
      return body;
    };
    assert.match(await read('path=nope&offset=0&limit=5'), /no such file or directory/);
    assert.match(await read('path=main/local/big.txt&offset=abc&limit=5'), /^error parsing offset: /);
    assert.match(await read('path=main/local/big.txt&offset=-3&limit=5'), /^can't seek to offset .*invalid argument$/);
  });
});

contract('frames of files and logs', (c) => {
  const streams: RawStream[] = [];
  let job = '';
  let id = '';

  const open = (path: string) => {
    const stream = new RawStream(c, path);
    streams.push(stream);
    return stream;
  };
  const log = (more: string) => `/v1/client/fs/logs/${id}?task=main&type=stdout&${more}`;
  const heartbeats = (stream: RawStream) => stream.text.split('{}').length - 1;

  before(async () => {
    job = c.id('frames');
    await c.register(service(job, { script: `${script}; exec sleep 3600` }));
    id = await c.runningId(job);
    const up = open(log('follow=true'));
    await up.until('the first line', () => up.text.includes('Data'));
  });

  after(() => {
    for (const stream of streams) stream.destroy();
  });

  it('hold 65,536 bytes and wrong offsets, and cut characters', async () => {
    holds('Frames of logs have nothing between them, hold up to 65,536 bytes, cut characters and miscount the last');
    const stream = open(`/v1/client/fs/stream/${id}?path=main/local/big.txt&follow=false`);
    await stream.until('the end', () => stream.ended);
    const frames = framesOf(stream.text);
    assert.deepEqual(
      frames.map((frame) => [bytesOf(frame).byteLength, frame.Offset, frame.File]),
      [
        [65_536, 65_536, 'main/local/big.txt'],
        [65_536, 131_072, 'main/local/big.txt'],
        [65_536, 196_608, 'main/local/big.txt'],
        [65_536, 262_144, 'main/local/big.txt'],
        // Not where the file ends.
        [37_856, 327_680, 'main/local/big.txt'],
      ],
    );
    const all = Buffer.concat(frames.map(bytesOf));
    assert.ok(all.toString('utf8') === `a${'é'.repeat(149_999)}b`);
    assert.throws(() => new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(frames[0] ?? {})));
    assert.ok(stream.parts.length > frames.length, `${String(stream.parts.length)} parts`);
    assert.ok(stream.parts.some((part) => part.at(-1) !== '}'.charCodeAt(0)));
  });

  it('are empty once a second while nothing is written', async () => {
    holds('Frames of logs have nothing between them, hold up to 65,536 bytes, cut characters and miscount the last');
    const stream = open(log('follow=true&origin=end&offset=0'));
    await stream.until('three heartbeats', () => heartbeats(stream) >= 3);
    const [first, ...rest] = stream.text.split(/(?<=\})/);
    assert.deepEqual(bytesOf(framesOf(first ?? '')[0] ?? {}).toString('utf8'), 'up\n');
    assert.ok(rest.every((object) => object === '{}'));
    const apart = stream.atMs.slice(1).map((at, i) => at - (stream.atMs[i] ?? 0));
    assert.ok(Math.max(...apart) > 800, apart.join());
  });

  it('start from the end where an offset is below zero, or an end is asked for', async () => {
    holds('A log from its end without an offset is the whole last file, and a plain silent one has no head');
    const read = (more: string) => refusal(c, log(`plain=true&${more}`));
    assert.deepEqual(await read('offset=-2'), [200, 'p\n']);
    assert.deepEqual(await read('origin=end&offset=2'), [200, 'p\n']);
    assert.deepEqual(await read('origin=end&offset=0'), [200, 'up\n']);
    assert.deepEqual(await read('origin=end&offset=99'), [200, 'up\n']);
    assert.deepEqual(await read('offset=99'), [200, '']);
  });

  it('have no head while a log is plain, followed, and says nothing', async () => {
    holds('A log from its end without an offset is the whole last file, and a plain silent one has no head');
    const quiet = c.id('quiet');
    const go = 'while [ ! -f local/go ]; do sleep 0.1; done; echo at last; exec sleep 3600';
    await c.register(service(quiet, { script: go }));
    const allocation = await c.runningId(quiet);
    const stream = open(`/v1/client/fs/logs/${allocation}?task=main&type=stdout&plain=true&follow=true`);
    const framed = open(`/v1/client/fs/logs/${allocation}?task=main&type=stdout&follow=true`);
    await framed.until('a heartbeat', () => heartbeats(framed) > 0);
    assert.deepEqual([stream.status, stream.text, stream.ended], [undefined, '', false]);
    await c.runIn(allocation, 'touch $NOMAD_TASK_DIR/go');
    await stream.until('the first byte', () => stream.text === 'at last\n');
    assert.deepEqual([stream.status, stream.ended], [200, false]);
  });

  it('go on through a restart, a stop and the end of the allocation', async () => {
    holds('Following a log never ends by itself, and before its task starts there is none');
    const stream = open(log('follow=true'));
    await stream.until('the first line', () => stream.text.includes('Data'));
    await c.client.allocations.restart(id, { task: 'main' });
    const lines = () => Buffer.concat(framesOf(stream.text).map(bytesOf)).toString('utf8');
    await stream.until('the line of the second run', () => stream.text.endsWith('}') && lines() === 'up\nup\n');
    await c.client.jobs.stop(job);
    await c.allocations(job, 'complete', (list) => list[0]?.ClientStatus === 'complete');
    const before = heartbeats(stream);
    await stream.until('heartbeats after the end', () => heartbeats(stream) >= before + 2);
    const late = open(log('follow=true'));
    await late.until('heartbeats of what is over', () => heartbeats(late) >= 2);
    assert.deepEqual([stream.ended, late.ended, late.status], [false, false, 200]);
  });

  it('tell twice that a file was cleared', async () => {
    const cleared = c.id('cleared');
    const clear = ': > $NOMAD_ALLOC_DIR/logs/main.stdout.0; sleep 1; echo anew; exec sleep 3600';
    const wait = 'echo up; while [ ! -f local/go ]; do sleep 0.1; done';
    await c.register(service(cleared, { script: `${wait}; ${clear}` }));
    const allocation = await c.runningId(cleared);
    const stream = open(`/v1/client/fs/logs/${allocation}?task=main&type=stdout&follow=true`);
    await stream.until('the first line', () => stream.text.includes('Data'));
    await c.runIn(allocation, 'touch $NOMAD_TASK_DIR/go');
    const read = () => framesOf(stream.text.slice(0, stream.text.lastIndexOf('}') + 1));
    await stream.until('the new line', () => Buffer.concat(read().map(bytesOf)).toString('utf8') === 'up\nanew\n');
    const told = read().filter(({ File }) => File !== undefined);
    assert.deepEqual(
      told.map((frame) => [bytesOf(frame).toString('utf8'), frame.FileEvent]),
      [
        ['up\n', undefined],
        ['', 'file truncated'],
        ['', 'file truncated'],
        ['anew\n', undefined],
      ],
    );
  });

  it('end by themselves where nothing is followed', async () => {
    holds('Following a log never ends by itself, and before its task starts there is none');
    const done = c.id('done');
    await c.register(batch(done, { script: 'printf abc' }));
    const [stub] = await c.allocations(done, 'complete', (list) => list[0]?.ClientStatus === 'complete');
    const stream = open(`/v1/client/fs/logs/${stub?.ID ?? ''}?task=main&type=stdout`);
    await stream.until('the end', () => stream.ended);
    assert.equal(Buffer.concat(framesOf(stream.text).map(bytesOf)).toString('utf8'), 'abc');
  });
});
