import assert from 'node:assert/strict';
import { after, before, it } from 'mocha';
import { contract } from './support/contract.ts';
import { batch, service } from './support/jobs.ts';
import { RawStream, refusal } from './support/raw.ts';

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
    const stream = open(log('follow=true&origin=end&offset=0'));
    await stream.until('three heartbeats', () => heartbeats(stream) >= 3);
    const [first, ...rest] = stream.text.split(/(?<=\})/);
    assert.deepEqual(bytesOf(framesOf(first ?? '')[0] ?? {}).toString('utf8'), 'up\n');
    assert.ok(rest.every((object) => object === '{}'));
    const apart = stream.atMs.slice(1).map((at, i) => at - (stream.atMs[i] ?? 0));
    assert.ok(Math.max(...apart) > 800, apart.join());
  });

  it('start from the end where an offset is below zero, or an end is asked for', async () => {
    const read = (more: string) => refusal(c, log(`plain=true&${more}`));
    assert.deepEqual(await read('offset=-2'), [200, 'p\n']);
    assert.deepEqual(await read('origin=end&offset=2'), [200, 'p\n']);
    assert.deepEqual(await read('origin=end&offset=0'), [200, 'up\n']);
    assert.deepEqual(await read('origin=end&offset=99'), [200, 'up\n']);
    assert.deepEqual(await read('offset=99'), [200, '']);
  });

  it('have no head while a log is plain, followed, and says nothing', async () => {
    const quiet = c.id('quiet');
    const go = 'while [ ! -f local/go ]; do sleep 0.1; done; echo at last; exec sleep 3600';
    await c.register(service(quiet, { script: go }));
    const allocation = await c.runningId(quiet);
    const stream = open(`/v1/client/fs/logs/${allocation}?task=main&type=stdout&plain=true&follow=true`);
    const framed = open(`/v1/client/fs/logs/${allocation}?task=main&type=stdout&follow=true`);
    await framed.until('a heartbeat', () => heartbeats(framed) > 0);
    assert.deepEqual([stream.status, stream.text, stream.ended], [undefined, '', false]);
    const touch = c.client.allocations.exec(allocation, {
      task: 'main',
      command: ['/bin/sh', '-c', 'touch $NOMAD_TASK_DIR/go'],
      tty: false,
    });
    touch.closeStdin();
    await touch.ended;
    await stream.until('the first byte', () => stream.text === 'at last\n');
    assert.deepEqual([stream.status, stream.ended], [200, false]);
  });

  it('go on through a restart, a stop and the end of the allocation', async () => {
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
    const touch = c.client.allocations.exec(allocation, {
      task: 'main',
      command: ['/bin/sh', '-c', 'touch $NOMAD_TASK_DIR/go'],
      tty: false,
    });
    touch.closeStdin();
    await touch.ended;
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
    const done = c.id('done');
    await c.register(batch(done, { script: 'printf abc' }));
    const [stub] = await c.allocations(done, 'complete', (list) => list[0]?.ClientStatus === 'complete');
    const stream = open(`/v1/client/fs/logs/${stub?.ID ?? ''}?task=main&type=stdout`);
    await stream.until('the end', () => stream.ended);
    assert.equal(Buffer.concat(framesOf(stream.text).map(bytesOf)).toString('utf8'), 'abc');
  });
});
